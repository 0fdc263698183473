"""E3 to E8, and E13: whose downtime it was, and whose money, through gates, overlaps and monitors.

April 2026 has 43,200 minutes; 99.9 % leaves 43.2 of them. The credit is 5 % of 40,000 below 99.9, 15 % below 99.5
(216 min), 30 % below 99.0 (432 min): 2,000, 6,000 and 12,000.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from ola.responsibility import Reason
from tests.building import (
    THREE_BANDS,
    Row,
    Settled,
    all_of,
    any_of,
    at_least,
    availability,
    exactly,
    gbp,
    house,
    micros,
    outage,
    service,
    settle,
    sla,
    uc,
)

APRIL = 43_200
VENDORS = ("alpha", "beta", "gamma")
"""Who runs a, b and c in most of these."""
MINUTES = Fraction(60)


def settled(runs: Mapping[str, str], needs: Any, *rows: Row, measured: str = "fromDependencies") -> Settled:
    """v of halden behind a gate of services; whoever is not a team is a vendor with a contract of its own."""
    everybody = sorted(set(runs.values()))
    vendors = [party for party in everybody if not party.startswith("team")]
    teams = [party for party in everybody if party.startswith("team")]
    contracts = [uc(party, [name for name, runner in runs.items() if runner == party]) for party in vendors]
    return settle(
        house(vendors=vendors, teams=teams),
        service("v", needs=needs, measured=measured),
        [service(name, runner) for name, runner in runs.items()],
        contracts,
        sla(["v"], [availability("99.9", credit=THREE_BANDS)], {"v": "40000.00"}),
        outages=rows,
    )


def without(minutes: int) -> Fraction:
    """The month's value with so many minutes down."""
    return Fraction(100 * (APRIL - minutes), APRIL)


# ------------------------------------------------------------------------------------------------ E3, E4, E5


def test_e3_sixty_minutes_and_two_apart_cost_the_first_everything() -> None:
    found = settled(
        {"a": "alpha", "b": "beta"},
        all_of("a", "b"),
        outage("a", "14 10:00", "14 11:00"),
        outage("b", "21 10:00", "21 10:02"),
    )
    a, b = found.row("alpha"), found.row("beta")
    assert (a.impact_share, b.impact_share) == (Fraction(60, 62), Fraction(2, 62))
    assert (a.quantity, b.quantity) == (60 * MINUTES, 2 * MINUTES)
    assert (a.credit_share, b.credit_share) == exactly(1, 0)
    assert (a.is_necessary, a.is_sufficient) == (True, True)
    assert (b.is_necessary, b.is_sufficient) == (False, False)
    assert (a.value_without, b.value_without) == (without(2), without(60))
    assert found.statement().net == gbp("2000.00")
    assert (found.credit("alpha"), found.credit("beta")) == (gbp("2000.00"), gbp("0.00"))
    assert (a.answerable, a.agreement) == ("alpha", "uc-alpha")
    assert a.paths == (("v", "a"),)
    assert found.trace().absorbed == ()


def test_e4_forty_and_ten_minutes_apart_cost_each_half() -> None:
    found = settled(
        {"a": "alpha", "b": "beta"},
        all_of("a", "b"),
        outage("a", "14 10:00", "14 10:40"),
        outage("b", "21 10:00", "21 10:10"),
    )
    a, b = found.row("alpha"), found.row("beta")
    assert (a.impact_share, b.impact_share) == (Fraction(4, 5), Fraction(1, 5))
    assert (a.credit_share, b.credit_share) == (Fraction(1, 2), Fraction(1, 2))
    assert (found.credit("alpha"), found.credit("beta")) == (gbp("1000.00"), gbp("1000.00"))
    assert (a.is_necessary, a.is_sufficient, a.value_without) == (True, False, without(10))
    assert (b.is_necessary, b.is_sufficient, b.value_without) == (True, False, without(40))


def test_e5_three_hundred_a_hundred_and_thirty_minutes_cost_five_sixths_one_sixth_and_nothing() -> None:
    found = settled(
        {"a": "alpha", "b": "beta", "c": "gamma"},
        all_of("a", "b", "c"),
        outage("a", "07 10:00", "07 15:00"),
        outage("b", "14 10:00", "14 11:40"),
        outage("c", "21 10:00", "21 10:30"),
    )
    assert found.attainment().value == without(430)
    assert found.statement().net == gbp("6000.00")
    assert [found.row(who).credit_share for who in VENDORS] == [Fraction(5, 6), Fraction(1, 6), 0]
    assert [found.credit(who) for who in VENDORS] == [gbp("5000.00"), gbp("1000.00"), gbp("0.00")]
    assert [found.row(who).impact_share for who in VENDORS] == [
        Fraction(30, 43),
        Fraction(10, 43),
        Fraction(3, 43),
    ]
    # Nobody is necessary: without alpha 130 minutes are left. Alone alpha and beta would each have missed, gamma would not.
    assert [found.row(who).is_necessary for who in VENDORS] == [False, False, False]
    assert [found.row(who).is_sufficient for who in VENDORS] == [True, True, False]
    assert [found.row(who).value_without for who in VENDORS] == [without(130), without(330), without(400)]


