"""Questions about what was done: the audit trail, and the reliefs that were claimed."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.graphql.acts.types import ClaimedRelief, claimed_relief
from api.graphql.context import Info, view_of
from api.graphql.describing import After, AsOf, First, answered, described, said
from api.graphql.paging import Connection, page
from api.services.reading import AuditEntry as AuditEntryValue
from domain.instants import as_datetime
from domain.relief import ReliefStatus

__all__ = ["ActQueries", "AuditEntry"]

_MANY = 1_000_000


@described
class AuditEntry:
    """Who did what, when and why, with what stood before and after."""

    number: int = said("Its place in the trail, from 1.")
    at: datetime = said("When it was recorded.")
    actor: str = said("Who did it.")
    action: str = said("What was ordered.")
    subject: str = said("What it was about.")
    reason: str = said("Why.")
    before: str | None = said("What stood before, as JSON; null: nothing.")
    after: str | None = said("What stood after it, as JSON; null: nothing.")


@described
class ActQueries:
    """Questions about what was done."""

    @answered
    def audit_trail(
        self,
        info: Info,
        subject: Annotated[
            str | None,
            strawberry.argument(description="Only what was about this: an agreement, a right, a relief."),
        ] = None,
        action: Annotated[
            str | None, strawberry.argument(description="Only this order, such as agreementSign.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[AuditEntry]:
        """Everything that was ordered, the oldest first."""
        entries = reversed(view_of(info).reader.audit(_MANY).entries)
        found = [
            each
            for each in entries
            if action in {None, each.action} and (subject is None or each.is_about(subject))
        ]
        return page(found, lambda each: (f"{each.id:012d}",), _entry, first, after)

    @answered
    def reliefs(
        self,
        info: Info,
        agreement: Annotated[
            str | None, strawberry.argument(description="Only reliefs of this agreement.")
        ] = None,
        status: Annotated[
            ReliefStatus | None, strawberry.argument(description="Only reliefs that have got so far.")
        ] = None,
        as_of: AsOf = None,
        first: First = None,
        after: After = None,
    ) -> Connection[ClaimedRelief]:
        """The reliefs that were claimed, by name."""
        view = view_of(info).at(as_of)
        held = view.contracts().portfolio.known_on(as_of or view.today)
        found = [
            each
            for each in sorted(held.reliefs, key=lambda each: each.name)
            if agreement in {None, each.agreement} and status in {None, each.status}
        ]
        return page(found, lambda each: (each.name,), lambda each: claimed_relief(view, each), first, after)


def _entry(entry: AuditEntryValue) -> AuditEntry:
    return AuditEntry(
        number=entry.id,
        at=as_datetime(entry.at),
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        reason=entry.reason,
        before=entry.before,
        after=entry.after,
    )
