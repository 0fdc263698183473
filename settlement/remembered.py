"""Earlier months as they were settled, for whoever settles a later one.

The problem: a yearly cap and a credit that is earned back look at all months of the year. They were settled, and kept;
to measure them again whenever one more month is settled costs twelve times what it should.

Example: June is settled by a process that has never seen May. The results of January to May are kept, nothing that they
rest on has changed since: their lines are added up under the cap, and only June is measured.

Limits: who keeps results says that they still hold (`api.services.fingerprints`); nothing is asked here. Of a month
that is remembered there are attainments, how they count where something is excused, and statements, not what they were
measured from: who needs that (`perFailures`, rights by outages) measures it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.agreements import Agreement, CapPer, CreditTerms, PerFailuresCredit, PointsCredit, ServiceLevel
from domain.attainment import Attainment, AttainmentStatus
from domain.periods import Period
from settlement.measured import Measurement
from settlement.results import AgreementResult, Statement, Weighed

__all__ = ["Remembered", "looks_back"]


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """The results of agreements in earlier months."""

    _results: dict[tuple[str, str], AgreementResult] = field(default_factory=dict)
    _measured: dict[tuple[str, str], tuple[Measurement, ...]] = field(default_factory=dict)

    def add(self, month: Period, results: Iterable[AgreementResult]) -> None:
        """Remember what some agreements came to in a month."""
        for result in results:
            self._results[result.agreement, month.name] = result

    def measurements(self, name: str, month: Period) -> tuple[Measurement, ...] | None:
        """The attainments that fell due in a month, in their order, without what they were measured from."""
        key = (name, month.name)
        if key in self._results and key not in self._measured:
            result = self._results[key]
            attainments = _measured(result)
            weights = (
                result.weighed if len(result.weighed) == len(attainments) else (None,) * len(attainments)
            )
            self._measured[key] = tuple(
                Measurement(
                    attainment,
                    None,
                    for_termination=_as_seen(weighed),
                    weighed=weighed,
                )
                for attainment, weighed in zip(attainments, weights, strict=True)
            )
        return self._measured.get(key)

    def is_weighed(self, name: str, month: Period) -> bool:
        """Whether it is known of every attainment of a month how it counts later, excuses and all."""
        result = self._results.get((name, month.name))
        return result is not None and len(result.weighed) == len(_measured(result))

    def statement(self, name: str, consumer: str, month: Period) -> Statement | None:
        """The statement of a month for a consumer, if its lines were kept with their own periods."""
        result = self._results.get((name, month.name))
        for each in () if result is None else result.statements:
            if each.consumer == consumer and all(line.period is not None for line in each.lines):
                return each
        return None


def _measured(result: AgreementResult) -> tuple[Attainment, ...]:
    """The attainments that were measured, in their order: no duties, and nothing that was not due."""
    return tuple(
        attainment
        for attainment in result.attainments
        if attainment.status is not AttainmentStatus.NOT_DUE and attainment.of.level.duty is None
    )


def _as_seen(weighed: Weighed | None) -> Measurement | None:
    """What termination rights see, where it is another attainment."""
    if weighed is None or weighed.for_termination is None:
        return None
    return Measurement(weighed.for_termination, None)


def looks_back(agreement: Agreement) -> bool:
    """Whether anything of an agreement, or of the umbrella that it is a part of, asks about its earlier months."""
    remedies = agreement.remedies
    return (
        agreement.part_of is not None
        or bool(agreement.rights)
        or remedies.earn_back is not None
        or remedies.ratchet is not None
        or any(cap.per is not CapPer.MONTH for cap in agreement.caps)
        or any(_looks_back(level) for level in agreement.levels)
    )


def _looks_back(level: ServiceLevel) -> bool:
    for credit in (level.credit, level.bonus):
        is_conditional = isinstance(credit, CreditTerms) and credit.when is not None
        is_repeated = isinstance(credit, PointsCredit) and credit.repeat is not None
        if is_conditional or is_repeated or isinstance(credit, PerFailuresCredit):
            return True
    return level.ratchet is not None
