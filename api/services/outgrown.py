"""Issued statements that the last settlement no longer agrees with, so that nobody has to go and look for them.

The problem: an issued statement never changes, and a note is made only when somebody orders it. Evidence that comes
late changes what the next run says of March, and whoever runs it looks at the figures, not at what was sent in April.

Example: March was issued from run 2026-03.1; after late evidence run 2026-03.2 says 6,000.00 where 2,000.00 was issued:
`outgrown` names the statement; `privity run`, `privity status` and the query `statementsToAdjust` tell it.

Limits: what stands is compared with the last run of its month. A month that was not settled again since has nothing to
say, and neither has a run that knows less than what stands (ruling 159).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.services.records import adjustable
from api.shapes.parts import money_shape
from domain.periods import Period, PeriodKind, PeriodRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from api.services.records import StatementView
    from api.services.stored import StoredReader
    from api.services.storing import Store
    from api.shapes.parts import JsonValue

__all__ = ["outgrown", "outgrown_shape", "outgrown_text"]


def outgrown(
    store: Store, reader: StoredReader, periods: Iterable[Period]
) -> Mapping[str, tuple[StatementView, ...]]:
    """The issued statements that need a note, by month; months without any are left out."""
    months = {
        month.name: month
        for period in periods
        if period.kind in (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)
        for month in PeriodRule.month().ending_in(period)
    }
    with store.reading() as work:
        records = work.statements.records(months)
    found = {}
    for name in sorted({key[2] for key in records}):
        head = reader.head_of(months[name])
        runs = {record.run for key, record in records.items() if key[2] == name}
        if head is None or runs == {head.run.id}:
            continue
        views = tuple(
            view
            for view in adjustable(store, reader, months[name])
            if view.record is not None
            and (before := reader.head(view.record.run)) is not None
            and before.run.as_of <= head.run.as_of
        )
        if views:
            found[name] = views
    return found


def outgrown_shape(found: Mapping[str, Iterable[StatementView]]) -> list[JsonValue]:
    """The same statements in JSON: which, what stands, what would stand, and by how much a note would change it."""
    shown: list[JsonValue] = []
    for name in sorted(found):
        for view in found[name]:
            if view.record is None or view.recalculated is None:
                continue
            standing, now = view.record.standing.net, view.recalculated.net
            shown.append(
                {
                    "agreement": view.agreement,
                    "consumer": view.consumer,
                    "period": name,
                    "status": view.status.value,
                    "issuedFrom": view.record.issued.run,
                    "run": view.run,
                    "standing": money_shape(standing),
                    "recalculated": money_shape(now),
                    "difference": money_shape(now - standing),
                }
            )
    return shown


def outgrown_text(month: str, views: Sequence[StatementView]) -> str:
    """A sentence for a person, with what to do."""
    names = ", ".join(sorted({view.agreement for view in views})[:3])
    more = "" if len(views) <= 3 else " and others"
    are = "statement of record differs" if len(views) == 1 else "statements of record differ"
    return (
        f"{len(views)} {are} from the last settlement of {month} ({names}{more}): "
        f"privity statement adjust --period {month}"
    )
