"""From documents that are right to the values that every calculation reads.

The problem: the core must not know how a contract is written down, and a document must not know how it is calculated.
This is the one place where the words of one become the values of the other.

Example: ``target: {atLeast: "99.9"}`` becomes a `Target` of one step without a date, at least 999/10.

Limits: only for documents without errors. What no calculation reads yet becomes a `LaterTerm`; nothing is left
out silently.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from zoneinfo import ZoneInfo

from documents.contracts import AgreementSpec, DatedAmount, DatedAmounts, LevelText, MaintenanceText
from documents.credit_conversion import caps_of, metric_of
from documents.credits import CreditText
from documents.declared import Declared, Written
from documents.inherited import SourcesOf, resolved
from documents.kinds import AgreementDocument, CalendarDocument, ClaimDocument, ReliefDocument
from documents.later import later_terms
from documents.registry import WEEKDAYS, AllGate, AnyGate, AtLeastGate, GateText
from documents.remedy_conversion import ratchet_of, remedies_of, shared_of
from documents.scheme_conversion import at_risk_of, credit_of, points_of
from documents.termination_conversion import right_of
from documents.terms import DatedTargets, MoneyText, MonthsPeriod, RollingPeriod, TargetText, target_steps
from domain.agreements import (
    Agreement,
    AgreementType,
    Ambiguity,
    Apportionment,
    Charge,
    Claim,
    Compare,
    Contact,
    Credit,
    DatedThreshold,
    Direction,
    Duty,
    EscalationStep,
    LevelReference,
    MaintenanceRule,
    ReliefTest,
    ServiceLevel,
    SmallSample,
    State,
    Structure,
    Target,
    Threshold,
)  # fmt: skip
from domain.calendars import ALWAYS, Calendar, Closure, WeeklyWindow
from domain.durations import Duration
from domain.instants import SECOND, instant, local_instant
from domain.money import NO_CURRENCY, Money
from domain.parties import Party, Role
from domain.periods import PeriodRule
from domain.rates import ExchangeRate
from domain.relief import Effect, Given, Relief, ReliefNotice, ReliefStatus
from domain.remedies import Choice
from domain.services import AllOf, AnyOf, AtLeast, Dependency, Gate, Measured, Service

__all__ = [
    "agreement_of", "calendar_of", "claim_of", "parties_of", "rates_of", "relief_of", "services_of",
]  # fmt: skip


def parties_of(declared: Declared) -> Mapping[str, Party]:
    """The parties, by name."""
    parties = {}
    for name in sorted(declared.parties):
        model = declared.parties[name].model
        parties[name] = Party(name, model.metadata.title or name, Role(model.spec.role), model.spec.parent)
    return MappingProxyType(parties)


def services_of(declared: Declared) -> Mapping[str, Service]:
    """The services, by name."""
    services = {}
    needs: dict[str, Dependency] = {}
    for name in sorted(declared.services):
        model = declared.services[name].model
        gate = None if model.spec.depends_on is None else _gate(model.spec.depends_on, needs)
        services[name] = Service(
            name, model.metadata.title or name, model.spec.provider, Measured(model.spec.measured), gate
        )
    return MappingProxyType(services)


def _gate(text: GateText, needs: dict[str, Dependency]) -> Gate:
    """A gate; the need for a service is one value, however many services have it."""
    match text:
        case str():
            if text not in needs:
                needs[text] = Dependency(text)
            return needs[text]
        case AllGate():
            return AllOf(tuple(_gate(member, needs) for member in text.all))
        case AnyGate():
            return AnyOf(tuple(_gate(member, needs) for member in text.any))
        case AtLeastGate():
            return AtLeast(text.at_least, tuple(_gate(member, needs) for member in text.of))
        case _:
            return Dependency(text.service, text.recovery_lag)


def rates_of(declared: Declared) -> tuple[ExchangeRate, ...]:
    """The exchange rates, by name and day."""
    found = [
        ExchangeRate(each.model.metadata.name, spec.from_, spec.to, step.from_, Fraction(step.rate))
        for each in declared.rates
        for spec in (each.model.spec,)
        for step in spec.rates
    ]
    return tuple(sorted(found, key=lambda rate: (rate.name, rate.since)))


def calendar_of(document: CalendarDocument, holidays: frozenset[date]) -> Calendar:
    """The calendar with its resolved holidays."""
    spec = document.spec
    windows, rest = [], None
    for window in spec.windows:
        if window.rest:
            rest = window.label
        elif window.days is not None and window.from_ is not None and window.to is not None:
            windows.append(WeeklyWindow(window.label, _day_numbers(window.days), window.from_, window.to))
    closures = tuple(Closure(one.from_, one.to, one.reason or "") for one in spec.closures)
    count_as = spec.holidays.count_as if spec.holidays is not None else None
    return Calendar(document.metadata.name, spec.timezone, tuple(windows), rest, holidays, count_as, closures)


def _day_numbers(days: tuple[str, ...]) -> frozenset[int]:
    return frozenset(WEEKDAYS.index(day) for day in days)


# --------------------------------------------------------------------------------------------- agreements


def agreement_of(
    written: Written[AgreementDocument],
    declared: Declared,
    calendars: Mapping[str, Calendar],
    sources_of: SourcesOf | None = None,
) -> Agreement:
    """One version of one agreement, completed by what it inherits (None: from the newest versions)."""
    model = written.model
    spec, origins = resolved(declared, written, sources_of)
    name, currency = model.metadata.name, spec.currency or NO_CURRENCY
    services = declared.services_of(model)
    remedies, maintenance = spec.remedies, _maintenance(spec)
    calendar = calendars[spec.calendar] if spec.calendar is not None else ALWAYS
    structure = Structure(spec.structure or "service") if spec.type == "SLA" else None
    return Agreement(
        name=name,
        title=model.metadata.title or name,
        version=model.metadata.version,
        type=AgreementType(spec.type),
        structure=structure,
        provider=spec.provider,
        consumer=spec.consumer,
        services=services,
        state=State(spec.state),
        first=spec.term.from_,
        last=spec.term.to,
        effective=spec.effective or spec.term.from_,
        calendar=calendar,
        currency=currency,
        charges=_charges(spec, currency),
        maintenance=tuple(rule.window for rule in maintenance if rule.window and _is_unconditional(rule)),
        maintenance_rules=tuple(rule for rule in maintenance if not _is_unconditional(rule)),
        exclusions=frozenset(spec.exclusions) | _agreed_causes(maintenance),
        relief_test=ReliefTest(spec.relief_test),
        levels=tuple(
            _level(level, services, spec, name, origin, calendar)
            for level, origin in zip(spec.service_levels, origins, strict=True)
        ),
        duties=_duties(spec, services, name, calendar.labels()),
        caps=caps_of(remedies, currency),
        at_risk=at_risk_of(remedies),
        points=points_of(remedies, currency),
        claim_within=remedies.claim.within if remedies is not None and remedies.claim is not None else None,
        apportionment=Apportionment(spec.apportionment),
        rounding=spec.rounding,
        relief_notice=_relief_notice(spec),
        rights=tuple(right_of(right, name, currency) for right in spec.termination_rights),
        later_terms=later_terms(written.source, name),
        ambiguities=tuple(
            Ambiguity(one.clause, one.leaves_open, one.reading, one.service_level) for one in spec.ambiguities
        ),
        customers=_customers(spec, declared),
        remedies=remedies_of(remedies),
        notice=spec.term.notice,
        renews=spec.term.renewal not in {None, "none"},
        part_of=spec.part_of,
        sources=tuple(spec.sources),
        escalation=tuple(
            EscalationStep(step.level, step.role, step.after)
            for step in sorted(spec.escalation, key=lambda each: each.level)
        ),
        review_every=None if spec.review is None else spec.review.every,
        contacts=tuple(Contact(each.role, each.name, each.email, each.phone) for each in spec.contacts),
    )


def _customers(spec: AgreementSpec, declared: Declared) -> tuple[str, ...]:
    """Whom an agreement with every customer is measured for one by one: each that belongs to no other customer."""
    said = [spec.measure_per, *(level.measure_per for level in spec.service_levels)]
    if spec.consumer != "*" or not any(said):
        return ()
    parties = {name: each.model.spec for name, each in declared.parties.items()}
    customers = {name for name, each in parties.items() if each.role == "customer"}
    whole = {name for name in customers if parties[name].parent not in customers}
    priced = {charge.customer for charge in spec.charges if charge.customer is not None}
    return tuple(sorted(whole | priced))


def _charges(spec: AgreementSpec, currency: str) -> tuple[Charge, ...]:
    """The charges, each with the day from which it holds where it is dated."""
    charges: list[Charge] = []
    for charge in spec.charges:
        for since, amount in _prices(charge.monthly):
            price = Money(amount, currency)
            charges.append(Charge(charge.service, price, charge.customer, since or charge.from_))
    return tuple(charges)


def _prices(
    monthly: Decimal | MoneyText | DatedAmounts | tuple[DatedAmount, ...],
) -> list[tuple[date | None, Decimal]]:
    match monthly:
        case Decimal():
            return [(None, monthly)]
        case MoneyText():
            return [(None, monthly.amount)]
        case DatedAmounts():
            return [(step.from_, step.amount) for step in monthly.dated]
        case _:
            return [(step.from_, step.amount) for step in monthly]


def _maintenance(spec: AgreementSpec) -> tuple[MaintenanceRule, ...]:
    entries = (spec.maintenance,) if isinstance(spec.maintenance, MaintenanceText) else spec.maintenance
    return tuple(MaintenanceRule(_hours_of(entry), entry.notice, entry.allowance) for entry in entries)


def _hours_of(entry: MaintenanceText) -> WeeklyWindow | None:
    if entry.days is None or entry.from_ is None or entry.to is None:
        return None
    return WeeklyWindow("maintenance", _day_numbers(entry.days), entry.from_, entry.to)


def _is_unconditional(rule: MaintenanceRule) -> bool:
    return rule.notice is None and rule.allowance is None


def _agreed_causes(maintenance: Sequence[MaintenanceRule]) -> frozenset[str]:
    """Work that is agreed at any time is excused by that very term, without an exclusion beside it."""
    return frozenset({"maintenance"} if any(rule.window is None for rule in maintenance) else ())


def _level(
    level: LevelText,
    services: tuple[str, ...],
    spec: AgreementSpec,
    agreement: str,
    origin: str | None,
    calendar: Calendar = ALWAYS,
) -> ServiceLevel:
    assert level.metric is not None and level.target is not None and level.period is not None  # noqa: S101, PT018
    day = calendar.day_of_service(level.window)
    return ServiceLevel(
        name=level.name,
        clause=level.clause,
        services=(level.service,) if level.service is not None else services,
        metric=metric_of(level.metric, agreement, calendar.labels()),
        window=level.window,
        period=_period(level.period),
        target=_target(level.target),
        minimum=_target(level.minimum) if level.minimum is not None else None,
        requested=_target(level.requested) if level.requested is not None else None,
        compare=Compare(level.compare.places, level.compare.rounding) if level.compare is not None else None,
        small_sample=(
            SmallSample(level.small_sample.fewer_than, level.small_sample.allow_failures)
            if level.small_sample is not None
            else None
        ),
        credit=_credit(level, level.credit, spec, agreement, day),
        bonus=_credit(level, level.bonus, spec, agreement, day, is_bonus=True),
        bedding_in=level.bedding_in or spec.bedding_in,
        removes_relieved=(level.relieved or spec.relieved) == "removed",
        is_per_customer=(level.measure_per or spec.measure_per) is not None,
        inherited_from=origin,
        ratchet=ratchet_of(level.ratchet),
        shared=shared_of(level),
    )


def _duties(
    spec: AgreementSpec, services: tuple[str, ...], agreement: str, labels: Collection[str]
) -> tuple[ServiceLevel, ...]:
    """The measured duties; one that names no period is judged over that of the first level it relieves."""
    if spec.responsibilities is None:
        return ()
    periods = {level.name: level.period for level in spec.service_levels}
    found = []
    for of_consumer, duties in (
        (True, spec.responsibilities.consumer),
        (False, spec.responsibilities.provider),
    ):
        for duty in duties:
            if isinstance(duty, str) or duty.metric is None or duty.name is None:
                continue
            period = duty.period or next((periods[name] for name in duty.relieves if name in periods), None)
            found.append(
                ServiceLevel(
                    name=duty.name,
                    clause=duty.clause,
                    services=(duty.service,) if duty.service is not None else services,
                    metric=metric_of(duty.metric, agreement, labels),
                    window=duty.window,
                    period=_period(period or "month"),
                    target=Target(()) if duty.target is None else _target(duty.target),
                    duty=Duty(of_consumer, duty.relieves),
                )
            )
    return tuple(found)


def _credit(
    level: LevelText,
    credit: CreditText | None,
    spec: AgreementSpec,
    agreement: str,
    day: Fraction,
    *,
    is_bonus: bool = False,
) -> Credit | None:
    """A credit, or a bonus, whose bands are deep on the other side of the target."""
    if credit is None or level.target is None:
        return None
    is_least = _threshold(target_steps(level.target)[0]).direction is Direction.AT_LEAST
    direction = Direction.AT_LEAST if is_least != is_bonus else Direction.AT_MOST
    own = LevelReference(agreement, level.name)
    return credit_of(credit, spec.currency or NO_CURRENCY, direction, own, day)


def _period(period: str | RollingPeriod | MonthsPeriod) -> PeriodRule:
    if isinstance(period, RollingPeriod):
        return PeriodRule.rolling(period.rolling)
    if isinstance(period, MonthsPeriod):
        return PeriodRule.months_from(period.months, period.start_day)
    plain = {
        "week": PeriodRule.week,
        "month": PeriodRule.month,
        "quarter": PeriodRule.quarter,
        "year": PeriodRule.year,
    }
    return plain[period]()


def _target(target: TargetText | DatedTargets | tuple[TargetText, ...]) -> Target:
    return Target(tuple(DatedThreshold(step.since, _threshold(step)) for step in target_steps(target)))


def _threshold(step: TargetText) -> Threshold:
    direction = Direction.AT_LEAST if step.at_least is not None else Direction.AT_MOST
    bound = step.bound
    value = Fraction(bound.exact_micros(), SECOND) if isinstance(bound, Duration) else Fraction(bound)
    return Threshold(direction, value)


def claim_of(document: ClaimDocument, zone: ZoneInfo) -> Claim:
    """A claim; an instant becomes the date that the agreement's clocks showed."""
    at = document.spec.claimed_at
    day = at.astimezone(zone).date() if isinstance(at, datetime) else at
    choices = tuple(Choice(each.incident, each.service_level, each.service) for each in document.spec.choices)
    return Claim(document.metadata.name, document.spec.agreement, document.spec.period, day, choices)


