"""What history says of every target: proposals with their probabilities, review dates, and targets to be raised.

The problem: targets are set without history ("99.9, as everybody has"), and then nobody looks at them again. So each
level is measured over all of the past, as it is defined today, and what the past supports is put beside what is
promised.

Example: nine months of a level, the worst 99.62: a target of 99.62 would be met with probability 9/10; the promised
99.9 was met in four of them, so the next month meets it with between 4/10 and 5/10.

The way (ruling 184): a level's periods are those from the month of the first evidence of the kind that it reads on that
ended by the date, measured under the level as it stands, also before its term, and a draft's as if it had been in
force. Windows that overlap are taken one after another, so that none counts twice.

Limits: see `domain.base_numbers` for what the probabilities take for granted. Composites are measured where all of
their parts are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.agreements import Agreement, Direction, LaterMetric, ServiceLevel, State, Threshold
from domain.attainment import Attainment, LevelOn
from domain.base_numbers import WANTED, ProposedTarget, chance_of, periods_needed, proposed_target
from domain.explanation import Explanation, Value, work
from domain.metrics import (
    AvailabilityMetric,
    OutageCountMetric,
    TicketMetric,
)
from domain.money import decimal_text
from domain.periods import Period, PeriodKind, PeriodRule
from domain.services import Measured
from settlement.ratchets import ratchet_findings
from settlement.target_reviews import FirstEvidence, as_if_in_force, review_day

if TYPE_CHECKING:
    from domain.findings import Finding
    from settlement.settle import Settling

__all__ = ["BaseNumber", "base_numbers", "explain_proposal"]

_PROPOSED = frozenset({State.DRAFT, State.NEGOTIATING, State.AGREED})
_MOST_PERIODS = 120
_A_YEAR_OF_MONTHS = 12
_SMALL = 20
"""A period with fewer tickets or items than these moves by more than five points with each of them."""
_PLACES = {"duration": 0, "outageCount": 0, "total": 0}


@dataclass(frozen=True, slots=True)
class BaseNumber:
    """What history says of one level on one service.

    ``chance`` are the bounds of the probability that the next period meets the target in force; None without a target
    or a history. ``review_on`` is set where the target was set without history.
    """

    of: LevelOn
    is_proposed: bool
    """Whether the agreement is still a draft, or agreed and not in force yet."""
    threshold: Threshold | None
    periods: tuple[tuple[Period, Fraction], ...]
    """The periods of the past and what was attained in them, oldest first."""
    met: int
    chance: tuple[Fraction, Fraction] | None
    proposals: tuple[ProposedTarget, ...]
    notes: tuple[str, ...]
    review_on: date | None
    ratchet: Finding | None

    @property
    def places(self) -> int:
        """How many decimals a proposed target has."""
        return _PLACES.get(self.of.level.metric.kind, 2)


def base_numbers(settling: Settling, agreement: str | None = None) -> tuple[BaseNumber, ...]:
    """What history says, as of a settling's date, of the levels of one agreement or of all; by agreement and level.

    The latest version of each agreement counts, in force or proposed, whose term has not ended.
    """
    found = []
    evidence = FirstEvidence(settling)
    for version in _versions(settling, agreement):
        is_proposed = version.state in _PROPOSED
        raised = () if is_proposed else _ratchets(settling, version)
        standing = settling.measuring.standing(max(settling.as_of, version.first))
        for level in version.levels:
            if isinstance(level.metric, LaterMetric):
                continue
            for whose in settling.measuring.judged_for(version, level):
                services = level.services if is_proposed else standing.services(whose, level)
                for service in sorted(services):
                    ratchet = [
                        each for each in raised if (each.service_level, each.service) == (level.name, service)
                    ]
                    of = LevelOn(whose, level, service)
                    found.append(
                        _base_number(evidence, of, next(iter(ratchet), None), is_proposed=is_proposed)
                    )
    return tuple(sorted(found, key=lambda each: (*each.of.order(), each.of.agreement.version)))


def explain_proposal(number: BaseNumber, proposal: ProposedTarget) -> Explanation:
    """How a proposed target came about: the values of the past, and the probability that was wanted."""
    values: tuple[Value, ...] = tuple(value for _, value in number.periods)
    inputs: dict[str, Value] = {
        "values": values,
        "direction": proposal.threshold.direction.value,
        "wanted": proposal.wanted,
        "places": Fraction(number.places),
    }
    span = f"{number.periods[0][0].name} to {number.periods[-1][0].name}"
    return work("target", "base-number/1", inputs, clause=number.of.level.clause, period=span).explanation


def _versions(settling: Settling, agreement: str | None) -> Iterable[Agreement]:
    for name, versions in settling.versions.items():
        if agreement not in (None, name):
            continue
        held = settling.version_on(name, settling.as_of)
        if held is not None and held.state is State.ACTIVE and held.last >= settling.as_of:
            yield held
        later = [each for each in versions if each.state in _PROPOSED and each.last >= settling.as_of]
        if later:
            yield max(later, key=lambda each: (each.effective, each.version))


def _ratchets(settling: Settling, version: Agreement) -> list[Finding]:
    """The targets that the contract itself raises at the end of the last whole month."""
    month = PeriodRule.month().containing(settling.as_of).previous()
    judged = settling.judged_in(version.name, month)
    if judged is None or settling.history.earliest is None:
        return []
    if not (judged.remedies.ratchet or any(level.ratchet for level in judged.levels)):
        return []
    return ratchet_findings(settling.history, judged, month)


def _base_number(
    evidence: FirstEvidence, of: LevelOn, ratchet: Finding | None, *, is_proposed: bool
) -> BaseNumber:
    settling = evidence.settling
    threshold = of.level.target.on(max(settling.as_of, of.agreement.first))
    attained = _past(evidence, of)
    values = [value for _, _, value in attained]
    proposals: list[ProposedTarget] = []
    places = _PLACES.get(of.level.metric.kind, 2)
    direction = _direction(of.level, threshold)
    if direction is not None:
        proposals = [
            proposal
            for wanted in WANTED
            if (proposal := proposed_target(values, direction, wanted, places)) is not None
        ]
    review = review_day(of, attained[0][0] if attained else None)
    met = 0 if threshold is None else sum(1 for value in values if threshold.is_met_by(value))
    return BaseNumber(
        of,
        is_proposed,
        threshold,
        tuple((period, value) for period, _, value in attained),
        met,
        None if threshold is None or not values else chance_of(values, threshold),
        tuple(proposals),
        tuple(_notes(settling, of, [each for _, each, _ in attained])),
        None if review is None else max(review, settling.as_of),
        ratchet,
    )


def _direction(level: ServiceLevel, threshold: Threshold | None) -> Direction | None:
    steps = level.target.steps
    if threshold is not None:
        return threshold.direction
    return steps[0].threshold.direction if steps else None


def _past(evidence: FirstEvidence, of: LevelOn) -> list[tuple[Period, Attainment, Fraction]]:
    """A level's periods of the past with what was attained, oldest first, under the level as it stands."""
    settling, since = evidence.settling, evidence.month_of(of)
    if since is None:
        return []
    seen = as_if_in_force(of, since)
    level = seen.level
    found: list[tuple[Period, Attainment, Fraction]] = []
    period = _last_period(level, settling.as_of)
    while period.first >= since and len(found) < _MOST_PERIODS:
        measurement = settling.measuring.measure(seen, period)
        if measurement is not None and measurement.attainment.value is not None:
            found.append((period, measurement.attainment, measurement.attainment.value))
        period = _before(level, period)
    return found[::-1]


