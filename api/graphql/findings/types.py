"""Findings as the schema shows them: what somebody should look at."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.services.types as services
from api.graphql.agreements import levels
from api.graphql.describing import answered, described, said
from api.graphql.view import View
from domain.findings import Finding as FindingValue
from domain.findings import FindingKind, Severity

if TYPE_CHECKING:
    from api.graphql.agreements.levels import ServiceLevel
    from api.graphql.agreements.types import Agreement
    from api.graphql.services.types import Service

__all__ = ["Figure", "Finding", "finding"]


@described
class Figure:
    """A figure that a finding rests on."""

    name: str = said("What it is.")
    value: str = said("The figure as text.")


@described
class Finding:
    """Something wrong in the contracts, in the evidence, or in the way a metric is being met."""

    code: str = said("The kind of finding for a program, such as TARGET_UNSUPPORTED.")
    severity: Severity = said("How much it should worry its reader.")
    kind: FindingKind = said("Where the fault lies.")
    message: str = said("What is wrong, in words.")
    clauses: list[str] = said("The clauses that it is about.")
    figures: list[Figure] = said("The figures that it rests on, by name.")
    cure: str | None = said("What would make it go away.")
    value: strawberry.Private[FindingValue]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")] | None:
        """The agreement that it is about."""
        return agreements.known_agreement(self.view, self.value.agreement)

    @answered
    def service_level(
        self,
    ) -> Annotated["ServiceLevel", strawberry.lazy("api.graphql.agreements.levels")] | None:
        """The service level that it is about; on the first of its services where it is about none of them alone."""
        return levels.known_level(
            self.view, self.value.agreement, self.value.service_level, self.value.service
        )

    @answered
    def service(self) -> Annotated["Service", strawberry.lazy("api.graphql.services.types")] | None:
        """The service that it is about."""
        return services.known_service(self.view, self.value.service)


def finding(view: View, value: FindingValue) -> Finding:
    """A finding as the schema shows it."""
    return Finding(
        code=value.code,
        severity=value.severity,
        kind=value.kind,
        message=value.message,
        clauses=list(value.clauses),
        figures=[Figure(name=name, value=value.figures[name]) for name in sorted(value.figures)],
        cure=value.cure or None,
        value=value,
        view=view,
    )