# ------------------------------------------------------------------------------------------------------- E6


def test_e6_overlapping_outages_share_the_overlap_and_lose_no_hour() -> None:
    found = settled(
        {"a": "alpha", "b": "beta"},
        all_of("a", "b"),
        outage("a", "14 10:00", "14 12:00"),
        outage("b", "14 11:00", "14 14:00"),
    )
    assert found.trace().quantity == 4 * 3600
    assert (found.row("alpha").quantity, found.row("beta").quantity) == (90 * MINUTES, 150 * MINUTES)
    # Of 4 h, but for alpha there would have been 3 h and but for beta 2 h: together these account for 1 h + 2 h only.
    assert (found.row("alpha").value_without, found.row("beta").value_without) == (without(180), without(120))


def test_e6_the_evidence_is_told_instant_by_instant() -> None:
    found = settled(
        {"a": "alpha", "b": "beta"},
        all_of("a", "b"),
        outage("a", "14 10:00", "14 12:00"),
        outage("b", "14 11:00", "14 14:00"),
    )
    told = [
        (instant.start, instant.end, [(cause.service, cause.share) for cause in instant.causes])
        for instant in found.trace().instants
    ]
    half = Fraction(1, 2)
    assert told == [
        (micros("14 10:00"), micros("14 11:00"), [("a", 1)]),
        (micros("14 11:00"), micros("14 12:00"), [("a", half), ("b", half)]),
        (micros("14 12:00"), micros("14 14:00"), [("b", 1)]),
    ]


# ------------------------------------------------------------------------------------------------------- E7

A_AND_B_OR_C = all_of(any_of("a", "b"), "c")
"""v fails if a and b both fail, or c does."""

ALL_DOWN = [outage(name, "14 10:00", "14 11:00") for name in ("a", "b", "c")]


def test_e7_three_vendors_behind_a_and_b_or_c_have_a_sixth_a_sixth_and_two_thirds() -> None:
    found = settled({"a": "alpha", "b": "beta", "c": "gamma"}, A_AND_B_OR_C, *ALL_DOWN)
    sixth, two_thirds = Fraction(1, 6), Fraction(2, 3)
    assert [found.row(who).impact_share for who in VENDORS] == [sixth, sixth, two_thirds]
    assert [found.row(who).credit_share for who in VENDORS] == [sixth, sixth, two_thirds]
    # Without gamma, a and b together are still enough; without alpha, c is; only gamma is enough alone.
    assert [found.row(who).is_necessary for who in VENDORS] == [False, False, False]
    assert [found.row(who).is_sufficient for who in VENDORS] == [False, False, True]
    assert [found.row(who).value_without for who in VENDORS] == [without(60)] * 3


def test_e7_one_party_that_runs_a_and_b_has_half_against_c() -> None:
    found = settled({"a": "paired", "b": "paired", "c": "gamma"}, A_AND_B_OR_C, *ALL_DOWN)
    assert (found.row("paired").impact_share, found.row("gamma").impact_share) == (
        Fraction(1, 2),
        Fraction(1, 2),
    )
    services = {part.service: (part.quantity, part.share) for part in found.row("paired").services}
    assert services == {"a": (15 * MINUTES, Fraction(1, 4)), "b": (15 * MINUTES, Fraction(1, 4))}
    assert (found.row("paired").is_sufficient, found.row("gamma").is_sufficient) == (True, True)


def test_e7_one_party_that_runs_a_and_c_has_all_of_it_and_b_none() -> None:
    found = settled({"a": "paired", "b": "beta", "c": "paired"}, A_AND_B_OR_C, *ALL_DOWN)
    assert found.parties() == ["paired"]
    assert (found.row("paired").impact_share, found.row("paired").credit_share) == exactly(1, 1)
    assert (found.row("paired").is_necessary, found.row("paired").is_sufficient) == (True, True)
    assert found.row("paired").value_without == 100
    # Within the party: alone c is enough and a is not (c 1, a 0); beside b each is enough (half each); so 3/4 and 1/4.
    assert {part.service: part.share for part in found.row("paired").services} == {
        "a": Fraction(1, 4),
        "c": Fraction(3, 4),
    }
    assert found.absorbed() == {"b": 60 * MINUTES}


