"""The closed lists of the contracts' words, as the schema's enums.

The problem: the words are the core's own (`domain`, `ola`, `settlement`), and the core knows no GraphQL. So they are
registered here, each with a description for a person.

Example: `domain.parties.Role` is the enum ``PartyRole`` with ``CUSTOMER``, ``PROVIDER``, ``VENDOR`` and ``TEAM``.

Limits: the names are the members' own, in capitals; a value that a document writes otherwise ("atLeast") is not seen.
"""

from enum import Enum, StrEnum

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from domain.agreements import (
    Aggregate,
    AgreementType,
    Assign,
    Base,
    CapPer,
    CountFrom,
    Direction,
    Formula,
    Milestone,
    State,
    Statistic,
    Structure,
)
from domain.attainment import AttainmentStatus
from domain.diary import DueKind
from domain.findings import FindingKind, Severity
from domain.ledger import EntryKind
from domain.life import Trigger
from domain.parties import Role
from domain.relief import Effect, ReliefStatus
from domain.services import Measured
from domain.termination.standing import TerminationStatus
from domain.termination.terms import Scope
from ola.negotiation import Feasibility
from ola.responsibility import ExcuseKind, Reason
from settlement.comparing import Change
from settlement.records.causes import CauseKind
from settlement.records.claims import ClaimStatus
from settlement.records.life import StatementAct, StatementStatus
from settlement.results import GapCode
from store.records import RunStatus

__all__ = ["FailureCause", "GraphDirection", "ReliefCause", "StatementStatus", "TraceMethod"]


class FailureCause(Enum):
    """What fails in a set of failures."""

    SERVICE = "service"
    PARTY = "party"


class GraphDirection(Enum):
    """Which way the graph is followed."""

    DOWN = "down"
    UP = "up"
    BOTH = "both"


class ReliefCause(StrEnum):
    """What can cause what is to be excused."""

    CUSTOMER = "customer"
    FORCE_MAJEURE = "force_majeure"
    MAINTENANCE = "maintenance"
    OTHER_SUPPLIER = "other_supplier"


class TraceMethod(StrEnum):
    """How the shares of a trace were worked out."""

    COUNTERFACTUAL = "COUNTERFACTUAL"


def _register(enum: type[Enum], name: str, description: str, **values: str) -> None:
    """Make an enum known to the schema, with a description for each of its members."""
    strawberry.enum(enum, name=name, description=description)
    definition: StrawberryEnumDefinition = enum.__strawberry_definition__  # type: ignore[attr-defined] # strawberry sets it
    for value in definition.values:
        value.description = values[value.name]


