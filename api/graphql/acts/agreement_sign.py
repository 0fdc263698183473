"""The order to sign an agreement for a party."""

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
from api.services.acts import SignAgreement

__all__ = ["AgreementSignInput", "AgreementSignMutation", "AgreementSignPayload"]


@described_input
class AgreementSignInput(OrderInput):
    """Which version is signed for whom."""

    agreement: str = said("The agreement.")
    party: str = said("The party that signs: its provider or its consumer.")
    version: int | None = strawberry.field(
        default=None, description="Which version; the last where left out."
    )
    by: str | None = strawberry.field(
        default=None, description="The person who signs for the party; the actor where left out."
    )


@described
class AgreementSigned:
    """The signature stands; with the second party's the version is agreed."""

    agreement: Agreement = said("The version that was signed.")
    act: RecordedAct = said("The act, as it was recorded.")


AgreementSignPayload: TypeAlias = Annotated[
    AgreementSigned | RequestRejected,
    strawberry.union("AgreementSignPayload", description="The signed version, or why it cannot be signed."),
]


@described
class AgreementSignMutation:
    """The order to sign an agreement for a party."""

    @answered
    def agreement_sign(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            AgreementSignInput, strawberry.argument(description="What to record.")
        ],
    ) -> AgreementSignPayload:
        """Sign a version that is being negotiated. Each party signs once; the second signature makes it agreed."""
        order = SignAgreement(input.agreement, input.party, input.version, input.by, instant_of(input))
        done = given(info, order, input)
        return AgreementSigned(agreement=agreement_of(info, done), act=recorded_act(done))
