"""What a run of months cost whom, from a folder or from the store.

The problem: a relationship manager asks for the first half of the year, SLA by SLA, with the year so far beside each
month; the months before the asked ones count for the year so far, and no month is settled twice.

Example: ``impact_of_folder(folder, "2026-02", "2026-03")`` settles January to March and gives February and March.

Limits: of a folder every month from January of the first year on is settled, as known on the day after the last one. Of
the store the months' last settlements are read; those that are not settled are said, and earlier months of the year
that are not settled are left out of the year so far, and said too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError
from api.services.collecting import unhurried
from api.services.folders import Progress, read_contracts, read_evidence, require_folder
from api.services.settling import asked_period
from domain.periods import Period, PeriodRule
from settlement.impact_by import ImpactOver, impact_over
from settlement.settle import Settling

if TYPE_CHECKING:
    from api.services.stored import StoredReader

__all__ = ["Impact", "asked_months", "impact_of_folder", "impact_of_store", "months_from", "year_so_far"]

_MONTHS = PeriodRule.month()


@dataclass(frozen=True, slots=True)
class Impact:
    """The asked months, one result for each currency; ``unsettled`` are earlier months that the year so far lacks."""

    first: Period
    last: Period
    by_currency: tuple[ImpactOver, ...]
    unsettled: tuple[Period, ...] = ()


def year_so_far(first: Period, last: Period) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """The months of the first one's year before the asked ones, and the asked ones themselves."""
    january = _MONTHS.containing(date(first.first.year, 1, 1))
    every = months_from(january, _MONTHS.containing(last.last))
    return tuple(each for each in every if each.first < first.first), tuple(
        each for each in every if each.first >= first.first
    )


def months_from(first: Period, last: Period) -> list[Period]:
    """The months from one to another, both included."""
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next())
    return found


def asked_months(folder: Path | None, since: str, until: str | None) -> tuple[Period, Period]:
    """The first and the last of the months that two texts name. Raises RequestError where they are no range."""
    begin = asked_period(folder, since)
    end = begin if until is None else asked_period(folder, until)
    first, last = _MONTHS.containing(begin.first), _MONTHS.containing(end.last)
    if last < first:
        raise RequestError(
            Fault(
                "PERIOD",
                f"--to {end.name} lies before --from {begin.name}",
                "Give the earlier period first, like --from 2026-01 --to 2026-03",
                value=end.name,
            )
        )
    return first, last


def impact_of_folder(
    folder: Path, since: str, until: str | None, as_of: date | None = None, progress: Progress | None = None
) -> Impact:
    """The impact of a folder's months. Raises RequestError as `api.services.settling.settled_folder` does."""
    require_folder(folder)
    first, last = asked_months(folder, since, until)
    contracts = read_contracts(folder, progress)
    as_of = last.day_after if as_of is None else as_of
    evidence, _ = read_evidence(folder, contracts, as_of, progress)
    settling = Settling.of(contracts.portfolio, evidence, as_of)
    before, asked = year_so_far(first, last)
    with unhurried():
        settled = [settling.settle(month, progress) for month in (*before, *asked)]
    return Impact(first, last, impact_over(settled, first))


def impact_of_store(reader: StoredReader, since: str, until: str | None) -> Impact:
    """The impact of the store's settled months. Raises RequestError where an asked month is not settled."""
    first, last = asked_months(None, since, until)
    before, asked = year_so_far(first, last)
    found = reader.settlements((*before, *asked))
    missing = [month.name for month in asked if month not in found]
    if missing:
        raise RequestError(
            Fault(
                "NOT_SETTLED",
                f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not settled yet",
                f"Settle with: privity run --period {missing[0]}",
                value=missing[0],
            )
        )
    settled = [found[month] for month in (*before, *asked) if month in found]
    unsettled = tuple(month for month in before if month not in found)
    return Impact(first, last, impact_over(settled, first), unsettled)