# ------------------------------------------------------------------------------------------------------- E8


def test_e8_two_of_three_all_down_under_three_vendors_is_a_third_each() -> None:
    found = settled({"a": "alpha", "b": "beta", "c": "gamma"}, at_least(2, "a", "b", "c"), *ALL_DOWN)
    assert [found.row(who).impact_share for who in VENDORS] == [Fraction(1, 3)] * 3
    assert [found.row(who).credit_share for who in VENDORS] == [Fraction(1, 3)] * 3
    assert [found.row(who).is_necessary for who in VENDORS] == [False] * 3
    assert [found.row(who).is_sufficient for who in VENDORS] == [False] * 3
    # 2,000 in three parts: the penny that is left over goes by name.
    assert sorted(str(found.credit(who).text()) for who in VENDORS) == ["666.66", "666.67", "666.67"]  # type: ignore[union-attr]


def test_e8_two_of_three_holds_while_one_is_down() -> None:
    found = settled(
        {"a": "alpha", "b": "beta", "c": "gamma"},
        at_least(2, "a", "b", "c"),
        outage("a", "14 10:00", "14 12:00"),
        outage("b", "14 11:00", "14 12:00"),
    )
    assert found.trace().quantity == 60 * MINUTES
    assert [found.row(who).impact_share for who in VENDORS[:2]] == [Fraction(1, 2)] * 2
    assert found.absorbed() == {"a": 60 * MINUTES}
    assert [found.row(who).is_necessary for who in VENDORS[:2]] == [True, True]


def test_e8_two_teams_and_a_vendor_down_together_are_half_the_vendors_and_a_quarter_each_team() -> None:
    found = settled({"a": "team-1", "b": "team-2", "c": "vendor"}, all_of("a", "b", "c"), *ALL_DOWN)
    assert found.row("vendor").impact_share == Fraction(1, 2)
    assert [found.row(who).impact_share for who in ("team-1", "team-2")] == [Fraction(1, 4)] * 2
    assert [found.row(who).credit_share for who in ("vendor", "team-1", "team-2")] == [
        Fraction(1, 2),
        Fraction(1, 4),
        Fraction(1, 4),
    ]
    assert [found.row(who).answerable for who in ("vendor", "team-1", "team-2")] == [
        "vendor",
        "halden",
        "halden",
    ]
    assert [found.row(who).side for who in ("vendor", "team-1", "team-2")] == ["vendor", "halden", "halden"]


# ------------------------------------------------------------------------------------------------------ E13


def test_e13_a_monitor_that_saw_half_of_a_s_failure_leaves_the_rest_to_v_itself() -> None:
    found = settled(
        {"a": "alpha"},
        all_of("a"),
        outage("a", "14 10:00", "14 11:00"),
        outage("v", "14 10:30", "14 11:30"),
        measured="directly",
    )
    assert found.trace().quantity == 60 * MINUTES
    assert (found.row("alpha").quantity, found.row("halden").quantity) == (30 * MINUTES, 30 * MINUTES)
    assert found.absorbed() == {"a": 30 * MINUTES}
    assert found.row("halden").reason is Reason.OWN_FAILURE
    assert (found.row("halden").answerable, found.row("halden").agreement) == ("halden", "sla")
    assert (found.row("halden").paths, found.row("alpha").paths) == ((("v",),), (("v", "a"),))
    # Neither half hour alone is over 43.2 minutes: both are necessary, and the credit is halved.
    assert [found.row(who).credit_share for who in ("alpha", "halden")] == [Fraction(1, 2)] * 2
    assert [found.row(who).is_necessary for who in ("alpha", "halden")] == [True, True]


def test_e13_a_failure_that_the_monitor_never_saw_has_no_share() -> None:
    found = settled(
        {"a": "alpha"},
        all_of("a"),
        outage("a", "07 10:00", "07 20:00"),
        outage("v", "14 10:30", "14 11:30"),
        measured="directly",
    )
    assert found.parties() == ["halden"]
    assert found.absorbed() == {"a": 600 * MINUTES}


@pytest.mark.parametrize("failing", ["a", "b"])
def test_an_absorbed_failure_of_one_of_two_lines_breaches_nothing(failing: str) -> None:
    found = settled({"a": "alpha", "b": "beta"}, any_of("a", "b"), outage(failing, "14 10:00", "15 10:00"))
    assert found.attainment().value == 100
    assert found.settlement.breaches == ()
    assert found.statement().net == gbp("0.00")
