"""Gaps and overlaps between the bands of a credit.

The problem: "98.0 to 98.9 one point, 97.0 to 97.9 two" says nothing of 98.95, and "under 96.5 four" contradicts "96.0
to 96.9 three". Nobody notices until such a value comes.

Example (E14): without ``compare`` the four bands of E14 leave 97.9 to 98.0 open; compared at one place they do not,
because no value lies between.

Bands below (or above) a boundary lie within each other by design: the deepest wins. Only closed bands can overlap.

Limits: where the contract compares a rounded value, or the value is a number of things, a gap is one that some such
value lies in; any other value is taken to be able to lie anywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from domain.agreements import (
    Agreement,
    BandsCredit,
    Direction,
    OutageCountMetric,
    PointsCredit,
    ScheduleCredit,
    ServiceLevel,
)
from domain.credits.bands import Ranged
from domain.credits.lint.saying import said
from domain.durations import Duration
from domain.findings import Finding, Severity
from domain.instants import SECOND
from domain.money import decimal_text

__all__ = ["lies_in_gap", "range_findings"]


def lies_in_gap(agreement: Agreement, level: ServiceLevel, service: str, compared: Fraction) -> Finding:
    """That a missed value lies in no band: it earns nothing, which a person has to look at (E14)."""
    value = decimal_text(compared)
    return said(
        "BAND_GAP",
        Severity.ERROR,
        agreement,
        level,
        f"{value} misses the target of {level.name} and lies in none of its bands: it earns no credit until the "
        "parties say which band it belongs to.",
        {"value": compared},
        _CURE,
        service=service,
    )


_CURE = "Let the bands touch (below: instead of from and to), or add compare: with the places of their ends."


def range_findings(agreement: Agreement, level: ServiceLevel) -> Iterator[Finding]:
    """The gaps and overlaps of a level's bands, or of its schedule."""
    credit = level.credit
    if isinstance(credit, BandsCredit | PointsCredit):
        target = level.target.steps[-1].threshold
        is_upside_down = target.direction is Direction.AT_MOST
        cut = _Cut.of(level)
        pieces = sorted((_piece(band, is_upside_down=is_upside_down) for band in credit.bands), key=_depth)
        bound = -target.value if is_upside_down else target.value
        yield from _gaps(agreement, level, pieces, bound, cut, is_upside_down=is_upside_down)
        yield from _overlaps(agreement, level, pieces, is_upside_down=is_upside_down)
    elif isinstance(credit, ScheduleCredit):
        yield from _schedule(agreement, level, credit)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A band, turned so that worse is smaller: up to ``top`` (without it where it is open), down to ``bottom``."""

    top: Fraction
    is_open: bool
    bottom: Fraction | None


def _piece(band: Ranged, *, is_upside_down: bool) -> _Piece:
    if band.start is None:
        return _Piece(-band.boundary if is_upside_down else band.boundary, is_open=True, bottom=None)
    if is_upside_down:
        return _Piece(-band.start, is_open=False, bottom=-band.boundary)
    return _Piece(band.boundary, is_open=False, bottom=band.start)


def _depth(piece: _Piece) -> tuple[Fraction, bool, bool]:
    return -piece.top, piece.is_open, piece.bottom is None


@dataclass(frozen=True, slots=True)
class _Cut:
    """Which values there can be: multiples of ``step``, or (None) any."""

    step: Fraction | None

    @classmethod
    def of(cls, level: ServiceLevel) -> "_Cut":
        if level.compare is not None:
            return cls(Fraction(1, 10**level.compare.places))
        return cls(Fraction(1) if isinstance(level.metric, OutageCountMetric) else None)

    def is_between(self, low: Fraction, high: Fraction, *, low_in: bool, high_in: bool) -> bool:
        """Whether a value can lie between two ends, each of which belongs to the range or not."""
        if self.step is None:
            return low < high or (low == high and low_in and high_in)
        first = Fraction(ceil(low / self.step)) * self.step
        if first == low and not low_in:
            first += self.step
        return first < high or (first == high and high_in)


def _gaps(
    agreement: Agreement,
    level: ServiceLevel,
    pieces: Sequence[_Piece],
    target: Fraction,
    cut: _Cut,
    *,
    is_upside_down: bool,
) -> Iterator[Finding]:
    """What of the missed values lies in no band, from the target down."""
    upper, upper_in = target, False
    is_closed = any(piece.bottom is not None for piece in pieces)
    for place, piece in enumerate(pieces):
        if cut.is_between(piece.top, upper, low_in=piece.is_open, high_in=upper_in):
            # Above the first band many contracts leave room on purpose; between two bands nobody means to.
            is_meant = place == 0 and not is_closed
            yield _gap(agreement, level, piece.top, upper, is_meant=is_meant, is_upside_down=is_upside_down)
        if piece.bottom is None:
            return
        if piece.bottom < upper:
            upper, upper_in = piece.bottom, False
    worst = None if is_upside_down else Fraction(0)
    if worst is None or cut.is_between(worst, upper, low_in=True, high_in=upper_in):
        yield _gap(agreement, level, worst, upper, is_meant=False, is_upside_down=is_upside_down)


def _gap(
    agreement: Agreement,
    level: ServiceLevel,
    low: Fraction | None,
    high: Fraction,
    *,
    is_meant: bool,
    is_upside_down: bool,
) -> Finding:
    ends = {"from": high if low is None else low, "to": high}
    if is_upside_down:
        ends = {"from": -high, "to": -high if low is None else -low}
    if low is None:
        del ends["to"]
        where = f"Beyond {decimal_text(ends['from'])}"
    else:
        where = f"Between {decimal_text(ends['from'])} and {decimal_text(ends['to'])}"
    return said(
        "BAND_GAP",
        Severity.INFO if is_meant else Severity.WARNING,
        agreement,
        level,
        f"{where} the target of {level.name} is missed, and no band says what that costs: it earns nothing.",
        ends,
        "Say that it is meant, or add a band for it." if is_meant else _CURE,
    )


def _overlaps(
    agreement: Agreement, level: ServiceLevel, pieces: Sequence[_Piece], *, is_upside_down: bool
) -> Iterator[Finding]:
    """Two bands that both hold a value, where that is not how bands below a boundary lie within each other."""
    for place, piece in enumerate(pieces):
        for deeper in pieces[place + 1 :]:
            if piece.bottom is None and deeper.bottom is None and piece.top != deeper.top:
                continue
            low = max(_low(piece), _low(deeper), key=lambda end: (end is not None, end or Fraction(0)))
            high = min(piece.top, deeper.top)
            is_open = (piece if piece.top <= deeper.top else deeper).is_open
            if low is not None and (low > high or (low == high and is_open)):
                continue
            first, last = (high if low is None else low), high
            ends = (-last, -first) if is_upside_down else (first, last)
            yield said(
                "BAND_OVERLAP",
                Severity.WARNING,
                agreement,
                level,
                f"Two bands of {level.name} both hold {decimal_text(ends[0])}"
                + (f" to {decimal_text(ends[1])}" if ends[0] != ends[1] else "")
                + ": the deepest is taken.",
                {"from": ends[0], "to": ends[1]},
                "Let each value lie in one band only.",
            )


def _low(piece: _Piece) -> Fraction | None:
    return piece.bottom


def _schedule(agreement: Agreement, level: ServiceLevel, credit: ScheduleCredit) -> Iterator[Finding]:
    """A schedule without an end, and two steps of one length."""
    limits = [step.up_to for step in credit.steps]
    known = sorted(limit for limit in limits if limit is not None)
    if None not in limits:
        longest = Fraction(known[-1], SECOND)
        length = Duration(micros=known[-1]).words()
        yield said(
            "BAND_GAP",
            Severity.WARNING,
            agreement,
            level,
            f"The schedule of {level.name} ends at {length}: longer downtime costs what its last step does.",
            {"from": longest},
            "Add a step with beyond: true.",
        )
    for limit in sorted({limit for limit in known if known.count(limit) > 1}):
        seconds = Fraction(limit, SECOND)
        yield said(
            "BAND_OVERLAP",
            Severity.WARNING,
            agreement,
            level,
            f"Two steps of the schedule of {level.name} end at {Duration(micros=limit).words()}.",
            {"from": seconds, "to": seconds},
            "Keep one of them.",
        )
