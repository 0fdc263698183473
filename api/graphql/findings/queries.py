"""Questions about findings."""

from typing import Annotated

import strawberry

from api.graphql.context import Info, view_of
from api.graphql.describing import After, First, answered, described
from api.graphql.findings.types import Finding, finding
from api.graphql.paging import Connection, page
from domain.findings import Finding as FindingValue
from domain.findings import FindingKind, Severity

__all__ = ["FindingQueries"]


@described
class FindingQueries:
    """Questions about findings."""

    @answered
    def findings(
        self,
        info: Info,
        agreement: Annotated[
            str | None, strawberry.argument(description="Only findings about this agreement.")
        ] = None,
        severity: Annotated[
            Severity | None, strawberry.argument(description="Only findings of this severity.")
        ] = None,
        kind: Annotated[
            FindingKind | None, strawberry.argument(description="Only findings of this kind.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Finding]:
        """What somebody should look at, as the last settlement says; before any, what the contracts alone show."""
        view = view_of(info)
        found = [
            each
            for each in view.findings()
            if agreement in {None, each.agreement}
            and severity in {None, each.severity}
            and kind in {None, each.kind}
        ]
        return page(found, FindingValue.order, lambda each: finding(view, each), first, after)
