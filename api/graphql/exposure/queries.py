"""Questions about what hangs on whom."""

from datetime import date
from typing import Annotated

import strawberry

from api.errors import RequestError
from api.graphql.context import Info, view_of
from api.graphql.describing import AsOf, answered, described
from api.graphql.enums import FailureCause
from api.graphql.errors import InvalidInput
from api.graphql.exposure.types import (
    Concentration,
    Dependents,
    FailureSets,
    SinglePoints,
    concentration_of,
    failure_sets_of,
)
from api.graphql.view import View
from api.services.exposure import Exposure

__all__ = ["ExposureQueries"]

_OfAgreement = Annotated[str | None, strawberry.argument(description="Only this SLA.")]
_OfService = Annotated[str | None, strawberry.argument(description="Only this service.")]


@described
class ExposureQueries:
    """Questions about what hangs on whom."""

    @answered
    def dependents(
        self,
        info: Info,
        party: Annotated[
            str | None, strawberry.argument(description="All that this party and those below it run is gone.")
        ] = None,
        service: Annotated[str | None, strawberry.argument(description="This service is gone.")] = None,
        as_of: AsOf = None,
    ) -> Dependents:
        """What depends on a party or on a service, and what falls if it is gone. Name one of the two."""
        view = view_of(info).at(as_of)
        try:
            return Dependents(found=_exposure(view).dependents(party, service), view=view)
        except RequestError as error:
            raise _told(error) from error

    @answered
    def single_points_of_failure(
        self, info: Info, agreement: _OfAgreement = None, service: _OfService = None, as_of: AsOf = None
    ) -> list[SinglePoints]:
        """What alone brings down what SLAs promise: services, parties, agreements; by SLA and service."""
        view = view_of(info).at(as_of)
        try:
            found = _exposure(view).single_points(agreement, service)
        except RequestError as error:
            raise _told(error) from error
        return [SinglePoints(found=each, view=view) for each in found]

    @answered
    def failure_sets(
        self,
        info: Info,
        agreement: Annotated[str, strawberry.argument(description="The SLA that breaks.")],
        service: _OfService = None,
        by: Annotated[
            FailureCause, strawberry.argument(description="What fails: services or parties.")
        ] = FailureCause.SERVICE,
        most: Annotated[
            int, strawberry.argument(description="How many sets are listed, smallest first; at most 1000.")
        ] = 100,
        as_of: AsOf = None,
    ) -> list[FailureSets]:
        """The minimal sets of failures that break an SLA, on each of its services."""
        view = view_of(info).at(as_of)
        if not 0 <= most <= 1000:
            raise InvalidInput(f"most is {most}: give how many sets to list, from 0 to 1000")
        try:
            found = _exposure(view).failure_sets(
                agreement, service, by_party=by is FailureCause.PARTY, most=most
            )
        except RequestError as error:
            raise _told(error) from error
        return [failure_sets_of(view, each) for each in found]

    @answered
    def concentration(self, info: Info, as_of: AsOf = None) -> list[Concentration]:
        """What part of the promises and of the monthly money hangs on each party, most first."""
        view = view_of(info).at(as_of)
        return [concentration_of(view, each) for each in _exposure(view).concentration()]


def _exposure(view: View) -> Exposure:
    contracts = view.contracts()
    day: date = contracts.day
    return Exposure(contracts.portfolio, contracts.chain, contracts.in_force, day)


def _told(error: RequestError) -> InvalidInput:
    return InvalidInput("; ".join(f"{fault.message}. {fault.cure}" for fault in error.faults))
