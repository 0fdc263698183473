"""Attainments as the schema shows them: a measured value, what it was held against, and what it stands on."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.breaches.types as breaches
import api.graphql.parties.types as parties
from api.graphql.agreements import levels
from api.graphql.describing import After, First, answered, described, said
from api.graphql.evidence.types import EvidenceConnection, evidence_page
from api.graphql.explanations.types import Explanation, explanation
from api.graphql.scalars import DecimalText, optional_number
from api.graphql.view import Settled, View
from domain.attainment import Attainment as AttainmentValue
from domain.attainment import AttainmentStatus
from domain.measure.judging import minimum_of, misses_minimum
from domain.periods import Period
from settlement.further_explanations import not_due_explanation

if TYPE_CHECKING:
    from api.graphql.agreements.levels import ServiceLevel
    from api.graphql.breaches.types import Breach
    from api.graphql.parties.types import Party

__all__ = ["Attainment", "attainment"]


@described
class Attainment:
    """What a service level came to in a period: an exact value, and whether it keeps the promise."""

    period: Period = said("The level's own period.")
    status: AttainmentStatus = said("Whether the target was met.")
    value: DecimalText | None = said("The value: percent, seconds for a duration, plain for others.")
    numerator: DecimalText | None = said("What the value is a part of the denominator by.")
    denominator: DecimalText | None = said("The agreed service time, or what counts; none for a plain sum.")
    unit: str = said(
        "What numerator and denominator count: microseconds, tickets, counts, samples, items and so on."
    )
    target: DecimalText | None = said("The target that was in force.")
    margin: DecimalText | None = said("How far the value lies on the good side; negative for a breach.")
    minimum: DecimalText | None = said(
        "The second, lower threshold that was in force; null where there is none."
    )
    minimum_missed: bool | None = said("Whether the minimum was missed as well; null where there is none.")
    consumer: str | None = said(
        "The customer that it is measured for by itself; null: all that the agreement is with."
    )
    quarantined: int = said("How many rows of evidence could not be read that might have changed it.")
    of: strawberry.Private[AttainmentValue]
    settled: strawberry.Private[Settled]
    view: strawberry.Private[View]

    @answered
    def service_level(self) -> Annotated["ServiceLevel", strawberry.lazy("api.graphql.agreements.levels")]:
        """The promise that was measured, in the version that was in force."""
        return levels.service_level(self.view, self.of.of)

    @answered
    def owed_by(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """Whose performance it is: the provider's, or the consumer's in a duty of its own; null: all customers'."""
        return parties.known_party(self.view, self.of.of.owed_by)

    @answered
    def breach(self) -> Annotated["Breach", strawberry.lazy("api.graphql.breaches.types")] | None:
        """The breach, where the target was missed."""
        found = self.settled.breach(self.of)
        return None if found is None else breaches.breach(self.view, self.settled, found)

    @answered
    def explanation(self) -> Explanation | None:
        """How the value and the status came about; worked out anew from the stored evidence when asked for."""
        if self.of.status is AttainmentStatus.NOT_DUE:
            return explanation(not_due_explanation(self.of, self.settled.settlement.period))
        tree = self.view.explanations(self.of, self.settled.known_at).get("attainment")
        return None if tree is None else explanation(tree)

    @answered
    def evidence(self, first: First = None, after: After = None) -> EvidenceConnection:
        """The outages or tickets that it was measured from."""
        return evidence_page(self.view, self.of, self.settled.known_at, first, after)


def attainment(view: View, settled: Settled, value: AttainmentValue) -> Attainment:
    """An attainment as the schema shows it."""
    minimum = minimum_of(value)
    view = view.under(settled)
    return Attainment(
        period=value.period,
        status=value.status,
        value=optional_number(value.value),
        numerator=optional_number(value.numerator),
        denominator=optional_number(value.denominator),
        unit=value.unit,
        target=None if value.threshold is None else optional_number(value.threshold.value),
        margin=optional_number(value.margin),
        minimum=None if minimum is None else optional_number(minimum.value),
        minimum_missed=None if minimum is None else misses_minimum(value),
        consumer=value.of.customer,
        quarantined=settled.settlement.quarantined_behind(value),
        of=value,
        settled=settled,
        view=view,
    )
