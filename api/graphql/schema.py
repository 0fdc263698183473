"""The whole schema: every question and every order, put together.

The problem: each feature has its own folder, and a client sees one schema that is committed (`openapi/schema.graphql`),
so that a change of it is seen in a review, and only ever adds to it.

Example: ``build_schema().as_str()`` is the text of that file.

Limits: fields are answered in one thread of their own for each request: they may wait for the store, and the server
must not.
"""

import asyncio
from functools import partial
from typing import Any

import strawberry
from strawberry.extensions import (
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.types import ExecutionResult
from strawberry.types.base import StrawberryObjectDefinition, StrawberryType

from api.graphql.acts.agreement_propose import AgreementProposeMutation
from api.graphql.acts.agreement_sign import AgreementSignMutation
from api.graphql.acts.agreement_transition import AgreementTransitionMutation
from api.graphql.acts.breach_notice_serve import BreachNoticeServeMutation
from api.graphql.acts.queries import ActQueries
from api.graphql.acts.relief_claim import ReliefClaimMutation
from api.graphql.acts.relief_decide import ReliefDecideMutation
from api.graphql.acts.termination_right_exercise import TerminationRightExerciseMutation
from api.graphql.acts.termination_right_waive import TerminationRightWaiveMutation
from api.graphql.agreements.queries import AgreementQueries
from api.graphql.attainments.queries import AttainmentQueries
from api.graphql.breaches.breach_detected import BreachDetectedSubscription
from api.graphql.breaches.queries import BreachQueries
from api.graphql.describing import described
from api.graphql.errors import RequestRejectedHandler, mask_mistakes
from api.graphql.evidence.evidence_submit import EvidenceSubmitMutation
from api.graphql.evidence.queries import EvidenceQueries
from api.graphql.exposure.queries import ExposureQueries
from api.graphql.findings.queries import FindingQueries
from api.graphql.foresight.base_numbers import BaseNumberQueries
from api.graphql.foresight.queries import ForesightQueries
from api.graphql.impact.queries import ImpactQueries
from api.graphql.life.queries import LifeQueries
from api.graphql.nodes import NodeQueries
from api.graphql.parties.queries import PartyQueries
from api.graphql.portfolio.portfolio_load import PortfolioLoadMutation
from api.graphql.rights.queries import RightQueries
from api.graphql.runs.queries import RunQueries
from api.graphql.runs.settlement_progress import SettlementProgressSubscription
from api.graphql.runs.settlement_run import SettlementRunMutation
from api.graphql.scalars import SCALARS
from api.graphql.scorecards.queries import ScorecardQueries
from api.graphql.services.queries import ServiceQueries
from api.graphql.statements.claims import ClaimQueries
from api.graphql.statements.credit_claim import CreditClaimMutation
from api.graphql.statements.queries import StatementQueries
from api.graphql.statements.statement_adjust import StatementAdjustMutation
from api.graphql.statements.statement_dispute import StatementDisputeMutation
from api.graphql.statements.statement_issue import StatementIssueMutation
from api.graphql.statements.statement_settle import StatementSettleMutation
from api.graphql.statements.statement_uphold import StatementUpholdMutation

__all__ = ["Schema", "build_schema"]


@described
class Query(
    NodeQueries,
    PartyQueries,
    ServiceQueries,
    AgreementQueries,
    AttainmentQueries,
    BreachQueries,
    StatementQueries,
    ClaimQueries,
    ImpactQueries,
    FindingQueries,
    RightQueries,
    ScorecardQueries,
    RunQueries,
    EvidenceQueries,
    ActQueries,
    LifeQueries,
    ForesightQueries,
    ExposureQueries,
    BaseNumberQueries,
):
    """What can be asked: the contracts, what they came to, whose failure it was, and what it costs whom."""


@described
class Mutation(
    PortfolioLoadMutation,
    EvidenceSubmitMutation,
    SettlementRunMutation,
    AgreementProposeMutation,
    AgreementSignMutation,
    AgreementTransitionMutation,
    TerminationRightExerciseMutation,
    TerminationRightWaiveMutation,
    BreachNoticeServeMutation,
    ReliefClaimMutation,
    ReliefDecideMutation,
    StatementIssueMutation,
    StatementDisputeMutation,
    StatementUpholdMutation,
    StatementAdjustMutation,
    StatementSettleMutation,
    CreditClaimMutation,
):
    """What can be ordered. Each order is carried out wholly or not at all, and written to the audit trail."""


@described
class Subscription(SettlementProgressSubscription, BreachDetectedSubscription):
    """What can be watched."""


class Schema(strawberry.Schema):
    """The schema, answered in a worker thread: the store may be waited for, the server goes on."""

    async def execute(self, *arguments: Any, **options: Any) -> ExecutionResult:  # noqa: ANN401 - passed on
        """Answer one operation."""
        return await asyncio.to_thread(self.execute_sync, *arguments, **options)


class _Names(NameConverter):
    """A list out of settled periods is a Connection like any other by its name."""

    def from_generic(
        self, generic_type: StrawberryObjectDefinition, types: list[StrawberryType | type]
    ) -> str:
        return super().from_generic(generic_type, types).replace("SettledConnection", "Connection")


def build_schema() -> Schema:
    """The schema with its limits: a query too long or too deep is refused before it is answered."""
    return Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(name_converter=_Names(), scalar_map=SCALARS),
        exception_handlers=[RequestRejectedHandler()],
        extensions=[
            partial(MaxTokensLimiter, max_token_count=5000),
            partial(MaxAliasesLimiter, max_alias_count=50),
            partial(QueryDepthLimiter, max_depth=40),
            partial(ParserCache, maxsize=256),
            partial(ValidationCache, maxsize=256),
            mask_mistakes,
        ],
    )
