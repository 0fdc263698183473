"""Failures that a contract excuses by their cause: how much is relieved, who says so, and whose the rest is.

April 2026, 43,200 minutes, 99.9 % with 5 % of 40,000 below it. web stands on a of alpha and b of beta, in series.
"""

from fractions import Fraction
from typing import Any

import pytest

from domain.attainment import AttainmentStatus
from domain.instants import MINUTE
from ola.responsibility import Reason
from tests.building import (
    THREE_BANDS,
    Document,
    Row,
    Settled,
    all_of,
    any_of,
    availability,
    bands,
    exactly,
    gbp,
    house,
    outage,
    service,
    settle,
    sla,
    uc,
)

MINUTES = Fraction(60)


def contract(*, needs: Any = None, **terms: Any) -> list[Document]:
    return [
        *house(vendors=["alpha", "beta"]),
        service("web", needs=needs or all_of("a", "b")),
        service("a", "alpha"),
        service("b", "beta"),
        sla(["web"], [availability("99.9", credit=THREE_BANDS)], {"web": "40000.00"}, **terms),
    ]


def counted(settled: Settled, agreement: str = "sla") -> Fraction:
    """The minutes of downtime that count."""
    found = settled.attainment(agreement)
    assert found.numerator is not None
    assert found.denominator is not None
    return (found.denominator - found.numerator) / MINUTE


BOTH = [
    outage("a", "14 10:00", "14 12:00", "force_majeure"),
    outage("b", "14 11:00", "14 13:00"),
]
"""a excused 10-12, b not 11-13: an hour of each alone, and one of both."""


# ------------------------------------------------------------------------------------------- the three tests


@pytest.mark.parametrize(
    ("test", "minutes", "relieved"),
    [("to_the_extent", 90, 90), ("necessary", 120, 60), ("contributed", 60, 120)],
    ids=["half of the common hour", "not the common hour", "the whole common hour"],
)
def test_the_relief_test_decides_what_of_a_common_hour_is_relieved(
    test: str, minutes: int, relieved: int
) -> None:
    settled = settle(contract(exclusions=["force_majeure"], reliefTest=test), outages=BOTH)
    assert counted(settled) == minutes
    assert settled.trace().quantity == minutes * MINUTES
    assert settled.excused("force_majeure").quantity == relieved * MINUTES
    # What counts is all beta's.
    assert settled.row("beta").impact_share == 1


@pytest.mark.parametrize(("test", "minutes"), [("to_the_extent", 30), ("necessary", 0), ("contributed", 0)])
def test_behind_redundancy_only_the_common_hour_is_down_and_the_test_decides_it(
    test: str, minutes: int
) -> None:
    settled = settle(
        contract(needs=any_of("a", "b"), exclusions=["force_majeure"], reliefTest=test), outages=BOTH
    )
    assert counted(settled) == minutes


@pytest.mark.parametrize("test", ["to_the_extent", "necessary", "contributed"])
def test_an_excused_failure_alone_is_relieved_whole_and_changes_no_agreed_time(test: str) -> None:
    settled = settle(contract(exclusions=["force_majeure"], reliefTest=test), outages=BOTH[:1])
    assert counted(settled) == 0
    assert settled.attainment().denominator == 43_200 * MINUTE
    assert settled.attainment().status is AttainmentStatus.MET


def test_without_the_exclusion_the_cause_excuses_nothing() -> None:
    settled = settle(contract(), outages=BOTH)
    assert counted(settled) == 180
    # 10-11 a, 11-12 both, 12-13 b.
    assert [settled.row(who).quantity for who in ("alpha", "beta")] == [90 * MINUTES, 90 * MINUTES]
    assert settled.row("alpha").reason is Reason.OWN_FAILURE


def test_relief_can_turn_a_miss_into_a_promise_kept() -> None:
    rows = [outage("a", "14 10:00", "14 10:30", "force_majeure"), outage("b", "21 10:00", "21 10:30")]
    settled = settle(contract(exclusions=["force_majeure"]), outages=rows)
    assert counted(settled) == 30
    assert settled.attainment().status is AttainmentStatus.MET
    assert settled.settlement.breaches == ()


