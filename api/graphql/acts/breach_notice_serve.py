"""The order to serve notice of the breach that a right rests on."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.acts.on_rights import RightOrderInput, RightRecorded, recorded_on_right
from api.graphql.acts.types import RequestRejected
from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input
from domain.termination.terms import Act

__all__ = ["BreachNoticeServeInput", "BreachNoticeServeMutation", "BreachNoticeServePayload"]


@described_input
class BreachNoticeServeInput(RightOrderInput):
    """For which right the breach is notified."""


@described
class BreachNoticeServed(RightRecorded):
    """The breach is notified: a cure that runs from notice runs now."""


BreachNoticeServePayload: TypeAlias = Annotated[
    BreachNoticeServed | RequestRejected,
    strawberry.union("BreachNoticeServePayload", description="The right, or why there is nothing to notify."),
]


@described
class BreachNoticeServeMutation:
    """The order to serve notice of the breach that a right rests on."""

    @answered
    def breach_notice_serve(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            BreachNoticeServeInput, strawberry.argument(description="What to record.")
        ],
    ) -> BreachNoticeServePayload:
        """Serve notice of the breach, where a cure runs from it before the right can be exercised."""
        return recorded_on_right(BreachNoticeServed, info, input, Act.BREACH)
