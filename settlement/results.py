"""The form of a settled period: attainments, breaches with their traces, statements, credit impact, findings.

The problem: the command line, the API and the store must show the same figures, so there is one form of them, of plain
frozen values; each edge only writes it down.

Limits: nothing here computes. Explanations of attainments, shares and credits are built on demand
(`settlement.explain`), so that a bulk run does not pay for trees nobody reads.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.agreements import AgreementType
from domain.attainment import Attainment, LevelOn
from domain.evidence import QuarantinedRow, SourceSummary
from domain.findings import Finding
from domain.ledger import Entry, balance
from domain.money import Money
from domain.periods import Period
from domain.termination.meeting import Ground
from domain.termination.standing import TerminationStatus
from domain.termination.terms import Scope
from ola.responsibility import Trace


@dataclass(frozen=True, slots=True)
class Breach:
    """A missed attainment and its trace; ``credits`` is parallel to the trace's rows (None: no credit)."""

    attainment: Attainment
    trace: Trace
    credits: tuple[Money | None, ...]


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One missed critical level in a statement.

    ``amount`` is after scheme, level cap and minimum payable; ``net`` after the agreement's remedies (ruling 5).
    ``percent`` is of ``base``; a band that states an amount has no percent.
    """

    of: LevelOn
    scheme: str
    value: Fraction | None
    percent: Fraction | None
    base: Money | None
    amount: Money
    net: Money
    points: Fraction | None = None
    """The service points of the scheme `points`."""
    period: Period | None = None
    """The level's own period that was missed (a weekly level has several lines in a month); None: not kept with it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The credits of one agreement for one consumer and one period; also at 0.00 (ruling 5).

    ``gross`` is the sum of the lines' amounts; ``net`` that of their nets, less what the month uses or refunds of
    credits that were earned back.
    """

    agreement: str
    type: AgreementType
    provider: str
    consumer: str
    period: Period
    lines: tuple[CreditLine, ...]
    gross: Money
    net: Money
    claim_by: date | None
    is_claim_missed: bool = False
    ledger: tuple[Entry, ...] = ()
    """What was earned back of the agreement's credits up to this month, and what became of it, oldest first."""
    is_sole_remedy: bool | None = None
    """Whether credits are the only financial remedy; None where the contract does not say."""
    counts_toward_damages: bool | None = None
    bonuses: tuple[CreditLine, ...] = ()
    """What the provider is owed for doing better than promised: no credits, in neither gross nor net."""

    @property
    def bonus(self) -> Money:
        """The sum of the bonuses."""
        return sum((line.net for line in self.bonuses), start=Money.zero(self.net.currency))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What this month's statement did to the ledger."""
        return tuple(entry for entry in self.ledger if entry.month == self.period.name)

    @property
    def balance(self) -> Money:
        """What is earned back and not used yet."""
        return balance(self.ledger, self.net.currency)


_OUTAGES, _TICKETS, _COUNTS = (
    frozenset({"outages"}),
    frozenset({"tickets", "ticket_events"}),
    frozenset({"counts"}),
)
_SAMPLES, _DELIVERABLES = frozenset({"samples"}), frozenset({"deliverables"})
_READ_BY = {
    "availability": _OUTAGES,
    "outageCount": _OUTAGES,
    "within": _TICKETS,
    "duration": _TICKETS,
    "ratio": _COUNTS,
    "mean": _COUNTS,
    "total": _COUNTS,
    "success": _SAMPLES,
    "onTime": _DELIVERABLES,
    "composite": _OUTAGES | _TICKETS | _COUNTS | _SAMPLES | _DELIVERABLES,
}
"""Which kinds of evidence a metric is measured from; a composite may rest on levels of every kind."""


class GapCode(StrEnum):
    """Why a credit paid is not recovered, in the order in which the obstacles are lifted (3.6)."""

    CLAIM_MISSED = "CLAIM_MISSED"
    CAP = "CAP"
    EXCLUSION = "EXCLUSION"
    TARGET = "TARGET"
    RATE = "RATE"
    NOT_DUE = "NOT_DUE"
    UNGOVERNED = "UNGOVERNED"
    MISALIGNED = "MISALIGNED"
    OWN = "OWN"
    CUSTOMER = "CUSTOMER"


