"""What history says of targets, as the schema shows it."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.services.types as services
from api.graphql.agreements import levels
from api.graphql.context import Info, view_of
from api.graphql.describing import answered, described, said
from api.graphql.explanations.types import Explanation, explanation
from api.graphql.findings.types import Finding, finding
from api.graphql.scalars import DecimalText, number, optional_number
from api.graphql.view import View
from api.services.foresight import base_numbers_of
from domain.agreements import Direction
from domain.base_numbers import ProposedTarget as ProposalValue
from domain.periods import Period
from settlement.base_numbers import BaseNumber as BaseNumberValue
from settlement.base_numbers import explain_proposal

if TYPE_CHECKING:
    from api.graphql.agreements.levels import ServiceLevel
    from api.graphql.agreements.types import Agreement
    from api.graphql.services.types import Service

__all__ = ["BaseNumber", "BaseNumberQueries"]


@described
class PastValue:
    """What was attained in one period of the past, under the level as it is defined today."""

    period: Period = said("The period.")
    value: DecimalText = said("The value.")


@described
class Chance:
    """A probability, known between two exact bounds."""

    least: str = said('The least it is, as an exact fraction such as "4/10".')
    most: str = said("The most it is.")


@described
class ProposedTarget:
    """A target that history supports."""

    wanted: DecimalText = said("The probability that was wanted: 0.95, 0.9, 0.75 or 0.5.")
    chance: str = said("The exact probability with which the next period meets it, at least.")
    direction: Direction = said("Which side of it is the good one.")
    target: DecimalText = said("The target.")
    number: strawberry.Private[BaseNumberValue]
    value: strawberry.Private[ProposalValue]

    @answered
    def explanation(self) -> Explanation:
        """How it came about."""
        return explanation(explain_proposal(self.number, self.value))


@described
class BaseNumber:
    """What history says of one service level on one service."""

    proposed: bool = said("Whether the agreement is still a draft, or agreed and not in force yet.")
    target: DecimalText | None = said("The target on the date.")
    past: list[PastValue] = said("The periods of the past, oldest first.")
    met: int = said("In how many of them the target would have been met.")
    chance: Chance | None = said("How likely the next period meets the target; null: nothing is known.")
    proposals: list[ProposedTarget] = said("Targets that the next period meets with a probability.")
    notes: list[str] = said("What to keep in mind: above all, whether the past is too short.")
    review_on: date | None = said("When to look at it again, where it was set without history.")
    ratchet: Finding | None = said("The higher target that the contract itself asks for.")
    value: strawberry.Private[BaseNumberValue]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")] | None:
        """The agreement."""
        return agreements.known_agreement(self.view, self.value.of.agreement.name)

    @answered
    def service_level(
        self,
    ) -> Annotated["ServiceLevel", strawberry.lazy("api.graphql.agreements.levels")] | None:
        """The service level; null where only a draft has it."""
        of = self.value.of
        return levels.known_level(self.view, of.agreement.name, of.level.name, of.service)

    @answered
    def service(self) -> Annotated["Service", strawberry.lazy("api.graphql.services.types")] | None:
        """The service."""
        return services.known_service(self.view, self.value.of.service)


@described
class BaseNumberQueries:
    """Questions about what history says of targets."""

    @answered
    def base_numbers(
        self,
        info: Info,
        agreement: Annotated[
            str | None, strawberry.argument(description="Only the levels of this agreement.")
        ] = None,
        as_of: Annotated[
            date | None, strawberry.argument(description="The date; today where left out.")
        ] = None,
    ) -> list[BaseNumber]:
        """Targets proposed from history, each with the probability of meeting it, by agreement and level."""
        view = view_of(info)
        found = view.rights(as_of)
        return [_shown(view.at(found.as_of), each) for each in base_numbers_of(found.settling, agreement)]


def _shown(view: View, value: BaseNumberValue) -> BaseNumber:
    return BaseNumber(
        proposed=value.is_proposed,
        target=optional_number(None if value.threshold is None else value.threshold.value),
        past=[PastValue(period=period, value=number(attained)) for period, attained in value.periods],
        met=value.met,
        chance=None
        if value.chance is None
        else Chance(least=str(value.chance[0]), most=str(value.chance[1])),
        proposals=[
            ProposedTarget(
                wanted=number(each.wanted),
                chance=str(each.chance),
                direction=each.threshold.direction,
                target=number(each.threshold.value),
                number=value,
                value=each,
            )
            for each in value.proposals
        ],
        notes=list(value.notes),
        review_on=value.review_on,
        ratchet=None if value.ratchet is None else finding(view, value.ratchet),
        value=value,
        view=view,
    )
