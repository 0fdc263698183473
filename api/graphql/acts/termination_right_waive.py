"""The order to waive a right to terminate."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.acts.right_of import right_of
from api.graphql.acts.types import (
    OrderInput,
    RecordedAct,
    RequestRejected,
    given,
    instant_of,
    recorded_act,
)
from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input, said
from api.graphql.rights.types import TerminationRight
from api.services.acts import ActOnRight
from domain.termination.terms import Act

__all__ = ["TerminationRightWaiveInput", "TerminationRightWaiveMutation", "TerminationRightWaivePayload"]


@described_input
class TerminationRightWaiveInput(OrderInput):
    """Which right is waived."""

    agreement: str = said("The agreement.")
    right: str = said("The name of its termination right.")


@described
class TerminationRightWaived:
    """What had accrued is given up; a new failure may make the right accrue anew."""

    right: TerminationRight | None = said(
        "The right as it stands on the day; null: it was not known on that day yet."
    )
    act: RecordedAct = said("The act, as it was recorded.")


TerminationRightWaivePayload: TypeAlias = Annotated[
    TerminationRightWaived | RequestRejected,
    strawberry.union(
        "TerminationRightWaivePayload", description="The waived right, or why there is nothing to waive."
    ),
]


@described
class TerminationRightWaiveMutation:
    """The order to waive a right to terminate."""

    @answered
    def termination_right_waive(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            TerminationRightWaiveInput, strawberry.argument(description="What to record.")
        ],
    ) -> TerminationRightWaivePayload:
        """Give up a right to terminate that has accrued."""
        order = ActOnRight(input.agreement, input.right, Act.WAIVE, instant_of(input))
        done = given(info, order, input)
        return TerminationRightWaived(right=right_of(info, done), act=recorded_act(done))
