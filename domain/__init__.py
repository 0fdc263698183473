"""What one agreement says, and what follows from it: values and rules, without input, output or a clock.

Everything here is exact and immutable. Instants are whole microseconds, money is decimal, quantities are
fractions, and "now" is always an argument. The packages outside import this one; it imports none of them.
"""
