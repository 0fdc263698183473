"""Questions about what has not happened."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.services.types as services
from api.errors import RequestError
from api.graphql.context import Info, view_of
from api.graphql.describing import answered, described, said
from api.graphql.errors import InvalidInput
from api.graphql.foresight.comparisons import Comparison, comparison
from api.graphql.view import View
from api.services.foresight import grounds_of_store, outage_simulated, rights_day, supposed_outage
from domain.instants import as_datetime, instant
from settlement.supposing import SupposedOutage

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


def _outage(view: View, value: SupposedOutage) -> SimulatedOutage:
    return SimulatedOutage(
        from_=as_datetime(value.start), to=as_datetime(value.end), name=value.service, view=view
    )
