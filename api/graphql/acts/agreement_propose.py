"""The order to propose an agreement, or an amendment of one."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.acts.types import (
    OrderInput,
    RecordedAct,
    RequestRejected,
    agreement_of,
    given,
    recorded_act,
)
from api.graphql.agreements.types import Agreement
from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input, said
from api.services.acts import ProposeAgreement

__all__ = ["AgreementProposeInput", "AgreementProposeMutation", "AgreementProposePayload"]


@described_input
class AgreementProposeInput(OrderInput):
    """The agreement, or the next version of one, who proposes it, and why."""

    text: str = said("The document in YAML: one of kind Agreement, with state: draft and the next version.")


@described
class AgreementProposed:
    """It stands among the contracts as a draft."""

    agreement: Agreement = said("The draft.")
    act: RecordedAct = said("The act, as it was recorded.")


AgreementProposePayload: TypeAlias = Annotated[
    AgreementProposed | RequestRejected,
    strawberry.union("AgreementProposePayload", description="The draft, or why it cannot be proposed."),
]


@described
class AgreementProposeMutation:
    """The order to propose an agreement, or an amendment of one."""

    @answered
    def agreement_propose(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            AgreementProposeInput, strawberry.argument(description="What to record.")
        ],
    ) -> AgreementProposePayload:
        """Propose an agreement, or a new version of one, as a draft. No amendment can hold before its agreement."""
        order = ProposeAgreement(input.text)
        done = given(info, order, input)
        return AgreementProposed(agreement=agreement_of(info, done), act=recorded_act(done))
