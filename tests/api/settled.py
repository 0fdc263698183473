"""A settlement written by hand, on the figures of the worked example E3, for tests of what is made of one.

April 2026, 43,200 minutes: hosting (cirrus) is down 60 minutes and wan (telco) 2, apart. 100 x 43,138 / 43,200 =
99.856481... misses 99.9 by 0.043518...; the credit is 5 % of 40,000. 60/62 and 2/62 are 30/31 and 1/31. Without cirrus
2 minutes are left: 100 x 43,198 / 43,200 = 99.995370..., which meets it; without telco 60: 99.861111..., which does not.
Cirrus owes 10 % of 12,000 under its own contract, so 800 of the 2,000 are not recovered.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.agreements import (
    Agreement,
    AgreementType,
    AvailabilityMetric,
    Band,
    BandsCredit,
    Charge,
    CreditBase,
    DatedThreshold,
    Direction,
    ServiceLevel,
    State,
    Structure,
    Target,
    Threshold,
)
from domain.attainment import Attainment, AttainmentStatus, LevelOn
from domain.calendars import Calendar
from domain.evidence import QuarantinedRow, SourceSummary
from domain.findings import Finding, FindingKind, Severity
from domain.instants import parse_instant
from domain.money import Money
from domain.periods import Period, PeriodRule
from ola.responsibility import Absorbed, Cause, Reason, Responsibility, ServiceShare, Trace, TraceInstant
from settlement.results import (
    Breach,
    CreditImpact,
    CreditLine,
    GapCode,
    GapReason,
    PartyImpact,
    Settlement,
    Statement,
)

APRIL = Period.parse("2026-04")
TARGET = Threshold(Direction.AT_LEAST, Fraction("99.9"))


def gbp(amount: str) -> Money:
    """An amount in pounds."""
    return Money(Decimal(amount), "GBP")


AVAILABILITY = ServiceLevel(
    name="availability",
    clause="Sch 3, 2.1",
    services=("online-banking",),
    metric=AvailabilityMetric(),
    window=None,
    period=PeriodRule.month(),
    target=Target((DatedThreshold(None, TARGET),)),
    credit=BandsCredit(CreditBase(), (Band(Fraction("99.9"), below=True, percent=Fraction(5)),)),
)

SLA = Agreement(
    name="sla-online-banking",
    title="Online banking SLA",
    version=1,
    type=AgreementType.SLA,
    structure=Structure.SERVICE,
    provider="halden-it",
    consumer="meridian-bank",
    services=("online-banking",),
    state=State.ACTIVE,
    first=date(2026, 1, 1),
    last=date(2027, 12, 31),
    effective=date(2026, 1, 1),
    calendar=Calendar.of("always", "UTC"),
    currency="GBP",
    charges=(Charge("online-banking", gbp("40000.00")),),
    levels=(AVAILABILITY,),
)

LEVEL = LevelOn(SLA, AVAILABILITY, "online-banking")

ATTAINMENT = Attainment(
    of=LEVEL,
    period=APRIL,
    status=AttainmentStatus.MISSED,
    unit="microseconds",
    threshold=TARGET,
    value=Fraction(4_313_800, 43_200),
    compared=Fraction(4_313_800, 43_200),
    numerator=Fraction(43_138 * 60_000_000),
    denominator=Fraction(43_200 * 60_000_000),
    margin=Fraction(4_313_800, 43_200) - Fraction("99.9"),
)


def responsibility(
    party: str | None, service: str, seconds: int, *, share: Fraction, **more: object
) -> Responsibility:
    """A row for a vendor with one service, held to its own contract; ``more`` replaces fields."""
    fields: dict[str, object] = {
        "party": party,
        "reason": Reason.OWN_FAILURE,
        "answerables": (party,) if party else (),
        "agreement": f"uc-{party}" if party else None,
        "services": (ServiceShare(service, party, Fraction(seconds), share),),
        "quantity": Fraction(seconds),
        "impact_share": share,
        "credit_share": Fraction(0),
        "is_necessary": False,
        "is_sufficient": False,
        "value_without": None,
        "paths": (("online-banking", service),),
    }
    return Responsibility(**{**fields, **more})  # type: ignore[arg-type]


CIRRUS = responsibility(
    "cirrus", "hosting", 3600, share=Fraction(30, 31), credit_share=Fraction(1), is_necessary=True, is_sufficient=True,
    value_without=Fraction(4_319_800, 43_200),
)  # fmt: skip
TELCO = responsibility("telco", "wan", 120, share=Fraction(1, 31), value_without=Fraction(4_314_000, 43_200))

TRACE = Trace(
    quantity=Fraction(3720),
    unit="seconds",
    responsibilities=(CIRRUS, TELCO),
    instants=(
        TraceInstant(
            parse_instant("2026-04-14T10:00:00Z"),
            parse_instant("2026-04-14T11:00:00Z"),
            None,
            (Cause("hosting", "cirrus", Fraction(3600), Fraction(1)),),
        ),
        TraceInstant(
            parse_instant("2026-04-21T10:00:00Z"),
            parse_instant("2026-04-21T10:02:00Z"),
            None,
            (Cause("wan", "telco", Fraction(120), Fraction(1)),),
        ),
    ),
    absorbed=(Absorbed("spare-wan", "telco", Fraction(600)),),
)

BREACH = Breach(ATTAINMENT, TRACE, (gbp("2000.00"), gbp("0.00")))

STATEMENT = Statement(
    agreement="sla-online-banking",
    type=AgreementType.SLA,
    provider="halden-it",
    consumer="meridian-bank",
    period=APRIL,
    lines=(
        CreditLine(
            LEVEL, "bands", ATTAINMENT.value, Fraction(5), gbp("40000.00"), gbp("2000.00"), gbp("2000.00")
        ),
    ),
    gross=gbp("2000.00"),
    net=gbp("2000.00"),
    claim_by=None,
)

NOTHING_DUE = Statement(
    agreement="uc-telco",
    type=AgreementType.UC,
    provider="telco",
    consumer="halden-it",
    period=APRIL,
    lines=(),
    gross=gbp("0.00"),
    net=gbp("0.00"),
    claim_by=date(2026, 5, 30),
)

IMPACT = CreditImpact(
    currency="GBP",
    payable=gbp("2000.00"),
    recoverable=gbp("1200.00"),
    internal=gbp("0.00"),
    gap=gbp("800.00"),
    over_recovery=gbp("0.00"),
    parties=(
        PartyImpact(
            party="cirrus",
            caused=gbp("2000.00"),
            recoverable=gbp("1200.00"),
            internal=gbp("0.00"),
            gap=gbp("800.00"),
            over_recovery=gbp("0.00"),
            reasons=(
                GapReason(
                    GapCode.RATE,
                    gbp("800.00"),
                    "sla-online-banking",
                    "availability",
                    "online-banking",
                    "the same breach on a smaller base",
                ),
            ),
        ),
    ),
)

FINDING = Finding(
    code="NOT_YET_CALCULATED",
    severity=Severity.WARNING,
    kind=FindingKind.TERMS,
    message="The termination right chronic-availability is not calculated yet",
    agreement="sla-online-banking",
    clauses=("12.3(b)",),
    figures={"within": "6", "misses": "2"},
    cure="Judge it by hand until then",
)


def settlement(**more: object) -> Settlement:
    """April settled; ``more`` replaces fields."""
    fields: dict[str, object] = {
        "period": APRIL,
        "as_of": date(2026, 5, 1),
        "attainments": (ATTAINMENT,),
        "breaches": (BREACH,),
        "statements": (NOTHING_DUE, STATEMENT),
        "credit_impact": (IMPACT,),
        "findings": (FINDING,),
        "quarantine": (
            QuarantinedRow("evidence/outages.csv", 7, "no service is named billng", "O9,billng,..."),
        ),
        "sources": (SourceSummary("evidence/outages.csv", "outages", 2, 1, 0, "0" * 64),),
    }
    return Settlement(**{**fields, **more})  # type: ignore[arg-type]
