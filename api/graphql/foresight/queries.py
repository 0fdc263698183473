"""Questions about what has not happened."""

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

import api.graphql.services.types as services
from api.errors import Fault, RequestError
from api.graphql.context import Info, view_of
from api.graphql.describing import answered, described, said
from api.graphql.errors import InvalidInput, RequestRejected
from api.graphql.foresight.comparisons import Comparison, comparison
from api.graphql.portfolio.portfolio_load import DocumentText
from api.graphql.view import View
from api.services.foresight import (
    grounds_of_store,
    outage_simulated,
    rights_day,
    supposed_outage,
    what_would_be,
)
from domain.instants import as_datetime, instant
from domain.periods import Period
from settlement.supposed_evidence import SupposedOutage

if TYPE_CHECKING:
    from api.graphql.services.types import Service

__all__ = ["ForesightQueries", "Simulation"]

_Service = Annotated["Service", strawberry.lazy("api.graphql.services.types")]


@described
class SimulatedOutage:
    """A time in which a service would have been down and was not."""

    from_: datetime = strawberry.field(name="from", description="Its start.")
    to: datetime = said("Its end; the end itself is no longer part of it.")
    name: strawberry.Private[str]
    view: strawberry.Private[View]

    @answered
    def service(self) -> _Service:
        """The service."""
        return services.service(self.view, self.name)


@described
class Simulation:
    """What an outage would break, cost and return. Nothing of it is stored."""

    from_: datetime = strawberry.field(name="from", description="When the outage would begin.")
    to: datetime = said("When it would end.")
    as_of: date = said("The date as of which its months are settled, with and without it.")
    down: list[SimulatedOutage] = said("The services above that would be down more than they were, and when.")
    comparison: Comparison = said("Its months as they were and as they would be.")
    name: strawberry.Private[str]
    spared: strawberry.Private[tuple[str, ...]]
    view: strawberry.Private[View]

    @answered
    def service(self) -> _Service:
        """The service that would fail."""
        return services.service(self.view, self.name)

    @answered
    def absorbed(self) -> list[_Service]:
        """The services above that would stay up: redundancy holds."""
        return [services.service(self.view, name) for name in self.spared]


@described
class WhatIfComparison:
    """A period under changed contracts, beside what it was. Nothing of it is stored."""

    replaced: list[str] = said("The documents in whose place others were read.")
    added: list[str] = said("The documents that came in addition.")
    recorded: list[SimulatedOutage] = said(
        "What monitors would have recorded besides, under the changed graph."
    )
    unrecorded: list[SimulatedOutage] = said("What monitors would not have recorded under the changed graph.")
    comparison: Comparison = said("The period as it was and as it would have been.")


WhatIfResult: TypeAlias = Annotated[
    WhatIfComparison | RequestRejected,
    strawberry.union(
        "WhatIfResult", description="What would have been, or everything that is wrong with the documents."
    ),
]


@described
class ForesightQueries:
    """Questions about what has not happened."""

    @answered
    def simulate_outage(
        self,
        info: Info,
        service: Annotated[str, strawberry.argument(description="The service that would fail.")],
        from_: Annotated[
            datetime, strawberry.argument(name="from", description="When the outage would begin.")
        ],
        to: Annotated[datetime, strawberry.argument(description="When it would end.")],
        cause: Annotated[
            str | None,
            strawberry.argument(
                description="customer, force_majeure, maintenance or other_supplier; left out: its own failure."
            ),
        ] = None,
    ) -> Simulation:
        """Which promises an outage would break, which credits, who would answer, and what could be recovered.

        The outage is added to the evidence, and its months are settled with and without it by the rules that settle
        every month. Nothing is stored.
        """
        view = view_of(info)
        try:
            outage = supposed_outage(service, instant(from_), instant(to), cause)
            day = rights_day(outage)
            found = outage_simulated(grounds_of_store(view.reader, day), outage)
        except RequestError as error:
            raise InvalidInput(str(error)) from error
        view = view.at(day)
        return Simulation(
            from_=as_datetime(outage.start),
            to=as_datetime(outage.end),
            as_of=day,
            down=[_outage(view, each) for each in found.down],
            comparison=comparison(view, found.comparison),
            name=service,
            spared=found.absorbed,
            view=view,
        )

    @answered
    def what_if(
        self,
        info: Info,
        period: Annotated[Period, strawberry.argument(description="A month, a quarter or a year.")],
        documents: Annotated[
            list[DocumentText],
            strawberry.argument(
                description="The changed documents: each takes the place of the one of its kind and name (of an "
                "agreement: and version), or is added."
            ),
        ],
    ) -> WhatIfResult:
        """A period under changed contracts (a target, a credit, a vendor, redundancy), beside what it was.

        It is settled with and without the changes from the same evidence. Nothing is stored.
        """
        view = view_of(info)
        texts = {each.file: each.text for each in documents}
        if not texts or len(texts) < len(documents):
            raise RequestError(
                Fault(
                    "USAGE",
                    "there is no changed document, or two files have the same name",
                    "Send each file of changed documents once, under a name of its own",
                )
            )
        changed = what_would_be(grounds_of_store(view.reader, period.day_after), texts, period)
        under = replace(view, behind=changed.portfolio, as_of=period.last)
        return WhatIfComparison(
            replaced=list(changed.replaced),
            added=list(changed.added),
            recorded=[_outage(under, each) for each in changed.found.recorded],
            unrecorded=[_outage(under, each) for each in changed.found.unrecorded],
            comparison=comparison(under, changed.found.comparison),
        )


def _outage(view: View, value: SupposedOutage) -> SimulatedOutage:
    return SimulatedOutage(
        from_=as_datetime(value.start), to=as_datetime(value.end), name=value.service, view=view
    )
