"""The order to serve notice of the breach that a right rests on."""

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

__all__ = ["BreachNoticeServeInput", "BreachNoticeServeMutation", "BreachNoticeServePayload"]


@described_input
class BreachNoticeServeInput(OrderInput):
    """For which right the breach is notified."""

    agreement: str = said("The agreement.")
    right: str = said("The name of its termination right.")


@described
class BreachNoticeServed:
    """The breach is notified: a cure that runs from notice runs now."""

    right: TerminationRight | None = said(
        "The right as it stands on the day; null: it was not known on that day yet."
    )
    act: RecordedAct = said("The act, as it was recorded.")


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
        order = ActOnRight(input.agreement, input.right, Act.BREACH, instant_of(input))
        done = given(info, order, input)
        return BreachNoticeServed(right=right_of(info, done), act=recorded_act(done))