def _last_period(level: ServiceLevel, as_of: date) -> Period:
    """The last period of a level that ended before a date."""
    period = level.period.containing(as_of - timedelta(days=1))
    return period if period.last < as_of else period.previous()


def _before(level: ServiceLevel, period: Period) -> Period:
    """The period before; of windows that overlap, the one that ends where this one begins."""
    if period.kind is PeriodKind.DAY_WINDOW:
        return level.period.containing(period.first - timedelta(days=1))
    return period.previous()


def _notes(settling: Settling, of: LevelOn, attained: list[Attainment]) -> Iterable[str]:
    count = len(attained)
    if not attained:
        yield "There is no history: no period lies wholly after the first evidence, or nothing was measured."
        return
    missing = [each for each in WANTED if periods_needed(each) > count]
    if missing:
        least = min(missing)
        yield (
            f"{count} {'period is' if count == 1 else 'periods are'} too few for a target that is met with "
            f"{decimal_text(100 * least)} % or more: that takes {periods_needed(least)}."
        )
    if count < _A_YEAR_OF_MONTHS and of.level.period.kind is PeriodKind.MONTH:
        yield "Less than a year: what comes once a year (a peak, a change of system) is not in it."
    if isinstance(of.level.metric, TicketMetric):
        fewest = min(each.denominator or Fraction(0) for each in attained)
        if fewest < _SMALL:
            yield (
                f"One of the periods has only {decimal_text(fewest)} tickets: with so few, each of them moves the "
                f"value by {decimal_text(100 / fewest if fewest else Fraction(100), places=1)} points."
            )
    best = {each.value for each in attained}
    if len(best) == 1 and count > 1:
        yield "Every period attained the same: history does not say how often it will be less."
    if isinstance(of.level.metric, AvailabilityMetric | OutageCountMetric):
        directly = settling.portfolio.services[of.service].measured is Measured.DIRECTLY
        if not directly and not any(
            name in settling.evidence.services_with_outages()
            for name in settling.measuring.chain.closure(of.service)
        ):
            yield "No outage of anything that it stands on was ever recorded."
