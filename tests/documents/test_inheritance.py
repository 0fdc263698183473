"""A more specific SLA takes what it leaves out from the less specific ones (ruling 36)."""

from fractions import Fraction

from domain.agreements import Agreement, AvailabilityMetric
from domain.periods import PeriodRule
from tests.documents.samples import agreement, document, errors_of, folder, level, loaded

CORPORATE = agreement(
    "sla-all", structure="corporate", consumer="'*'", services="'*'", charges="", exclusions="[customer]",
    serviceLevels=f"[{level(metric='{kind: availability, minimumOutage: PT1M}', clause='C1')}]",
)  # fmt: skip


def by_name(*documents: str) -> dict[str, Agreement]:
    portfolio = loaded(*documents).portfolio
    assert portfolio is not None
    return {one.name: one for one in portfolio.agreements}


def test_a_level_takes_metric_period_and_clause_and_keeps_its_own_target() -> None:
    own = "[{name: availability, target: {atLeast: '99.95'}}]"

    found = by_name(CORPORATE, agreement(serviceLevels=own))["sla-shop"].levels[0]

    assert found.metric == AvailabilityMetric(minimum_outage=60_000_000)
    assert found.period == PeriodRule.month()
    assert found.clause == "C1"
    assert found.target.steps[0].threshold.value == Fraction("99.95")


def test_terms_of_the_agreement_are_taken_where_they_are_left_out() -> None:
    found = by_name(CORPORATE, agreement(calendar="", currency="", exclusions=""))["sla-shop"]

    assert found.calendar.name == "office"
    assert found.currency == "GBP"
    assert found.exclusions == frozenset({"customer"})


def test_a_term_that_is_written_is_not_taken_even_where_it_is_empty() -> None:
    found = by_name(CORPORATE, agreement(exclusions="[]"))["sla-shop"]

    assert found.exclusions == frozenset()


def test_the_customer_level_comes_before_the_corporate_level() -> None:
    customer = agreement(
        "sla-meridian", structure="customer", charges="", services="'*'", exclusions="[force_majeure]",
        serviceLevels="[{name: availability, period: quarter}]",
    )  # fmt: skip

    found = by_name(CORPORATE, customer, agreement(exclusions="", serviceLevels="[{name: availability}]"))

    assert found["sla-shop"].exclusions == frozenset({"force_majeure"})
    assert found["sla-shop"].levels[0].period == PeriodRule.quarter()
    assert found["sla-shop"].levels[0].target.steps[0].threshold.value == Fraction("99.9")


def test_a_department_inherits_through_its_parent() -> None:
    department = document("Party", "cards", "{role: customer, parent: meridian}")
    customer = agreement(
        "sla-meridian", structure="customer", services="'*'", charges="", serviceLevels=f"[{level()}]"
    )

    found = by_name(department, customer, agreement(consumer="cards", serviceLevels="[{name: availability}]"))

    assert found["sla-shop"].levels[0].metric == AvailabilityMetric()


def test_nothing_is_taken_from_the_sla_of_another_customer_or_provider() -> None:
    other = document("Party", "northwind", "{role: customer}")
    theirs = agreement(
        "sla-north", structure="customer", consumer="northwind", charges="", serviceLevels=f"[{level()}]"
    )

    found = errors_of(folder(other, theirs, agreement(serviceLevels="[{name: availability}]")))

    assert [(error.path, error.message) for error in found] == [
        ("spec.serviceLevels[0]", "the service level availability has no metric and no period and no target")
    ]


def test_a_window_may_be_a_label_of_the_inherited_calendar() -> None:
    found = by_name(CORPORATE, agreement(calendar="", serviceLevels="[{name: availability, window: prime}]"))

    assert found["sla-shop"].levels[0].window == "prime"


def test_what_is_only_proposed_changes_nothing_of_what_is_in_force_until_it_is_active() -> None:
    proposal = CORPORATE.replace(
        "metadata: {name: sla-all}", "metadata: {name: sla-all, version: 2}"
    ).replace("minimumOutage: PT1M", "minimumOutage: PT9M")
    own = agreement(serviceLevels="[{name: availability}]")
    draft = proposal.replace("state: active", "state: draft")
    assert draft not in (proposal, CORPORATE)

    assert by_name(CORPORATE, draft, own)["sla-shop"].levels[0].metric == AvailabilityMetric(60_000_000)

    acts = [
        document("Transition", "tabled", "{agreement: sla-all, version: 2, to: negotiating, at: 2025-12-01}"),
        document("Signature", "one", "{agreement: sla-all, version: 2, party: halden, at: 2025-12-02}"),
        document("Signature", "two", "{agreement: sla-all, version: 2, party: meridian, at: 2025-12-03}"),
        document("Transition", "begun", "{agreement: sla-all, version: 2, to: active, at: 2025-12-04}"),
    ]
    found = by_name(CORPORATE, draft, own, *acts)["sla-shop"].levels[0].metric
    assert found == AvailabilityMetric(9 * 60_000_000)
