"""Service levels as the schema shows them: one promise on one service, with its history of attainments."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.attainments.types as attainments
import api.graphql.services.types as services
from api.graphql.agreements.metrics import Metric, metric
from api.graphql.describing import answered, described, said
from api.graphql.ids import Node
from api.graphql.money import Money, optional_money
from api.graphql.scalars import DecimalText, number, optional_number
from api.graphql.view import View
from domain.agreements import Agreement as AgreementValue
from domain.agreements import Band as BandValue
from domain.agreements import BandsCredit, Direction, Target
from domain.attainment import LevelOn
from domain.periods import Period

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement
    from api.graphql.attainments.types import Attainment
    from api.graphql.services.types import Service

__all__ = [
    "Band",
    "CreditTerms",
    "LevelTarget",
    "ServiceLevel",
    "known_level",
    "service_level",
    "service_levels",
]

On = Annotated[
    date | None, strawberry.argument(description="The target in force on this day; today where left out.")
]


@described
class LevelTarget:
    """What a value is held against."""

    direction: Direction = said("Which side is the good one; the target itself keeps the promise.")
    value: DecimalText = said("The target: percent from 0 to 100, or seconds for a duration.")
    since: date | None = said("The day from which it holds; null: from the beginning.")


@described
class Band:
    """A range of values that are credited alike."""

    boundary: DecimalText = said("The value at which the band begins.")
    below: bool = said("Whether values below the boundary fall into it; else values above.")
    percent: DecimalText | None = said("The credit as a percentage of the base.")
    amount: Money | None = said("The credit as an amount.")


@described
class CreditTerms:
    """How a missed level is credited."""

    scheme: str = said("How the credit is computed, such as bands.")
    bands: list[Band] = said("Its bands, where the scheme has some.")
    minimum_payable: Money | None = said("A smaller credit is not paid.")


@described
class ServiceLevel(Node):
    """One promise of an agreement on one service: a metric, in a window, over a period, against a target."""

    name: str = said("Its name in the agreement.")
    clause: str | None = said("Where the contract says so.")
    window: str | None = said("The label of the hours that count; null: all of them.")
    critical: bool = said("Whether it carries credits; else it is reported only, a KPI.")
    of: strawberry.Private[LevelOn]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")]:
        """The agreement, in the version that this promise stands in."""
        return agreements.agreement(self.view, self.of.agreement)

    @answered
    def service(self) -> Annotated["Service", strawberry.lazy("api.graphql.services.types")]:
        """The service that it is promised for."""
        return services.service(self.view, self.of.service)

    @answered
    def inherited_from(
        self,
    ) -> Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")] | None:
        """The less specific SLA that defines this level, where the agreement leaves it to that; null for its own."""
        name = self.of.level.inherited_from
        held = None if name is None else self.view.contracts().current.get(name)
        return None if held is None else agreements.agreement(self.view, held)

    @answered
    def metric(self) -> Metric:
        """What is measured."""
        return metric(self.of.level.metric)

    @answered
    def period(self) -> str:
        """What kind of period it is judged over: month, quarter, year, week, rolling or months."""
        return self.of.level.period.kind.value

    @answered
    def target(self, on: On = None) -> LevelTarget | None:
        """The target; null before the first one holds."""
        return _target(self.of.level.target, on or self.view.contracts().day)

    @answered
    def minimum(self, on: On = None) -> LevelTarget | None:
        """The level below which it may never fall; null where the contract has none."""
        found = self.of.level.minimum
        return None if found is None else _target(found, on or self.view.contracts().day)

    @answered
    def requested(self, on: On = None) -> LevelTarget | None:
        """What the customer asked for while the target was negotiated; null where nothing is recorded."""
        found = self.of.level.requested
        return None if found is None else _target(found, on or self.view.contracts().day)

    @answered
    def credit(self) -> CreditTerms | None:
        """How a miss is credited; null for a KPI."""
        credit = self.of.level.credit
        if credit is None:
            return None
        bands = credit.bands if isinstance(credit, BandsCredit) else ()
        return CreditTerms(
            scheme=credit.scheme,
            bands=[_band(each) for each in bands],
            minimum_payable=optional_money(credit.minimum_payable),
        )

    @answered
    def attainment(
        self,
        period: Annotated[Period, strawberry.argument(description="The settled period, or the level's own.")],
    ) -> Annotated["Attainment", strawberry.lazy("api.graphql.attainments.types")] | None:
        """What it came to in a period; null where the period is not settled, or the level was not judged in it."""
        settled = self.view.settled(period)
        found = () if settled is None else settled.of_level(self.of)
        if settled is None or not found:
            return None
        own = [each for each in found if each.period.name == period.name]
        return attainments.attainment(self.view, settled, (own or found)[-1])

    @answered
    def history(
        self,
        from_: Annotated[Period, strawberry.argument(name="from", description="The first period.")],
        to: Annotated[Period, strawberry.argument(description="The last period.")],
    ) -> list[Annotated["Attainment", strawberry.lazy("api.graphql.attainments.types")]]:
        """What it came to in each settled month of a range, oldest first."""
        return [
            attainments.attainment(self.view, settled, each)
            for settled in self.view.settled_months(from_, to)
            if settled is not None
            for each in settled.of_level(self.of)
        ]


def _target(target: Target, day: date) -> LevelTarget | None:
    held = [step for step in target.steps if step.since is None or step.since <= day]
    if not held:
        return None
    step = held[-1]
    return LevelTarget(
        direction=step.threshold.direction, value=number(step.threshold.value), since=step.since
    )


def _band(value: BandValue) -> Band:
    return Band(
        boundary=number(value.boundary),
        below=value.below,
        percent=optional_number(value.percent),
        amount=optional_money(value.amount),
    )


def service_level(view: View, of: LevelOn) -> ServiceLevel:
    """A service level on one service, as the schema shows it."""
    agreement = of.agreement
    return ServiceLevel(
        names_of_id=("ServiceLevel", agreement.name, str(agreement.version), of.level.name, of.service),
        name=of.level.name,
        clause=of.level.clause,
        window=of.level.window,
        critical=of.level.is_critical,
        of=of,
        view=view,
    )


def service_levels(view: View, agreement: AgreementValue) -> list[ServiceLevel]:
    """Every service level of an agreement on each of its services."""
    return [
        service_level(view, LevelOn(agreement, level, service))
        for level in agreement.levels
        for service in level.services
    ]


def known_level(
    view: View, agreement: str | None, level: str | None, service: str | None
) -> ServiceLevel | None:
    """A service level by its names, on the first of its services where none is named; None where there is none."""
    held = None if agreement is None else view.contracts().current.get(agreement)
    found = [] if held is None else [each for each in held.levels if each.name == level]
    if held is None or not found:
        return None
    on = service if service in found[0].services else next(iter(found[0].services), None)
    return None if on is None else service_level(view, LevelOn(held, found[0], on))