def test_relieved_time_may_be_a_fraction_of_a_microsecond_and_stays_exact() -> None:
    # Both are down for an hour and a microsecond: half of it counts.
    rows = [
        outage("a", "14 10:00", "2026-04-14T11:00:00.000001Z", "force_majeure"),
        outage("b", "14 10:00", "2026-04-14T11:00:00.000001Z"),
    ]
    settled = settle(contract(exclusions=["force_majeure"]), outages=rows)
    assert settled.attainment().numerator == 43_200 * MINUTE - Fraction(3_600_000_001, 2)


# ------------------------------------------------------------------------------------------------ excused rows


def test_an_excused_row_says_the_cause_the_quantity_and_the_services_and_has_no_share() -> None:
    settled = settle(contract(exclusions=["force_majeure"]), outages=BOTH)
    row = settled.excused("force_majeure")
    assert (row.reason, row.party, row.answerable, row.agreement) == (Reason.EXCUSED, None, None, None)
    assert (row.impact_share, row.credit_share) == (None, None)
    assert [(part.service, part.party, part.quantity) for part in row.services] == [
        ("a", "alpha", 90 * MINUTES)
    ]
    assert settled.credit("beta") == gbp("2000.00")


def test_several_causes_have_a_row_each() -> None:
    rows = [
        outage("a", "07 10:00", "07 11:00", "force_majeure"),
        outage("a", "14 10:00", "14 10:30", "maintenance"),
        outage("b", "21 10:00", "21 11:00"),
    ]
    settled = settle(contract(exclusions=["force_majeure", "maintenance"]), outages=rows)
    assert settled.excused("force_majeure").quantity == 60 * MINUTES
    assert settled.excused("maintenance").quantity == 30 * MINUTES
    assert settled.trace().quantity == 60 * MINUTES


def test_the_excused_part_of_an_instant_is_told_beside_the_others() -> None:
    settled = settle(contract(exclusions=["force_majeure"]), outages=BOTH)
    told = [
        [(cause.service, cause.excused, cause.share) for cause in instant.causes]
        for instant in settled.trace().instants
    ]
    half = Fraction(1, 2)
    assert told == [
        [("a", "force_majeure", 1)],
        [("a", "force_majeure", half), ("b", None, half)],
        [("b", None, 1)],
    ]


def test_excused_and_other_records_of_one_service_at_one_instant_are_each_enough() -> None:
    rows = [
        outage("a", "14 10:00", "14 12:00", "force_majeure"),
        outage("a", "14 10:00", "14 12:00"),
    ]
    settled = settle(contract(exclusions=["force_majeure"]), outages=rows)
    assert counted(settled) == 60
    assert settled.row("alpha").quantity == 60 * MINUTES
    assert settled.excused("force_majeure").quantity == 60 * MINUTES


# -------------------------------------------------------------------------------------------- what a cause means


def test_the_customer_s_own_doing_is_excused_where_the_contract_covers_the_service() -> None:
    settled = settle(
        contract(exclusions=["customer"]), outages=[outage("web", "14 10:00", "14 12:00", "customer")]
    )
    assert counted(settled) == 0


def test_a_cause_customer_on_a_service_of_another_agreement_means_another_customer() -> None:
    # For a, the customer is halden: in the trace of acme's agreement the row has no cause at all.
    settled = settle(
        contract(exclusions=["customer"]), outages=[outage("a", "14 10:00", "14 12:00", "customer")]
    )
    assert counted(settled) == 120
    assert settled.row("alpha").reason is Reason.OWN_FAILURE


def test_in_the_vendor_s_own_agreement_the_same_row_is_its_customer_s_doing() -> None:
    level = availability("99.9", credit=bands({"99.9": "10"}))
    documents = [*contract(), uc("alpha", ["a"], [level], {"a": "5000.00"}, exclusions=["customer"])]
    settled = settle(documents, outages=[outage("a", "14 10:00", "14 12:00", "customer")])
    assert counted(settled, "uc-alpha") == 0
    (finding,) = settled.findings("SELF_EXCUSED")
    assert (finding.agreement, finding.service) == ("uc-alpha", "a")


