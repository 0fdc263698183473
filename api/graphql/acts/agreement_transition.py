"""The order to take an agreement a step on in its life."""

from datetime import date
from typing import Annotated, TypeAlias

import strawberry

from api.graphql.acts.types import (
    OrderInput,
    RecordedAct,
    RequestRejected,
    agreement_of,
    given,
    instant_of,
    recorded_act,
)
from api.graphql.agreements.types import Agreement
from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input, said
from api.services.acts import MoveAgreement
from domain.agreements import State
from domain.life import Trigger

__all__ = ["AgreementTransitionInput", "AgreementTransitionMutation", "AgreementTransitionPayload"]


@described_input
class AgreementTransitionInput(OrderInput):
    """Which agreement takes which step."""

    agreement: str = said("The agreement.")
    to: State = said("Where it is to stand.")
    version: int | None = strawberry.field(
        default=None, description="Which version; the last where left out, or, to end it, the one in force."
    )
    ends: date | None = strawberry.field(
        default=None,
        description="The last day that a terminated agreement holds; the day of the act where left out.",
    )
    trigger: Trigger | None = strawberry.field(default=None, description="What set it off.")


@described
class AgreementTransitioned:
    """The agreement stands where it was to."""

    agreement: Agreement = said("The agreement, as it stands now.")
    act: RecordedAct = said("The act, as it was recorded.")


AgreementTransitionPayload: TypeAlias = Annotated[
    AgreementTransitioned | RequestRejected,
    strawberry.union(
        "AgreementTransitionPayload", description="The agreement, or why it cannot take the step."
    ),
]


@described
class AgreementTransitionMutation:
    """The order to take an agreement a step on in its life."""

    @answered
    def agreement_transition(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            AgreementTransitionInput, strawberry.argument(description="What to record.")
        ],
    ) -> AgreementTransitionPayload:
        """Take an agreement a step on in its life; it becomes agreed by both signatures only."""
        order = MoveAgreement(
            input.agreement, input.to, input.version, input.ends, input.trigger, instant_of(input)
        )
        done = given(info, order, input)
        return AgreementTransitioned(agreement=agreement_of(info, done), act=recorded_act(done))
