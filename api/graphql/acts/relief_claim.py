"""The order to claim relief."""

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from api.graphql.acts.relief_of import relief_of
from api.graphql.acts.types import (
    ClaimedRelief,
    OrderInput,
    RecordedAct,
    RequestRejected,
    given,
    recorded_act,
)
from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input, said
from api.graphql.enums import ReliefCause
from api.services.acts import ClaimRelief
from domain.instants import instant, isoformat
from domain.relief import Effect

__all__ = ["ReliefClaimInput", "ReliefClaimMutation", "ReliefClaimPayload"]


@described_input
class ReliefClaimInput(OrderInput):
    """What is to be excused, and why."""

    agreement: str = said("The agreement that is to be relieved.")
    cause: ReliefCause = said("What caused what is to be excused.")
    name: str | None = strawberry.field(
        default=None, description="A name of your own; a new one where left out."
    )
    service_levels: list[str] | None = strawberry.field(
        default=None, description="The levels that are relieved; all where left out."
    )
    from_: datetime | None = strawberry.field(
        default=None, name="from", description="When the excused time begins."
    )
    to: datetime | None = strawberry.field(default=None, description="When the excused time ends.")
    tickets: list[str] | None = strawberry.field(
        default=None, description="The tickets that are excused, instead of time."
    )
    deliverables: list[str] | None = strawberry.field(
        default=None, description="The items that are excused, instead of time."
    )
    effects: list[Effect] | None = strawberry.field(
        default=None, description="What is to be relieved; breach, credit and termination where left out."
    )
    notice_given: datetime | None = strawberry.field(
        default=None, description="When it was notified; now, or `at`, where left out."
    )
    clause: str | None = strawberry.field(default=None, description="The clause it rests on.")


@described
class ReliefClaimed:
    """The relief is claimed; it counts once it is accepted."""

    relief: ClaimedRelief = said("The relief.")
    act: RecordedAct = said("The act, as it was recorded.")


ReliefClaimPayload: TypeAlias = Annotated[
    ReliefClaimed | RequestRejected,
    strawberry.union("ReliefClaimPayload", description="The claimed relief, or why it cannot be claimed."),
]


@described
class ReliefClaimMutation:
    """The order to claim relief."""

    @answered
    def relief_claim(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            ReliefClaimInput, strawberry.argument(description="What to record.")
        ],
    ) -> ReliefClaimPayload:
        """Claim relief for time, tickets or items. Nothing is relieved until it is accepted."""
        order = ClaimRelief(
            input.agreement,
            input.cause.value,
            input.name,
            _tuple(input.service_levels),
            _text(input.from_),
            _text(input.to),
            _tuple(input.tickets),
            _tuple(input.deliverables),
            None if input.effects is None else tuple(each.value for each in input.effects),
            _text(input.notice_given or input.at),
            input.clause,
        )
        done = given(info, order, input)
        return ReliefClaimed(relief=relief_of(info, done), act=recorded_act(done))


def _tuple(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _text(at: datetime | None) -> str | None:
    return None if at is None else isoformat(instant(at))
