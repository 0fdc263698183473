"""The errors that this product raises, as one tree: a caller catches as much or as little as it means to.

    PrivityError
    └── InvalidValue (also a ValueError)      a value that no contract, clock or currency can mean
        └── CurrencyMismatch                  an amount in one currency met an amount in another

An expected fault of a contract or of its evidence is not an error: it is a finding or a quarantined row, a
value like any other. An exception means that a program, or a document, said something that cannot be read at
all.

Messages are part of the interface: they say what is wrong, with the value that was seen, and what to write
instead.

    >>> issubclass(CurrencyMismatch, ValueError)
    True
"""

from __future__ import annotations

__all__ = ["CurrencyMismatch", "InvalidValue", "PrivityError"]


class PrivityError(Exception):
    """The root of every error that this product raises on purpose."""


class InvalidValue(PrivityError, ValueError):
    """A value that has no meaning here: a date that does not exist, an amount that is not a number."""


class CurrencyMismatch(InvalidValue):
    """Two amounts of different currencies were added, subtracted or compared.

    Amounts in different currencies are never combined without a dated rate from the documents.
    """
