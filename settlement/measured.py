"""An attainment together with what it stands on, for whoever follows or explains it.

The problem: the figure of a level says that it was missed; whose failure that was, and how the figure came about, needs
the outages, the clocks and the counts behind it, and they must be the very ones that were measured.

Example: the measurement of an availability carries T, D within T, and the occasions of its downtime.

Limits: nothing here computes.
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from domain.attainment import Attainment, AttainmentStatus, Judgement, LevelOn
from domain.findings import Finding
from domain.intervals import Intervals
from domain.measure.clocks import ClockRule
from domain.measure.composite import Composed
from domain.measure.excused import ExcusedRows
from domain.measure.tally import Tally
from domain.measure.within import TicketMeasure
from domain.metrics import unit_of
from domain.periods import Period
from domain.relief import BY_TERMINATION, Relief
from ola.degraded import Layer
from ola.downtime import Downtime
from ola.occasions import DowntimeBreach
from settlement.maintenance import AgreedMaintenance
from settlement.relieving import Applied
from settlement.results import Weighed


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredDowntime:
    """What an availability stands on: T, D within T, the service's own state, and the occasions where needed.

    ``breach`` is None where nothing in the counted downtime is excused and the target was met: then the whole of
    ``down`` counts and nobody asks whose it was.
    """

    agreed: Intervals
    windows: Intervals
    maintenance: Intervals
    down: Intervals
    state: Downtime
    counted: Fraction
    breach: DowntimeBreach | None
    horizon: int
    terms: AgreedMaintenance | None = None
    layers: tuple[Layer, ...] = ()
    """Where degraded service counts in part: the layers of the downtime, the lightest first."""
    decided: tuple[tuple[Relief, Intervals], ...] = ()
    """What of ``down`` is excused by each accepted relief."""


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredTickets:
    """What a `within` or a `duration` stands on: the tickets counted, and the clock they were counted by."""

    measure: TicketMeasure
    rule: ClockRule
    whole: TicketMeasure | None = None
    """All tickets that would have counted, where some are excused (``excused``, by their position there)."""
    excused: ExcusedRows = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredOutages:
    """What an `outageCount` stands on: the outages counted, the service's own state, and their occasions if needed."""

    agreed: Intervals
    span: tuple[int, int]
    down: Intervals
    state: Downtime
    counted: Fraction
    breach: DowntimeBreach | None
    horizon: int
    terms: AgreedMaintenance | None = None
    decided: tuple[tuple[Relief, Intervals], ...] = ()
    """The outages that each accepted relief excuses whole."""
    excused: tuple[tuple[Relief, Intervals], ...] = ()
    """The time that each accepted relief excuses."""
    longer_than: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredTally:
    """What a metric of sums stands on: its rows; ``rows`` says of which kind of evidence they are."""

    tally: Tally
    rows: str
    whole: Tally | None = None
    """All rows that would have counted, where some are excused (``excused``, by their position there)."""
    excused: ExcusedRows = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredComposite:
    """What a composite stands on: its levels as they were measured, in its order."""

    composed: Composed
    levels: "tuple[Measurement, ...]"
    expected: int
    """How many levels it is made of, measured or not."""


Basis = MeasuredDowntime | MeasuredOutages | MeasuredTickets | MeasuredTally | MeasuredComposite


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """One attainment and what it stands on; ``basis`` None where there is nothing to follow.

    A relief may excuse the credit or the weight for termination and not the breach: ``for_credit`` and
    ``for_termination`` are the measurement as these see it (None: as it is).
    """

    attainment: Attainment
    basis: Basis | None
    findings: tuple[Finding, ...] = ()
    reliefs: tuple[Applied, ...] = ()
    """Every relief that bears on the level in this period, whether it counts or not."""
    for_credit: "Measurement | None" = None
    for_termination: "Measurement | None" = None
    weighed: Weighed | None = None
    """How a period of an earlier month counts, as it was kept; there is no basis then to find it out from."""

    @property
    def as_termination_sees(self) -> "Measurement":
        """The measurement that termination rights ask about."""
        return self.for_termination or self

    @property
    def weighs_for_termination(self) -> bool:
        """Whether this is a miss that counts for termination rights: not met, and not relieved there."""
        both = (self, self.as_termination_sees)
        return all(each.attainment.status is AttainmentStatus.MISSED for each in both)

    @property
    def struck_out_by(self) -> tuple[Relief, ...]:
        """The reliefs by which a miss does not weigh for termination; none where it weighs, or is no miss."""
        if self.weighs_for_termination or self.attainment.status is not AttainmentStatus.MISSED:
            return ()
        return tuple(
            each.relief for each in self.reliefs if each.is_accepted and each.relief.effects & BY_TERMINATION
        )


def attained(
    of: LevelOn,
    period: Period,
    judgement: Judgement,
    numerator: Fraction | None,
    denominator: Fraction | None,
) -> Attainment:
    """The attainment of a judged value; a dated target is the one of the first day within the term (ruling 27)."""
    return Attainment(
        of, period, judgement.status, unit_of(of.level.metric), of.level.target.on(judged_day(of, period)),
        judgement.value, judgement.compared, numerator, denominator, judgement.margin,
    )  # fmt: skip


def judged_day(of: LevelOn, period: Period) -> date:
    """The day whose terms hold for a period: its first within the agreement's term."""
    return of.judged_day(period)
