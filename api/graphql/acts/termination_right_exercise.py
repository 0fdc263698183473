"""The order to exercise a right to terminate."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.acts.on_rights import RightOrderInput, RightRecorded, recorded_on_right
from api.graphql.acts.types import RequestRejected
from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input
from domain.termination.terms import Act

__all__ = [
    "TerminationRightExerciseInput",
    "TerminationRightExerciseMutation",
    "TerminationRightExercisePayload",
]


@described_input
class TerminationRightExerciseInput(RightOrderInput):
    """Which right is exercised."""


@described
class TerminationRightExercised(RightRecorded):
    """The right is exercised: the agreement ends with its notice."""


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
        return recorded_on_right(TerminationRightExercised, info, input, Act.EXERCISE)
