"""How much of a row of a trace reached the promise through some services.

The problem: a contract answers for what went wrong through the services that it covers. A vendor that failed twice,
once in what it is paid for and once in what nobody bought, is held to the one and not to the other.

Example: a vendor's row has hosting (45 minutes) and a name server (15 minutes); a contract for hosting covers 3/4.

Limits: parts go by the services' parts of the quantity; where the row has none, it is covered whole or not at all.
"""

from collections.abc import Collection
from fractions import Fraction

from ola.responsibility import Responsibility


def part_through(row: Responsibility, services: Collection[str]) -> Fraction:
    """The part of a row whose failing services are among some, or reach the promise through one of them."""
    reached = [part for part in row.services if _reaches(row, part.service, services)]
    whole = sum((part.share for part in row.services), start=Fraction(0))
    if not whole:
        return Fraction(int(bool(reached)))
    return sum((part.share for part in reached), start=Fraction(0)) / whole


def _reaches(row: Responsibility, service: str, services: Collection[str]) -> bool:
    ways = [path for path in row.paths if path[-1] == service] or list(row.paths)
    return service in services or any(step in services for way in ways for step in way)
