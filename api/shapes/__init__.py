"""The one written form of every result, whoever asks for it: a module for each kind of result.

The problem: a script that reads ``privity ... --json`` and a front end that asks the API must get the same names and
the same figures, and no figure may lose anything on its way through JSON, whose numbers are floats in most readers. So
every number is text, and money is an amount with its currency.

Limits: nothing here computes a result. Keys and their order are part of the interface (5-graphql): they are added to,
never changed.
"""
