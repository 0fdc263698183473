"""What every recorded act has in common, and who signed and which relief was claimed."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.parties.types as parties
from api.errors import Fault, RequestError
from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input, said
from api.graphql.errors import RequestRejected
from api.graphql.view import View
from api.services.acts import ActOrder
from api.services.acts import Recorded as RecordedValue
from domain.instants import as_datetime, instant
from domain.life import Signature as SignatureValue
from domain.relief import Effect, ReliefStatus
from domain.relief import Relief as ReliefValue

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement
    from api.graphql.parties.types import Party

__all__ = [
    "ClaimedRelief", "OrderInput", "RecordedAct", "RequestRejected", "Signature", "agreement_of", "claimed_relief",
    "given", "instant_of", "recorded_act", "signature",
]  # fmt: skip

_Agreement = Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")]
_Party = Annotated["Party", strawberry.lazy("api.graphql.parties.types")]


@described_input
class OrderInput:
    """Who orders it, and why."""

    actor: str = said("Who asks: it is written to the audit trail.")
    reason: str = said("Why: it is written to the audit trail.")
    key: str | None = strawberry.field(
        default=None,
        description="Any text of your own: the same key again gives the same answer, and records nothing.",
    )
    at: datetime | None = strawberry.field(
        default=None,
        description="When it was done, where that is not now; a time to come is refused.",
    )


@described
class RecordedAct:
    """An act as it stands in the audit trail, and the document that tells it."""

    action: str = said("The order.")
    subject: str = said("What it was about.")
    on: date = said("The day on which it was done, on the agreement's clocks.")
    recorded_at: datetime = said("When it was recorded.")
    document: str = said("The file of the document that records it, within the contracts.")
    before: str | None = said("What stood before, as JSON; null: there was nothing.")
    after: str = said("What stands after it, as JSON.")
    warning: str | None = said(
        "What somebody should know of it: that it was dated back, and what that means; null: nothing."
    )


@described
class Signature:
    """That a party signed a version."""

    on: date = said("The day of the signature, on the agreement's clocks.")
    by: str | None = said("The person who signed.")
    party_name: strawberry.Private[str]
    view: strawberry.Private[View]

    @answered
    def party(self) -> _Party:
        """The party that signed."""
        return parties.party(self.view, self.party_name)


@described
class ClaimedRelief:
    """A relief as it was claimed, and what was decided about it."""

    name: str = said("Its name.")
    cause: str = said("What caused what is to be excused.")
    status: ReliefStatus = said("How far it has got; only an accepted one counts.")
    effects: list[Effect] = said("What it relieves.")
    service_levels: list[str] | None = said("The levels that it concerns; null: all of the agreement.")
    from_: datetime | None = strawberry.field(name="from", description="When the excused time begins.")
    to: datetime | None = said("When the excused time ends.")
    tickets: list[str] = said("The tickets that it excuses.")
    deliverables: list[str] = said("The items that it excuses.")
    notice_given: datetime | None = said("When it was notified.")
    clause: str | None = said("The clause it rests on.")
    reason: str | None = said("What happened, in words.")
    at: strawberry.Private[tuple[View, str]]

    @answered
    def agreement(self) -> _Agreement | None:
        """The agreement that is relieved."""
        return agreements.known_agreement(*self.at)


def given(info: Info, order: ActOrder, who: OrderInput) -> RecordedValue:
    """Give an order, and forget what was read before it."""
    done = info.context.commands.record(order, who.actor, who.reason, who.key)
    info.context.renew_view()
    return done


def instant_of(who: OrderInput) -> int | None:
    """When an act was done; None: now."""
    return None if who.at is None else instant(who.at)


def recorded_act(value: RecordedValue) -> RecordedAct:
    """An act as the schema shows it."""
    return RecordedAct(
        action=value.action,
        subject=value.subject,
        on=value.on,
        recorded_at=as_datetime(value.recorded_at),
        document=value.file,
        before=value.before,
        after=value.after,
        warning=value.warning,
    )


def agreement_of(info: Info, value: RecordedValue) -> "Agreement":
    """The version that an act was about, as it stands after it."""
    view = info.context.view
    found = view.contracts().version(value.agreement, value.version or 0)
    if found is None:
        raise RequestError(Fault("NAME", f"{value.subject} is in the contracts no longer", "Load it again"))
    return agreements.agreement(view, found)


def signature(view: View, value: SignatureValue) -> Signature:
    """A signature as the schema shows it."""
    return Signature(on=value.on, by=value.by, party_name=value.party, view=view)


def claimed_relief(view: View, value: ReliefValue) -> ClaimedRelief:
    """A relief as the schema shows it."""
    start, end = (None, None) if value.span is None else value.span
    return ClaimedRelief(
        name=value.name,
        cause=value.cause,
        status=value.status,
        effects=sorted(value.effects),
        service_levels=None if value.levels is None else sorted(value.levels),
        from_=None if start is None else as_datetime(start),
        to=None if end is None else as_datetime(end),
        tickets=sorted(value.tickets),
        deliverables=sorted(value.deliverables),
        notice_given=None if value.notice is None else as_datetime(value.notice.at),
        clause=value.clause,
        reason=value.reason,
        at=(view, value.agreement),
    )
