"""The order to exercise a right to terminate."""

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

__all__ = [
    "TerminationRightExerciseInput",
    "TerminationRightExerciseMutation",
    "TerminationRightExercisePayload",
]


@described_input
class TerminationRightExerciseInput(OrderInput):
    """Which right is exercised."""

    agreement: str = said("The agreement.")
    right: str = said("The name of its termination right.")


@described
class TerminationRightExercised:
    """The right is exercised: the agreement ends with its notice."""

    right: TerminationRight | None = said(
        "The right as it stands on the day; null: it was not known on that day yet."
    )
    act: RecordedAct = said("The act, as it was recorded.")


TerminationRightExercisePayload: TypeAlias = Annotated[
    TerminationRightExercised | RequestRejected,
    strawberry.union(
        "TerminationRightExercisePayload", description="The right, or why it cannot be exercised."
    ),
]


@described
class TerminationRightExerciseMutation:
    """The order to exercise a right to terminate."""

    @answered
    def termination_right_exercise(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            TerminationRightExerciseInput, strawberry.argument(description="What to record.")
        ],
    ) -> TerminationRightExercisePayload:
        """Exercise a right to terminate. One that has not accrued, has lapsed or was waived is refused."""
        order = ActOnRight(input.agreement, input.right, Act.EXERCISE, instant_of(input))
        done = given(info, order, input)
        return TerminationRightExercised(right=right_of(info, done), act=recorded_act(done))
