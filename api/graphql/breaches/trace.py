"""A trace as the schema shows it: whose failure it was, how much of it, and under which contract."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.parties.types as parties
import api.graphql.services.types as services
from api.graphql.describing import After, First, answered, described, said
from api.graphql.enums import TraceMethod
from api.graphql.explanations.types import Explanation, explanation
from api.graphql.money import Money, Share, optional_money, share
from api.graphql.paging import Connection, cut
from api.graphql.scalars import DecimalText, number, optional_number
from api.graphql.view import View
from api.shapes.trace import credit_share_texts, impact_share_texts, service_share_texts
from domain.instants import as_datetime
from domain.money import share_texts
from ola.responsibility import Cause, Reason
from ola.responsibility import Responsibility as ResponsibilityValue
from ola.responsibility import TraceInstant as InstantValue
from settlement.results import Breach as BreachValue

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement
    from api.graphql.parties.types import Party
    from api.graphql.services.types import Service

__all__ = [
    "AbsorbedFailure",
    "Responsibility",
    "ServiceShare",
    "Trace",
    "TraceInstant",
    "responsibilities",
    "service_shares",
    "trace",
]


@described
class ServiceShare:
    """What one service contributed: its part of the quantity, and its share of the whole."""

    quantity: DecimalText = said("Its part, in the trace's unit; within an instant, in seconds.")
    share: Share | None = said("Its share; null for what is excused, which has none.")
    excused: str | None = said("The cause that excuses it; null: it is not excused.")
    names: strawberry.Private[tuple[str, str | None]]
    view: strawberry.Private[View]

    @answered
    def service(self) -> Annotated["Service", strawberry.lazy("api.graphql.services.types")] | None:
        """The service that failed, or whose ticket it was."""
        return services.known_service(self.view, self.names[0])

    @answered
    def party(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """The party behind it; null: nobody is known."""
        return parties.known_party(self.view, self.names[1])


@described
class Responsibility:
    """One party's part in a breach; or what was excused, or what the contracts themselves left open."""

    reason: Reason = said("Why this row stands here.")
    cause: str | None = said("The cause that excuses it, or that the evidence names.")
    services: list[ServiceShare] = said("What each of the party's services contributed.")
    quantity: DecimalText = said("Its part, in the trace's unit.")
    impact_share: Share | None = said("Its share of the time or of the tickets; null for what is excused.")
    credit_share: Share | None = said("Its share of the money; null where the level carries no credit.")
    credit: Money | None = said("Its part of the credit.")
    necessary: bool = said("Without this party's own failure the target would have been met.")
    sufficient: bool = said("This party's own failure alone would have missed the target.")
    value_without: DecimalText | None = said("The value that would have been without it.")
    row: strawberry.Private[ResponsibilityValue]
    view: strawberry.Private[View]

    @answered
    def party(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """Whose part it is; null: the contracts' own (misaligned), or nobody is known."""
        return parties.known_party(self.view, self.row.party)

    @answered
    def answerable(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """Whom one may hold to it: the contracting party of its side, seen from the provider."""
        return parties.known_party(self.view, self.row.answerable)

    @answered
    def agreement(self) -> Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")] | None:
        """What binds that party; null: nothing does."""
        return agreements.known_agreement(self.view, self.row.agreement)

    @answered
    def paths(self) -> list[list[Annotated["Service", strawberry.lazy("api.graphql.services.types")]]]:
        """The ways along which its failure reached the customer's service."""
        known = self.view.contracts().portfolio.services
        return [
            [services.service(self.view, name) for name in path if name in known] for path in self.row.paths
        ]


@described
class TraceInstant:
    """A span of the breach, or one late ticket, with what caused it."""

    from_: datetime = strawberry.field(name="from", description="Its start.")
    to: datetime = said("Its end; the end itself is no longer part of it.")
    ticket: str | None = said("The ticket or the item, where it is one.")
    moved_to: datetime | None = said(
        "To when an item's due date moved, because the consumer's own duty was late; null: it did not move."
    )
    causes: list[ServiceShare] = said("What was failing of itself, or held the ticket.")


@described
class AbsorbedFailure:
    """A failure that redundancy, a window or a monitor kept from the customer: it has no share."""

    quantity: DecimalText = said("How much of it, in the trace's unit.")
    names: strawberry.Private[tuple[str, str]]
    view: strawberry.Private[View]

    @answered
    def service(self) -> Annotated["Service", strawberry.lazy("api.graphql.services.types")] | None:
        """The service that failed."""
        return services.known_service(self.view, self.names[0])

    @answered
    def party(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """Who runs it."""
        return parties.known_party(self.view, self.names[1])


@described
class Trace:
    """A breach followed through the graph to the parties responsible."""

    method: TraceMethod = said("How the shares were worked out.")
    quantity: DecimalText = said("How much was lost: seconds, or late tickets.")
    unit: str = said("seconds or tickets.")
    money_follows: str = said("Which division the credit follows: credit, impact, equal or first_cause.")
    note: str | None = said("What a reader should know of how it was worked out.")
    breach: strawberry.Private[BreachValue]
    known_at: strawberry.Private[datetime | None]
    view: strawberry.Private[View]

    @answered
    def responsibilities(self) -> list[Responsibility]:
        """The parties' parts; their shares add up to exactly 1."""
        return responsibilities(self.view, self.breach)

    @answered
    def instants(self, first: First = None, after: After = None) -> Connection[TraceInstant]:
        """The breach instant by instant, or ticket by ticket."""
        found = list(enumerate(self.breach.trace.instants))
        edges, info = cut(
            found,
            lambda each: (f"{each[0]:09d}",),
            lambda each: _instant(self.view, each[1]),
            first,
            after,
        )
        return Connection(edges=edges, page_info=info, total_count=len(found))

    @answered
    def absorbed(self) -> list[AbsorbedFailure]:
        """Failures under the service that did not reach the customer."""
        return [
            AbsorbedFailure(quantity=number(each.quantity), names=(each.service, each.party), view=self.view)
            for each in self.breach.trace.absorbed
        ]

    @answered
    def explanation(self) -> Explanation | None:
        """How the shares came about; worked out anew from the stored evidence when asked for."""
        tree = self.view.explanations(self.breach.attainment, self.known_at).get("shares")
        return None if tree is None else explanation(tree)


def responsibilities(view: View, breach: BreachValue) -> list[Responsibility]:
    """The rows of a breach's trace as the schema shows them; their texts add up to 1."""
    found = breach.trace
    impact, credit = impact_share_texts(found), credit_share_texts(found)
    rows = zip(found.responsibilities, breach.credits, impact, credit, strict=True)
    return [
        Responsibility(
            reason=row.reason,
            cause=row.cause,
            services=service_shares(view, row, impact_text),
            quantity=number(row.quantity),
            impact_share=share(row.impact_share, impact_text),
            credit_share=share(row.credit_share, credit_text),
            credit=optional_money(amount),
            necessary=row.is_necessary,
            sufficient=row.is_sufficient,
            value_without=optional_number(row.value_without),
            row=row,
            view=view,
        )
        for row, amount, impact_text, credit_text in rows
    ]


def service_shares(view: View, row: ResponsibilityValue, whole: str | None) -> list[ServiceShare]:
    """The services of a row; their texts add up to the row's own."""
    texts = service_share_texts(row.services, row.impact_share, whole)
    return [
        ServiceShare(
            quantity=number(part.quantity),
            share=share(part.share, text),
            excused=row.cause if row.reason is Reason.EXCUSED else None,
            names=(part.service, part.party),
            view=view,
        )
        for part, text in zip(row.services, texts, strict=True)
    ]


def _instant(view: View, instant: InstantValue) -> TraceInstant:
    texts = share_texts([each.share for each in instant.causes], [each.service for each in instant.causes])
    return TraceInstant(
        from_=as_datetime(instant.start),
        to=as_datetime(instant.end),
        ticket=instant.ticket,
        moved_to=None if instant.moved_to is None else as_datetime(instant.moved_to),
        causes=[_cause(view, each, text) for each, text in zip(instant.causes, texts, strict=True)],
    )


def _cause(view: View, cause: Cause, text: str) -> ServiceShare:
    return ServiceShare(
        quantity=number(cause.quantity),
        share=share(cause.share, text),
        excused=cause.excused,
        names=(cause.service, cause.party),
        view=view,
    )


def trace(view: View, breach: BreachValue, known_at: datetime | None) -> Trace:
    """The trace of a breach as the schema shows it; its explanation is as known at an instant."""
    return Trace(
        method=TraceMethod(breach.trace.method),
        quantity=number(breach.trace.quantity),
        unit=breach.trace.unit,
        money_follows=breach.trace.money_follows,
        note=breach.trace.note or None,
        breach=breach,
        known_at=known_at,
        view=view,
    )
