"""The claims of a folder or a store: every supplier's credit, as of a date.

The problem: the list of what must be claimed is asked as of today, while each credit was settled as of the end of its
month. So the amounts are the settled ones, and the windows are looked at anew.

Example: ``claims_of_folder(Path("examples/halden"), date(2026, 4, 20))``.

Limits: a folder settles the suppliers' statements of every month that its evidence speaks of, as known on the date; a
store has those that were settled. A statement of record counts with what stands of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError
from api.services.folders import evidence_months, read_contracts, read_evidence, require_folder
from domain.agreements import AgreementType
from domain.periods import Period, PeriodRule
from settlement.records.claims import Claimable, claimables
from settlement.settle import Settling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from api.services.folders import Progress
    from api.services.stored import StoredReader
    from api.services.storing import Store
    from settlement.results import Statement

__all__ = ["ClaimList", "claims_of_folder", "claims_of_store"]


@dataclass(frozen=True, slots=True)
class ClaimList:
    """Every supplier's credit as of a date, by the last day to claim it."""

    as_of: date
    claims: tuple[Claimable, ...]


def claims_of_folder(
    folder: Path, as_of: date | None, period: Period | None = None, progress: Progress | None = None
) -> ClaimList:
    """The claims of a folder as of a date (None: the day after the last month that its evidence speaks of).

    ``period`` limits them to the months of a period. Raises RequestError where the folder cannot be used, or has no
    evidence and no date was said.
    """
    require_folder(folder)
    contracts = read_contracts(folder, progress)
    evidence, _ = read_evidence(folder, contracts, as_of, progress)
    months = [Period.parse(month) for month in evidence_months(contracts.portfolio, evidence)]
    if as_of is None:
        if not months:
            raise RequestError(
                Fault("DATE", "the folder has no evidence that would say as of when", "Give --as-of DATE")
            )
        as_of = months[-1].day_after
        evidence, _ = read_evidence(folder, contracts, as_of, progress)
    wanted = [month for month in _whole(months) if month.day_after <= as_of and _is_in(month, period)]
    settling = Settling.of(contracts.portfolio, evidence, as_of)
    found = [
        statement
        for place, month in enumerate(wanted)
        for statement in _of_month(settling, month, progress, place, len(wanted))
    ]
    return ClaimList(as_of, claimables(contracts.portfolio, found, as_of))


def claims_of_store(
    store: Store, reader: StoredReader, as_of: date, period: Period | None = None
) -> ClaimList:
    """The claims of a store as of a date: of every month that was settled, or those of a period."""
    months = sorted(
        {
            month
            for settled in reader.settled_periods()
            for month in PeriodRule.month().ending_in(settled)
            if month.day_after <= as_of and _is_in(month, period)
        }
    )
    with store.reading() as work:
        records = work.statements.records([month.name for month in months])
    found = []
    for month in months:
        head = reader.head_of(month)
        if head is None:
            continue
        for statement in reader.settlement_by(head).statements:
            if statement.period == month and statement.type is AgreementType.UC:
                record = records.get((statement.agreement, statement.consumer, month.name))
                if record is not None:
                    stands = record.standing
                    statement = replace(statement, net=stands.net, claim_by=stands.claim_by)  # noqa: PLW2901
                found.append(statement)
    return ClaimList(as_of, claimables(reader.portfolio(), found, as_of))


def _of_month(
    settling: Settling, month: Period, progress: Progress | None, done: int, total: int
) -> Iterator[Statement]:
    if progress is not None:
        progress(f"Settling {month.name}", done, total)
    for name in settling.names_judged_in(month):
        agreement = settling.judged_in(name, month)
        if agreement is not None and agreement.type is AgreementType.UC:
            yield from (drawn.statement for drawn in settling.statements(agreement, month))


def _whole(months: Sequence[Period]) -> list[Period]:
    """Every month from the first to the last: a month in which nothing failed may still be one of a longer period."""
    found = list(months[:1])
    while found and found[-1] < months[-1]:
        found.append(found[-1].next())
    return found


def _is_in(month: Period, period: Period | None) -> bool:
    return period is None or period.first <= month.first <= month.last <= period.last
