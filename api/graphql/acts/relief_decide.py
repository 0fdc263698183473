"""The order to decide a relief that is claimed."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.acts.relief_of import relief_of
from api.graphql.acts.types import (
    ClaimedRelief,
    OrderInput,
    RecordedAct,
    RequestRejected,
    given,
    instant_of,
    recorded_act,
)
from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input, said
from api.services.acts import DecideRelief
from domain.relief import ReliefStatus

__all__ = ["ReliefDecideInput", "ReliefDecideMutation", "ReliefDecidePayload"]


@described_input
class ReliefDecideInput(OrderInput):
    """What is decided about which relief."""

    relief: str = said("The name of the relief.")
    status: ReliefStatus = said("ACCEPTED, REJECTED or WITHDRAWN.")


@described
class ReliefDecided:
    """The relief is decided; settling again counts an accepted one."""

    relief: ClaimedRelief = said("The relief.")
    act: RecordedAct = said("The act, as it was recorded.")


ReliefDecidePayload: TypeAlias = Annotated[
    ReliefDecided | RequestRejected,
    strawberry.union("ReliefDecidePayload", description="The decided relief, or why it cannot be decided."),
]


@described
class ReliefDecideMutation:
    """The order to decide a relief that is claimed."""

    @answered
    def relief_decide(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            ReliefDecideInput, strawberry.argument(description="What to record.")
        ],
    ) -> ReliefDecidePayload:
        """Accept, reject or withdraw a relief that is claimed. What was decided stands."""
        order = DecideRelief(input.relief, input.status, instant_of(input))
        done = given(info, order, input)
        return ReliefDecided(relief=relief_of(info, done), act=recorded_act(done))
