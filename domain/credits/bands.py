"""The credit scheme `bands`: the percent, the amount or the days of service of the deepest band the value falls in.

Example (E3): 5 % below 99.9, 15 % below 99.5, 30 % below 99.0 of 40,000; 99.856... falls in the first: 2,000.

Bands may also be closed, from one value to another, both included. The deepest is the one that ends at the worst value:
of ``below`` and closed bands on the bad side below a target the lowest, above one the highest.

A day of service is the charges of the period over the days in it: 3 days in April at 30,000 a month are 3,000.

Limits: amounts stay exact; the statement rounds. A missed value that lies in no band earns no credit; where bands are
closed, that is a gap between them, and the settlement says so (E14).
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol, TypeVar

from domain.agreements import Band, BandsCredit
from domain.credits.miss import Case, Earned, per_cent_of
from domain.credits.worth import rows
from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rule, work

__all__ = ["deepest", "deepest_band", "earn", "explain", "is_in_gap", "read_range"]


class Ranged(Protocol):
    """A band of any scheme."""

    @property
    def boundary(self) -> Fraction:
        """The upper end of a band below or closed, the lower end of one above."""

    @property
    def below(self) -> bool:
        """Whether the bad side is below."""

    @property
    def start(self) -> Fraction | None:
        """The lower end of a closed band."""

    def holds(self, value: Fraction) -> bool:
        """Whether a value lies in it."""


AnyBand = TypeVar("AnyBand", bound=Ranged)


def deepest(bands: Sequence[AnyBand], value: Fraction) -> AnyBand | None:
    """The deepest band that ``value`` lies in: the lowest boundary it is below, or the highest it is above."""
    holding = [band for band in bands if band.holds(value)]
    below = [band for band in holding if band.below]
    if below:
        return min(below, key=lambda band: band.boundary)
    return max(holding, key=lambda band: band.boundary if band.start is None else band.start, default=None)


def deepest_band(bands: tuple[Band, ...], value: Fraction) -> Band | None:
    """The deepest band that ``value`` lies in."""
    return deepest(bands, value)


def is_in_gap(bands: Sequence[Ranged], value: Fraction) -> bool:
    """Whether a value lies in no band although some are closed: between two, or beyond the last (E14)."""
    return any(band.start is not None for band in bands) and not any(band.holds(value) for band in bands)


def earn(credit: BandsCredit, case: Case) -> Earned:
    """What the band of a miss credits."""
    found = deepest_band(credit.bands, case.miss.compared)
    if found is None:
        return Earned(Fraction(0), in_no_band=is_in_gap(credit.bands, case.miss.compared))
    if found.amount is not None:
        return Earned(None, found.amount.fraction)
    if found.days is not None:
        return Earned(100 * found.days / case.days)
    return Earned(found.percent or Fraction(0))


def explain(credit: BandsCredit, case: Case, value: Worked, compared: Worked, base: Worked) -> Worked:
    """The same amount with its steps."""
    del value
    steps, sources = [compared.called("value"), base], {"bands": case.source}
    if all(band.start is None and band.days is None for band in credit.bands):
        plain: Value = tuple(
            ("below" if band.below else "above", band.boundary, *_worth(band)) for band in credit.bands
        )
        return work("amount", "bands/1", {"bands": plain}, steps, clause=case.level.clause, sources=sources)
    terms: dict[str, Value] = {
        "bands": tuple((*written_range(band), *_worth(band)) for band in credit.bands),
        "days": case.days,
    }
    return work("amount", "bands/2", terms, steps, clause=case.level.clause, sources=sources)


def _worth(band: Band) -> tuple[Value, Value]:
    if band.amount is not None:
        return "amount", band.amount.fraction
    if band.days is not None:
        return "days", band.days
    return "percent", band.percent or Fraction(0)


def written_range(band: Ranged) -> tuple[Value, Value, Value]:
    """A band's range as terms: the bad side, the start or nothing, the boundary."""
    return "below" if band.below else "above", "" if band.start is None else band.start, band.boundary


def read_range(side: Value, start: Value, boundary: Value) -> tuple[Fraction, bool, Fraction | None]:
    """A range read back: boundary, whether its bad side is below, start."""
    if not isinstance(boundary, Fraction):
        raise PrivityError(f"A band's boundary is a number, not {boundary!r}.")
    return boundary, side == "below", start if isinstance(start, Fraction) else None


@rule("base/1")
def _base(arguments: Mapping[str, Value]) -> Value:
    return number(arguments, "charges")


@rule("bands/1")
def _bands(arguments: Mapping[str, Value]) -> Value:
    written = tuple((row[0], "", *row[1:]) for row in rows(arguments["bands"]))
    return _of_deepest(written, arguments, Fraction(1))


@rule("bands/2")
def _bands_closed_or_in_days(arguments: Mapping[str, Value]) -> Value:
    return _of_deepest(rows(arguments["bands"]), arguments, number(arguments, "days"))


def _of_deepest(
    written: Sequence[tuple[Value, ...]], arguments: Mapping[str, Value], days: Fraction
) -> Fraction:
    value, base = number(arguments, "value"), number(arguments, "base")
    by_band: dict[Band, Fraction] = {}
    for side, start, bound, kind, worth in written:
        boundary, below, begin = read_range(side, start, bound)
        if not isinstance(worth, Fraction):
            raise PrivityError(f"A band's worth is a number, not {worth!r}.")
        amounts = {"percent": per_cent_of(worth, base), "days": worth * base / days, "amount": worth}
        by_band[Band(boundary, below, start=begin)] = amounts[str(kind)]
    found = deepest_band(tuple(by_band), value)
    return Fraction(0) if found is None else by_band[found]
