"""Drawn years settled as if they had happened: the check that the fast way is the same rule.

The problem: a table that was compiled wrongly would give ten thousand wrong years, and nobody would see it. So some of
the years are written down as evidence, row by row, settled month by month by `settlement.settle`, and compared.

Example: of 10,000 years the first and the one that costs most of the first block: 24 months, every statement the same.

Limits: agreements of which a credit is left out are not compared. What tickets and counts came to is taken from the
months that were drawn, as they were measured.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from domain.errors import PrivityError
from domain.evidence import UNRECORDED, Coded, OutageColumns, Place
from domain.evidence_memory import MemoryEvidence
from domain.intervals import Intervals
from domain.money import minor_digits
from domain.periods import Period
from domain.services import Measured
from ola.simulation.downtime import DrawnDowntime
from settlement.measured import Measurement
from settlement.settle import Settling
from settlement.simulating.frame import Frame, no_evidence
from settlement.simulating.replaying import supposed
from settlement.simulating.together import groups_of

__all__ = ["SimulationMismatch", "evidence_of_year", "require_same", "settled_in_full"]


class SimulationMismatch(PrivityError):
    """A drawn year that was settled in full came to something else than its simulation."""


def require_same(frame: Frame, drawn: DrawnDowntime, nets: dict[str, NDArray[np.int64]], check: int) -> int:
    """Settle so many of the drawn years in full, those that cost most first; how many were checked.

    Raises SimulationMismatch where a statement differs.
    """
    if check < 1 or not nets:
        return 0
    totals = sum(
        (net.sum(axis=1) for net in nets.values()), start=np.zeros(drawn.failures.years, dtype=np.int64)
    )
    years = np.argsort(-totals, kind="stable")[:check].tolist()
    partly = _partly(frame)
    for year in years:
        settling = settled_in_full(frame, drawn, year)
        for each in frame.agreements:
            if each.name in partly:
                continue
            for place, month in enumerate(frame.months):
                version = each.months[place]
                if version is None:
                    continue
                due = sum(
                    int(statement.statement.net.amount * 10 ** minor_digits(version.currency))
                    for statement in settling.statements(version, month)
                )
                if due != int(nets[each.name][year, place]):
                    raise SimulationMismatch(
                        f"The drawn year {year + 1} credits {nets[each.name][year, place]} under {each.name} in "
                        f"{month.name}, and {due} when it is settled row by row; please report this as a fault."
                    )
    return len(years)


def settled_in_full(frame: Frame, drawn: DrawnDowntime, year: int) -> Settling:
    """One drawn year as evidence, row by row; of levels that are drawn by months, the months that were drawn."""
    settling = Settling.of(frame.settling.portfolio, evidence_of_year(drawn, year), frame.year.day_after)
    rows: dict[tuple[str, str], list[Measurement]] = {}
    for each in frame.agreements:
        for level in each.levels:
            for index, place in enumerate(level.month_of if level.seen else ()):
                was = int(drawn.months[year, place])
                key = (each.name, frame.months[place].name)
                rows.setdefault(key, []).append(level.seen[index][was].would_be)
    if not rows:
        return settling
    for name, month in sorted(rows):
        told = {each.attainment.of.order() for each in rows[name, month]}
        measured = settling.measurements(name, Period.parse(month))
        rows[name, month] += [each for each in measured if each.attainment.of.order() not in told]
    return supposed(settling, frame, rows, is_whole=False)


def _partly(frame: Frame) -> set[str]:
    """The agreements of which not every credit is simulated, and those whose credits hang on theirs."""
    out = {each.agreement for each in frame.left_out if not each.what.startswith("the right ")}
    found = set(out)
    for group in groups_of(frame):
        names = {each.name for each in group.members}
        spanned = group.umbrellas and any(
            version.part_of in group.umbrellas and version.name in out
            for version in frame.settling.portfolio.agreements
        )
        if names & out or spanned:
            found |= names
    return found


def evidence_of_year(drawn: DrawnDowntime, year: int) -> MemoryEvidence:
    """The evidence that one drawn year would have left: what every monitor would have recorded."""
    failures, chain = drawn.failures, drawn.chain
    start = failures.base + year * failures.stride
    rows: list[tuple[str, int, int]] = []
    for name in sorted(chain.services):
        is_direct = chain.services[name].measured is Measured.DIRECTLY
        down: Intervals = drawn.down(name) if is_direct else failures.of(name)
        # A recovery lag may reach beyond the year; its span has room for that.
        of_year = down.clip(start, start + failures.stride)
        rows += [
            (name, begin - year * failures.stride, end - year * failures.stride) for begin, end in of_year
        ]
    count = len(rows)
    none = Coded.of([None] * count)
    starts = np.array([begin for _, begin, _ in rows], dtype=np.int64)
    ends = np.array([end for _, _, end in rows], dtype=np.int64)
    unrecorded = np.full(count, UNRECORDED, dtype=np.int64)
    names = Coded.of([name for name, _, _ in rows])
    place = Place(Coded.of(["drawn"] * count), np.arange(count, dtype=np.int64))
    columns = OutageColumns(none, names, starts, ends, starts, none, none, none, none, unrecorded, place)
    nothing = no_evidence()
    return MemoryEvidence(columns, nothing.ticket_rows, nothing.event_rows)
