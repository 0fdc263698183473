"""What documents say arrives in the core as exact values, each written out here by hand."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from domain.agreements import (
    Agreement,
    AgreementType,
    Apportionment,
    Assign,
    AvailabilityMetric,
    Band,
    BandsCredit,
    Base,
    Cap,
    CapPer,
    Charge,
    Claim,
    Compare,
    CountFrom,
    CreditBase,
    DatedThreshold,
    Direction,
    DurationMetric,
    LevelCap,
    MaintenanceRule,
    Milestone,
    ReliefTest,
    SmallSample,
    State,
    Statistic,
    Structure,
    Target,
    Threshold,
    WithinMetric,
)  # fmt: skip
from domain.calendars import ALWAYS, Calendar, Closure, WeeklyWindow
from domain.durations import Duration
from domain.instants import DAY, HOUR, MINUTE
from domain.money import Money
from domain.parties import Party, Role
from domain.periods import PeriodRule
from domain.services import AllOf, AnyOf, AtLeast, Dependency, Measured, Service
from ola.portfolio import Portfolio
from tests.documents.samples import agreement, document, level, loaded, uc


def portfolio(*documents: str) -> Portfolio:
    found = loaded(*documents).portfolio
    assert found is not None
    return found


def only(**terms: str) -> Agreement:
    return portfolio(agreement(**terms)).agreements[0]


def pounds(text: str) -> Money:
    return Money(Decimal(text), "GBP")


def test_parties_and_services_stand_by_name_in_sorted_order() -> None:
    found = portfolio()

    assert list(found.parties) == ["atlas", "cirrus", "desk", "halden", "meridian"]
    assert found.parties["desk"] == Party("desk", "desk", Role.TEAM, "halden")
    assert list(found.services) == ["hosting", "shop"]
    assert found.services["hosting"] == Service("hosting", "hosting", "cirrus", Measured.DIRECTLY, None)
    with pytest.raises(TypeError):
        found.parties["x"] = found.parties["desk"]  # type: ignore[index]


def test_gates_nest_as_they_are_written() -> None:
    gate = "{all: [hosting, {any: [hosting, shop]}, {atLeast: 2, of: [shop, hosting, {service: shop, recoveryLag: PT10M}]}]}"

    found = portfolio(
        document("Service", "portal", f"{{provider: halden, measured: fromDependencies, dependsOn: {gate}}}")
    )

    assert found.services["portal"].measured is Measured.FROM_DEPENDENCIES
    assert found.services["portal"].depends_on == AllOf(
        (
            Dependency("hosting"),
            AnyOf((Dependency("hosting"), Dependency("shop"))),
            AtLeast(2, (Dependency("shop"), Dependency("hosting"), Dependency("shop", 10 * MINUTE))),
        )
    )


def test_a_bare_name_is_a_gate() -> None:
    found = portfolio(document("Service", "portal", "{provider: halden, dependsOn: hosting}"))

    assert found.services["portal"].depends_on == Dependency("hosting")


def test_the_frame_of_an_agreement_arrives_whole() -> None:
    found = only(
        exclusions="[maintenance, customer]",
        reliefTest="necessary",
        apportionment="first_cause",
        rounding="half_up",
    )

    assert (found.name, found.title, found.version) == ("sla-shop", "sla-shop", 1)
    assert (found.type, found.structure, found.state) == (AgreementType.SLA, Structure.SERVICE, State.ACTIVE)
    assert (found.provider, found.consumer, found.services) == ("halden", "meridian", ("shop",))
    assert (found.first, found.last, found.effective) == (
        date(2026, 1, 1),
        date(2027, 12, 31),
        date(2026, 1, 1),
    )
    assert (found.currency, found.rounding) == ("GBP", "half_up")
    assert found.exclusions == frozenset({"maintenance", "customer"})
    assert (found.relief_test, found.apportionment) == (ReliefTest.NECESSARY, Apportionment.FIRST_CAUSE)
    assert found.charges == (Charge("shop", pounds("40000.00")),)
    assert found.later_terms == ()


def test_what_is_left_out_has_its_default() -> None:
    found = portfolio(uc(calendar="", effective="", charges="")).agreements[0]

    assert found.calendar == ALWAYS
    assert found.structure is None
    assert found.effective == date(2026, 1, 1)
    assert (found.relief_test, found.apportionment) == (ReliefTest.TO_THE_EXTENT, Apportionment.CREDIT)
    assert (found.caps, found.claim_within, found.maintenance, found.charges) == ((), None, (), ())


def test_a_title_and_a_version_are_kept() -> None:
    found = portfolio(agreement(metadata=", title: The shop, version: 3")).agreements[0]

    assert (found.title, found.version) == ("The shop", 3)


def test_agreements_stand_by_name_and_version() -> None:
    found = portfolio(
        uc(), agreement(metadata=", version: 10", effective="2026-10-01"), agreement(metadata=", version: 2")
    )

    assert [(one.name, one.version) for one in found.agreements] == [
        ("sla-shop", 2),
        ("sla-shop", 10),
        ("uc-cirrus", 1),
    ]


def test_every_service_of_the_provider_and_its_teams_is_meant_by_a_star() -> None:
    team = document("Service", "desk-phone", "{provider: desk}")

    found = portfolio(team, agreement(services="'*'", serviceLevels=f"[{level()}]"))

    assert found.agreements[0].services == ("desk-phone", "shop")
    assert found.agreements[0].levels[0].services == ("desk-phone", "shop")


def test_a_calendar_arrives_with_windows_rest_holidays_and_closures() -> None:
    text = document(
        "Calendar",
        "plant",
        "{timezone: Europe/Berlin, windows: [{label: early, days: [mon, wed], from: '06:00', to: '14:00'},"
        " {label: early, days: [sat], from: '20:00', to: '24:00'}, {label: rest, rest: true}],"
        " holidays: {dates: [2026-05-04], countAs: closed},"
        " closures: [{from: 2026-12-24T12:00, to: 2026-12-27T00:00, reason: shutdown}]}",
    )

    found = portfolio(text, agreement(calendar="plant")).agreements[0].calendar

    assert found == Calendar(
        "plant",
        "Europe/Berlin",
        (
            WeeklyWindow("early", frozenset({0, 2}), 6 * HOUR, 14 * HOUR),
            WeeklyWindow("early", frozenset({5}), 20 * HOUR, DAY),
        ),
        "rest",
        frozenset({date(2026, 5, 4)}),
        "closed",
        (Closure(datetime(2026, 12, 24, 12), datetime(2026, 12, 27), "shutdown"),),  # noqa: DTZ001 - local time
    )


def test_public_holidays_are_dates_with_their_substitute_days_a_year_around_the_term() -> None:
    text = document(
        "Calendar", "england", "{timezone: Europe/London, holidays: {country: GB, subdivision: ENG}}"
    )

    found = portfolio(text, agreement(calendar="england")).agreements[0].calendar

    days = found.holidays
    assert found.count_as == "closed"
    assert {day.year for day in days} == {2025, 2026, 2027, 2028}
    # 2026: new year's day, Good Friday, Easter Monday, the May, spring and summer bank holidays, Christmas Day, Boxing
    # Day on a Saturday, and its substitute on Monday the 28th.
    assert sorted(day for day in days if day.year == 2026) == [
        date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31),
        date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28),
    ]  # fmt: skip


def test_scottish_holidays_are_not_english_ones() -> None:
    texts = [
        document(
            "Calendar", name, f"{{timezone: Europe/London, holidays: {{country: GB, subdivision: {part}}}}}"
        )
        for name, part in (("england", "ENG"), ("scotland", "SCT"))
    ]

    found = portfolio(*texts, agreement(calendar="england"), uc(calendar="scotland")).agreements

    saint_andrew = date(2026, 11, 30)
    assert [saint_andrew in one.calendar.holidays for one in found] == [False, True]


def test_targets_keep_their_exact_value_and_their_history() -> None:
    plain = level(name="plain", target="{atMost: 0.1}")
    dated = level(
        name="dated", target="[{from: 2026-01-01, atLeast: '98.8'}, {from: 2026-07-01, atLeast: '99.4'}]"
    )

    found = only(serviceLevels=f"[{plain}, {dated}]").levels

    assert found[0].target == Target((DatedThreshold(None, Threshold(Direction.AT_MOST, Fraction(1, 10))),))
    assert found[1].target == Target(
        (
            DatedThreshold(date(2026, 1, 1), Threshold(Direction.AT_LEAST, Fraction(988, 10))),
            DatedThreshold(date(2026, 7, 1), Threshold(Direction.AT_LEAST, Fraction(994, 10))),
        )
    )


def test_a_target_of_time_is_in_seconds() -> None:
    text = level(metric="{kind: duration, milestone: response, statistic: max}", target="{atMost: PT1H30M}")

    found = only(serviceLevels=f"[{text}]").levels[0]

    assert found.target.steps[0].threshold.value == 5400
    assert found.metric == DurationMetric(Milestone.RESPONSE, Statistic.MAX)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("week", PeriodRule.week()),
        ("month", PeriodRule.month()),
        ("quarter", PeriodRule.quarter()),
        ("year", PeriodRule.year()),
        ("{rolling: P30D}", PeriodRule.rolling(Duration(days=30))),
        ("{months: 1, startDay: 16}", PeriodRule.months_from(1, 16)),
    ],
)
def test_periods_arrive_as_rules(text: str, rule: PeriodRule) -> None:
    assert only(serviceLevels=f"[{level(period=text)}]").levels[0].period == rule


def test_an_availability_keeps_its_parameters() -> None:
    text = level(
        clause="'Sch 3, 2.1'", window="prime", compare="{places: 2, rounding: half_up}", minimum="{atLeast: '99.5'}",
        metric="{kind: availability, minimumOutage: PT5M, countFrom: reported}",
    )  # fmt: skip

    found = only(serviceLevels=f"[{text}]").levels[0]

    assert found.metric == AvailabilityMetric(5 * MINUTE, CountFrom.REPORTED)
    assert (found.clause, found.window, found.services) == ("Sch 3, 2.1", "prime", ("shop",))
    assert found.compare == Compare(2, "half_up")
    assert found.minimum == Target((DatedThreshold(None, Threshold(Direction.AT_LEAST, Fraction(199, 2))),))


def test_a_ticket_level_keeps_thresholds_priorities_stops_and_small_samples() -> None:
    metric = (
        "{kind: within, milestone: response, thresholds: {P2: PT8H, P1: PT90M}, priorities: [P1],"
        " stops: [pending_customer], assign: opened}"
    )

    found = only(
        serviceLevels=f"[{level(metric=metric, smallSample='{fewerThan: 20, allowFailures: 1}')}]"
    ).levels[0]

    assert found.metric == WithinMetric(
        Milestone.RESPONSE,
        (("P1", 90 * MINUTE), ("P2", 8 * HOUR)),
        frozenset({"P1"}),
        frozenset({"pending_customer"}),
        Assign.OPENED,
    )
    assert found.small_sample == SmallSample(20, 1)


def test_bands_keep_their_boundaries_percents_amounts_base_cap_and_minimum() -> None:
    credit = (
        "{scheme: bands, of: agreement, bands: [{below: '99.9', percent: '7.5'}, {below: '99', amount: '500.00'}],"
        " cap: {percent: '10'}, minimumPayable: '1.00'}"
    )

    found = only(serviceLevels=f"[{level(credit=credit)}]").levels[0]

    assert found.is_critical
    assert found.credit == BandsCredit(
        CreditBase(Base.AGREEMENT),
        (
            Band(Fraction(999, 10), below=True, percent=Fraction(15, 2)),
            Band(Fraction(99), below=True, amount=pounds("500.00")),
        ),
        cap=LevelCap(percent=Fraction(10)),
        minimum_payable=pounds("1.00"),
    )


@pytest.mark.parametrize(
    "of", ["'1000.00'", "{amount: '1000.00'}", "{amount: 1000.00, currency: GBP}", "1000.00"]
)
def test_the_base_of_a_credit_may_be_an_amount(of: str) -> None:
    credit = f"{{scheme: bands, of: {of}, bands: [{{below: '99', percent: '5'}}]}}"

    found = only(serviceLevels=f"[{level(credit=credit)}]").levels[0].credit

    assert isinstance(found, BandsCredit)
    assert found.base == CreditBase(Base.AMOUNT, pounds("1000.00"))


def test_without_a_base_the_calculation_chooses() -> None:
    credit = "{scheme: bands, bands: [{above: '3', percent: '5'}]}"
    text = level(metric="{kind: total, measure: p1}", target="{atMost: '3'}", credit=credit)

    found = only(serviceLevels=f"[{text}]").levels[0].credit

    assert isinstance(found, BandsCredit)
    assert found.base == CreditBase(None)
    assert found.bands == (Band(Fraction(3), below=False, percent=Fraction(5)),)


def test_caps_stand_in_the_order_written() -> None:
    caps = (
        "[{percent: '15', of: agreement, per: month, clause: '9.1'}, {amount: '60000.00', per: year},"
        " {percent: '10', of: annual, per: contractYear}, {percent: '12.5', of: '1000.00', per: month}]"
    )

    assert only(remedies=f"{{caps: {caps}}}").caps == (
        Cap(CapPer.MONTH, percent=Fraction(15), of=Base.AGREEMENT, clause="9.1"),
        Cap(CapPer.YEAR, amount=pounds("60000.00")),
        Cap(CapPer.CONTRACT_YEAR, percent=Fraction(10), of=Base.ANNUAL),
        Cap(CapPer.MONTH, amount=pounds("125.00")),
    )


def test_claims_and_their_window_arrive_as_dates_of_the_agreements_zone() -> None:
    claims = [
        document("Claim", "plain", "{agreement: sla-shop, period: 2026-03, claimedAt: 2026-04-12}"),
        # 23:30Z in April is half past midnight of the next day in London.
        document("Claim", "late", "{agreement: sla-shop, period: 2026-04, claimedAt: 2026-05-30T23:30Z}"),
    ]

    found = portfolio(agreement(remedies="{claim: {within: P30D, from: period_end}}"), *claims)

    assert found.agreements[0].claim_within == Duration(days=30)
    assert found.claims == (
        Claim("plain", "sla-shop", "2026-03", date(2026, 4, 12)),
        Claim("late", "sla-shop", "2026-04", date(2026, 5, 31)),
    )


def test_maintenance_is_weekly_hours() -> None:
    found = only(maintenance="[{days: [sun], from: '02:00', to: '04:00'}, {allowance: PT4H}]")

    assert found.maintenance == (WeeklyWindow("maintenance", frozenset({6}), 2 * HOUR, 4 * HOUR),)
    assert found.maintenance_rules == (MaintenanceRule(allowance=4 * HOUR),)
    assert found.exclusions == {"maintenance"}
    assert found.later_terms == ()


def test_charges_may_be_of_one_customer_or_of_the_whole_agreement() -> None:
    found = only(
        consumer="'*'", charges="[{service: shop, monthly: 10, customer: meridian}, {monthly: {amount: '5'}}]"
    )

    assert found.charges == (Charge("shop", pounds("10"), "meridian"), Charge(None, pounds("5")))


def test_dated_charges_hold_from_their_days() -> None:
    found = only(
        charges="[{service: shop, monthly: [{from: 2026-01-01, amount: '10'}, {from: 2027-01-01, amount: '11'}]}]"
    )

    assert found.charges == (
        Charge("shop", pounds("10"), since=date(2026, 1, 1)),
        Charge("shop", pounds("11"), since=date(2027, 1, 1)),
    )
    assert found.later_terms == ()