@dataclass(frozen=True, slots=True)
class GapReason:
    """One reason of a gap, its amount, the upper promise whose credit it is, and a sentence for a person."""

    code: GapCode
    amount: Money
    agreement: str | None
    service_level: str | None
    service: str | None
    explanation: str


@dataclass(frozen=True, slots=True)
class PartyImpact:
    """What one answerable party caused and what can be recovered from it; ``party`` None is the contracts."""

    party: str | None
    caused: Money
    recoverable: Money
    internal: Money
    gap: Money
    over_recovery: Money
    reasons: tuple[GapReason, ...]
    outside_own_contract: Money | None = None
    """What of ``caused`` went through services that no contract of the party with us covers; None: not worked out."""


@dataclass(frozen=True, slots=True)
class AppliedRate:
    """The dated rate at which statements in another currency were taken: one unit of ``base`` is ``rate`` of ours."""

    base: str
    rate: Fraction
    on: date


@dataclass(frozen=True, slots=True)
class CreditImpact:
    """Both sides of the money in one currency for one period.

    What suppliers owe in another currency is in it at the ``rates`` of the documents, or not at all.
    """

    currency: str
    payable: Money
    recoverable: Money
    internal: Money
    gap: Money
    over_recovery: Money
    parties: tuple[PartyImpact, ...]
    rates: tuple[AppliedRate, ...] = ()


@dataclass(frozen=True, slots=True)
class RightStatus:
    """How one termination right stands on a date (3.7).

    ``exercisable_until`` is the last day on which it can be exercised, or could have been before it lapsed.
    ``earliest_end`` is the day on which the agreement ends if notice is given on the date (or was, when it was
    exercised). ``services`` are what would end. ``grounds`` are the breaches it rests on or counts so far, the relieved
    ones struck out.
    """

    agreement: str
    version: int
    name: str
    clause: str | None
    status: TerminationStatus
    accrued: date | None
    curing_until: date | None
    exercisable_until: date | None
    earliest_end: date | None
    next_trigger: str | None
    scope: Scope
    services: tuple[str, ...]
    fee: Money | None
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a measured period counts in later months, besides its attainment: as its excuses made it.

    ``is_relieved``: passed over among repeats. ``struck_out``: why it does not weigh for termination (None: it does, or
    was met), and ``unexcused`` what it would have attained then. ``for_termination``: what termination rights see,
    where it is another attainment.
    """

    is_relieved: bool
    struck_out: str | None = None
    unexcused: Attainment | None = None
    for_termination: Attainment | None = None


@dataclass(frozen=True, slots=True)
class AgreementResult:
    """What one agreement came to in one month, before the money of all agreements is put side by side.

    It follows from the agreement, what it stands on and their evidence alone, so it may be kept where none of these
    has changed. ``findings`` are those of its measures and its terms. ``weighed`` has one for each measured level, in
    the order of ``attainments``; none where attainments alone say it, or no later month asks.
    """

    agreement: str
    attainments: tuple[Attainment, ...]
    breaches: tuple[Breach, ...]
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    weighed: tuple[Weighed, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """One settled period, as known on a date."""

    period: Period
    as_of: date
    attainments: tuple[Attainment, ...]
    breaches: tuple[Breach, ...]
    statements: tuple[Statement, ...]
    credit_impact: tuple[CreditImpact, ...]
    findings: tuple[Finding, ...]
    quarantine: tuple[QuarantinedRow, ...]
    sources: tuple[SourceSummary, ...]
    rights: tuple[RightStatus, ...] = ()

    def quarantined_behind(self, attainment: Attainment) -> int:
        """How many quarantined rows could have changed an attainment: those of the kinds that its metric reads.

        A row that could not be read does not say for certain what it was about, so all of a kind are counted.
        """
        kinds = _READ_BY.get(attainment.of.level.metric.kind, frozenset())
        return sum(source.quarantined for source in self.sources if source.kind in kinds)