_register(
    Role, "PartyRole", "What a party is in the chain of promises.",
    CUSTOMER="It holds an SLA with the provider.",
    PROVIDER="The organisation, or service integrator, that faces customers.",
    VENDOR="A supplier, bound by an underpinning contract.",
    TEAM="An internal team of the provider, bound by an OLA.",
)  # fmt: skip
_register(
    AgreementType, "AgreementType", "Between whom an agreement stands.",
    SLA="Service level agreement: the provider promises a customer.",
    OLA="Operational level agreement: an internal team promises the provider.",
    UC="Underpinning contract: a vendor promises the provider, or another vendor.",
)  # fmt: skip
_register(
    Structure, "AgreementStructure", "How an SLA is cut.",
    SERVICE="One service, for all customers.",
    CUSTOMER="One customer, with all its services.",
    CORPORATE="All customers and all services.",
)  # fmt: skip
_register(
    State, "AgreementState", "Where an agreement stands in its life; only an active one is judged.",
    DRAFT="It is being written.",
    NEGOTIATING="It is being negotiated.",
    AGREED="It is agreed, and not yet active.",
    ACTIVE="It is in force during its term, and judged.",
    TERMINATED="It was ended.",
    EXPIRED="Its term has run out, and it did not renew itself.",
)  # fmt: skip
_register(
    DueKind, "CalendarEntryKind", "What falls on a day.",
    BEGINS="An agreement begins.", VERSION="A version takes effect.", TERMS_CHANGE="A dated term changes.",
    NOTICE_DUE="The last day to give notice.", RENEWS="It renews itself.", ENDS="It ends.", REVIEW="It is reviewed.",
    SIGNATURE_AWAITED="A version would take effect that is not signed by both.",
    SUPPORT_ENDS="An agreement below was ended by a right: from this day on something is promised without support.",
    RIGHT_ACCRUES="A right to terminate comes into being.", RIGHT_LAPSES="The last day to exercise a right.",
    CURE_ENDS="The last day of a cure.", CLAIM_DUE="The last day to claim a credit.",
    ESCALATION="A breach goes to the next step.",
)  # fmt: skip
_register(
    Feasibility, "Feasibility", "Whether the chain carries a figure.",
    GUARANTEED="However unluckily failures fall, if every supplier keeps its promise.",
    EXPECTED="If failures are independent; it is not guaranteed.", UNSUPPORTED="Not even to be expected.",
    UNKNOWN="Nothing that is promised stands under it, or a chain does not support such a metric.",
)  # fmt: skip
_register(
    Trigger, "TransitionTrigger", "What set a step in an agreement's life off.",
    NEW_AGREEMENT="A new agreement.", CHANGE="A change of what is agreed.",
    CUSTOMER_REQUEST="A request of the customer's.",
)  # fmt: skip
_register(
    Direction, "TargetDirection", "Which side of a target is the good one.",
    AT_LEAST="The value must be the target or more.",
    AT_MOST="The value must be the target or less.",
)  # fmt: skip
_register(
    ExcuseKind, "ExcuseKind", "Where an excuse comes from.",
    RELIEF="The parties' decision.", DUTY="A late duty of the consumer's, by its own evidence.",
    EXCLUSION="A cause that the agreement excuses without a claim.",
)  # fmt: skip
_register(
    Effect, "ReliefEffect", "What a relief excuses, each by itself.",
    BREACH="The breach.", CREDIT="The credit.", TERMINATION="The breach's weight for termination.",
)  # fmt: skip
_register(
    ReliefCause, "ReliefCause", "What can cause what is to be excused.",
    CUSTOMER="The customer.", FORCE_MAJEURE="What nobody could help.", MAINTENANCE="Agreed maintenance.",
    OTHER_SUPPLIER="Another supplier.",
)  # fmt: skip
_register(
    ReliefStatus, "ReliefStatus", "How far a relief has got.",
    CLAIMED="It was asked for.", ACCEPTED="It was accepted, and counts.", REJECTED="It was refused.",
    WITHDRAWN="It is asked for no longer.",
)  # fmt: skip
_register(
    Milestone, "Milestone", "What a ticket's clock runs to.",
    RESPONSE="The first response.",
    RESOLUTION="The resolution.",
)  # fmt: skip
_register(
    Assign, "TicketPeriod", "Which instant of a ticket decides the period it is judged in.",
    MILESTONE="When the milestone was reached.",
    OPENED="When it was opened.",
    DEADLINE="When the milestone was due.",
)  # fmt: skip
_register(
    Statistic, "Statistic", "A statistic of clock times; percentiles are by nearest rank.",
    MEAN="The mean.", MEDIAN="The middle one.", P90="The 90th percentile.", P95="The 95th percentile.",
    P99="The 99th percentile.", MAX="The longest.",
)  # fmt: skip
_register(
    Aggregate, "SampleAggregate", "How samples make a rate.",
    POOLED="All samples together.", INTERVAL_MEAN="The mean of each interval's rate.",
)  # fmt: skip
_register(
    Formula, "CompositeFormula", "What a composite makes of the values of its levels.",
    PRODUCT="Their product; percentages enter as fractions.", SUM="Their sum.", MIN="The smallest.",
    MAX="The largest.", MEAN="Their mean.", WEIGHTED="Their weighted mean.",
)  # fmt: skip
_register(
    CountFrom, "OutageStart", "From when an outage counts.",
    START="From its start.",
    REPORTED="From when it was reported.",
)  # fmt: skip
_register(
    Base, "CreditBaseKind", "What a percentage is of.",
    SERVICE="The charges of the service.",
    AGREEMENT="The charges of the whole agreement.",
    ANNUAL="The charges of a year.",
    AMOUNT="A fixed amount.",
)  # fmt: skip
_register(
    CapPer, "CapSpan", "Over what a cap on credits runs.",
    MONTH="Each month.",
    YEAR="Each calendar year.",
    CONTRACT_YEAR="Each year from the term's first day.",
)  # fmt: skip
_register(
    AttainmentStatus, "AttainmentStatus", "How a service level came out.",
    MET="The target was met.",
    MISSED="The target was missed: a breach.",
    NO_DATA="Nothing was there to measure.",
    NOT_DUE="The level's own period does not end in the asked one.",
)  # fmt: skip
_register(
    Severity, "Severity", "How much a finding should worry its reader.",
    INFO="Good to know.",
    WARNING="It should be looked at.",
    ERROR="Something is wrong.",
)  # fmt: skip
_register(
    FindingKind, "FindingKind", "Where the fault lies.",
    ALIGNMENT="Between the contracts: one promises what another does not support.",
    TERMS="In a term of a contract.",
    EVIDENCE="In the evidence.",
    GAMING="In the way a metric is being met.",
)  # fmt: skip
_register(
    Measured, "Measured", "Where the truth about a service's downtime comes from.",
    DIRECTLY="From its own outage records.",
    FROM_DEPENDENCIES="From the outages of what it stands on.",
)  # fmt: skip
_register(
    Reason, "ResponsibilityReason", "Why a row stands in a trace.",
    OWN_FAILURE="The party's own failure, which nothing below it explains.",
    CUSTOMER="The customer's own failure.",
    EXCUSED="It is excused under the contract, and has no share.",
    MISALIGNED="Every supporting party kept its promise: the fault is in the contracts.",
)  # fmt: skip
_register(
    GapCode, "GapCode", "Why a credit paid to a customer is not recovered.",
    CLAIM_MISSED="The credit was not claimed in time.",
    CAP="The supplier's credits are capped.",
    EXCLUSION="The supplier's contract excuses what ours does not.",
    TARGET="The supplier's target is lower than what was needed.",
    RATE="The supplier's rate of credits is lower than ours.",
    NOT_DUE="The supplier's level is judged over a longer period, which has not ended.",
    UNGOVERNED="No agreement binds the party.",
    MISALIGNED="No party failed: the contracts do not fit together.",
    OWN="It is the provider's own failure.",
    CUSTOMER="It is the customer's own failure.",
)  # fmt: skip
_register(
    TerminationStatus, "TerminationStatus", "How a right to end an agreement stands on a date.",
    NOT_MET="Its condition is not met, and no single failure would meet it.",
    APPROACHING="One more failure would meet its condition.",
    CURING="It has accrued, and the provider may still cure the failure.",
    EXERCISABLE="The agreement can be ended.",
    LAPSED="It accrued and was not exercised in time.",
    WAIVED="It accrued and was given up.",
    EXERCISED="It was exercised: the agreement ends.",
)  # fmt: skip
_register(
    Scope, "TerminationScope", "What a right can end.",
    AGREEMENT="The whole agreement.",
    SERVICE="The service concerned.",
)  # fmt: skip
_register(
    RunStatus, "RunStatus", "How far a settlement run has come.",
    RUNNING="It is being worked out.",
    DONE="Its figures are stored.",
    FAILED="It gave nothing; the reason is told.",
)  # fmt: skip
_register(
    GraphDirection, "GraphDirection", "Which way the dependency graph is followed.",
    DOWN="To what a service stands on.",
    UP="To what stands on a service.",
    BOTH="Both ways.",
)  # fmt: skip
_register(
    FailureCause, "FailureCause", "What fails in a set of failures.",
    SERVICE="A service, by itself.",
    PARTY="A party, with all that it runs.",
)  # fmt: skip
_register(
    EntryKind, "LedgerEntryKind", "What happened to credits that were earned back.",
    EARNED="So many good periods followed a credit that a part of it came back.",
    USED="It was set against a later credit.",
    EXPIRED="It was not used in time.",
    REFUNDED="It was paid back.",
)  # fmt: skip
_register(
    StatementStatus, "StatementStatus", "How far a statement has come.",
    DRAFT="As the last settlement gives it; it has not been issued.",
    ISSUED="It was issued, and never changes.",
    DISPUTED="The other party says that it is wrong; it waits for an answer.",
    ADJUSTED="It was issued, and adjustment notes add to it.",
    SETTLED="What stands of it was credited or paid.",
)  # fmt: skip
_register(
    StatementAct, "StatementActKind", "What was done to a statement.",
    ISSUE="It was issued.",
    DISPUTE="It was disputed.",
    UPHOLD="A dispute was answered: it stands.",
    ADJUST="An adjustment note was made.",
    SETTLE="It was credited or paid.",
)  # fmt: skip
_register(
    CauseKind, "AdjustmentCauseKind", "What kind of thing made an adjustment necessary.",
    EVIDENCE="Evidence that came, or became known, later.",
    RELIEF="A relief that was claimed or decided.",
    DOCUMENT="A document that was corrected.",
    RULES="Another version of the rules of this program.",
)  # fmt: skip
_register(
    ClaimStatus, "ClaimStatus", "How the claim for a supplier's credit stands.",
    OPEN="It can still be claimed.",
    CLAIMED="It was claimed in time.",
    CLAIM_MISSED="It was not claimed in time: nothing of it is recoverable.",
    NOT_NEEDED="The contract asks for no claim.",
)  # fmt: skip
_register(
    TraceMethod, "TraceMethod", "How the shares of a trace were worked out.",
    COUNTERFACTUAL="By what would have been without each side's own failures (the Shapley value of that game).",
)  # fmt: skip
_register(
    Change, "ComparedChange", "How a promise comes out in a comparison, seen from what was.",
    NEWLY_MISSED="It was not missed, and would have been.",
    NO_LONGER_MISSED="It was missed, and would not have been.",
    WORSE="On the same side of its target, with a smaller margin.",
    BETTER="On the same side of its target, with a larger margin.",
    ADDED="It was not judged, and would have been.",
    REMOVED="It was judged, and would not have been.",
    OTHER="Its figures would have been others, its margin the same or none.",
)  # fmt: skip