def relief_of(document: ReliefDocument, zone: ZoneInfo) -> Relief:
    """A relief; a date alone is its own midnight on the agreement's clocks."""
    spec = document.spec
    span = None
    if spec.from_ is not None and spec.to is not None:
        span = (_moment(spec.from_, zone), _moment(spec.to, zone))
    return Relief(
        document.metadata.name,
        spec.agreement,
        spec.cause,
        ReliefStatus(spec.status),
        frozenset(Effect(effect) for effect in spec.effects),
        None if spec.service_levels is None else frozenset(spec.service_levels),
        span,
        frozenset(spec.tickets or ()),
        frozenset(spec.deliverables or ()),
        None if spec.notice_given is None else _given(spec.notice_given, zone),
        spec.clause,
        spec.reason,
    )


def _given(notice: date | datetime, zone: ZoneInfo) -> Given:
    day = notice.astimezone(zone).date() if isinstance(notice, datetime) else notice
    return Given(_moment(notice, zone), day)


def _moment(value: date | datetime, zone: ZoneInfo) -> int:
    return (
        instant(value)
        if isinstance(value, datetime)
        else local_instant(datetime.combine(value, time()), zone)
    )


def _relief_notice(spec: AgreementSpec) -> ReliefNotice | None:
    notice = spec.relief_notice
    if notice is None:
        return None
    return ReliefNotice(notice.within, notice.days == "business", notice.condition_precedent)
