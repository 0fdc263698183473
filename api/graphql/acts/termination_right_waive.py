"""The order to waive a right to terminate."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.acts.on_rights import RightOrderInput, RightRecorded, recorded_on_right
from api.graphql.acts.types import RequestRejected
from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input
from domain.termination.terms import Act

__all__ = ["TerminationRightWaiveInput", "TerminationRightWaiveMutation", "TerminationRightWaivePayload"]


@described_input
class TerminationRightWaiveInput(RightOrderInput):
    """Which right is waived."""


@described
class TerminationRightWaived(RightRecorded):
    """What had accrued is given up; a new failure may make the right accrue anew."""


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
        return recorded_on_right(TerminationRightWaived, info, input, Act.WAIVE)