def test_where_it_is_not_excused_the_customer_answers_for_its_own_doing() -> None:
    settled = settle(contract(), outages=[outage("web", "14 10:00", "14 12:00", "customer")])
    row = settled.row("acme")
    assert (row.reason, row.answerable, row.agreement) == (Reason.CUSTOMER, "acme", "sla")
    assert (row.impact_share, row.credit_share) == exactly(1, 1)


def test_any_other_cause_that_is_not_excused_is_the_provider_s_of_the_service() -> None:
    settled = settle(contract(), outages=[outage("a", "14 10:00", "14 12:00", "maintenance")])
    assert settled.row("alpha").reason is Reason.OWN_FAILURE


def test_a_maintenance_row_is_downtime_relieved_and_does_not_shorten_the_agreed_time() -> None:
    settled = settle(
        contract(exclusions=["maintenance"]), outages=[outage("a", "14 10:00", "14 12:00", "maintenance")]
    )
    assert counted(settled) == 0
    assert settled.attainment().denominator == 43_200 * MINUTE


# ---------------------------------------------------------------------------------------------- other suppliers


def chained(*rows: Row, exclusions: tuple[str, ...] = ("other_supplier",)) -> Settled:
    """alpha's a stands on gamma's c; alpha's contract excuses what other suppliers caused."""
    level = availability("99.9", credit=bands({"99.9": "10"}))
    return settle(
        house(vendors=["alpha", "gamma"]),
        service("web", needs=all_of("a")),
        service("a", "alpha", needs=all_of("c")),
        service("c", "gamma"),
        sla(["web"], [availability("99.9", credit=THREE_BANDS)], {"web": "40000.00"}),
        uc("alpha", ["a"], [level], {"a": "5000.00"}, exclusions=list(exclusions)),
        uc("gamma", ["c"], [availability("99.9")], consumer="alpha"),
        outages=rows,
    )


def test_a_vendor_whose_contract_excuses_other_suppliers_answers_for_its_own_failures_only() -> None:
    settled = chained(outage("a", "14 10:00", "14 11:00"), outage("c", "21 10:00", "21 12:00"))
    assert counted(settled, "uc-alpha") == 60
    assert settled.excused("other_supplier", "uc-alpha").quantity == 120 * MINUTES
    # The customer's agreement has no such clause: all 180 minutes count, and alpha is answerable for them.
    assert counted(settled) == 180
    assert {row.answerable for row in settled.trace().responsibilities} == {"alpha"}


def test_without_that_clause_a_vendor_answers_for_what_stands_under_its_service() -> None:
    settled = chained(outage("c", "21 10:00", "21 12:00"), exclusions=("force_majeure",))
    assert counted(settled, "uc-alpha") == 120


def test_the_clause_excuses_nothing_towards_a_customer() -> None:
    settled = settle(contract(exclusions=["other_supplier"]), outages=[outage("a", "14 10:00", "14 12:00")])
    assert counted(settled) == 120


# ------------------------------------------------------------------------------------------------- money of it


def test_necessary_and_sufficient_are_asked_of_what_counts_after_relief() -> None:
    # b 50 min, of which 20 overlap an excused failure; 43.2 may be down. Half of the overlap is relieved: 40 count.
    rows = [
        outage("a", "14 10:00", "14 11:00", "force_majeure"),
        outage("b", "14 10:40", "14 11:30"),
        outage("web", "21 10:00", "21 10:10"),
    ]
    settled = settle(contract(exclusions=["force_majeure"]), outages=rows)
    assert counted(settled) == 50
    beta, halden = settled.row("beta"), settled.row("halden")
    assert (beta.quantity, halden.quantity) == (40 * MINUTES, 10 * MINUTES)
    assert (beta.is_sufficient, beta.is_necessary) == (False, True)
    assert (halden.is_sufficient, halden.is_necessary) == (False, True)
    assert beta.value_without == Fraction(100 * (43_200 - 10), 43_200)
    assert (beta.credit_share, halden.credit_share) == exactly("1/2", "1/2")
