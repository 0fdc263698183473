"""E9 to E12: who kept a late ticket too long, and when nobody did.

One ticket in April, 24x7, so that a share of the ticket is a share of everything; the credit is 10 % of 10,000.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from ola.responsibility import Reason
from settlement.results import GapCode
from tests.building import (
    Row,
    Settled,
    Story,
    availability,
    bands,
    exactly,
    gbp,
    house,
    in_time,
    ola,
    party,
    service,
    settle,
    sla,
    story,
    uc,
    within,
)


def settled(
    threshold: str,
    promises: Mapping[str, str],
    held: Sequence[tuple[str, str]],
    *,
    teams: Sequence[str] = (),
) -> Settled:
    """A P1 ticket under a threshold, held in turn by parties with a promise each: OLAs of teams, UCs of vendors."""
    vendors = [name for name in promises if name not in teams]
    levels = {name: [within("90", {"P1": length}, name="fix")] for name, length in promises.items()}
    return settle(
        house(vendors=vendors, teams=teams),
        service("support"),
        [uc(name, ["support"], levels[name]) for name in vendors],
        [ola(name, ["support"], levels[name]) for name in teams],
        sla(
            ["support"],
            [within("95", {"P1": threshold}, credit=bands({"95": "10"}))],
            {"support": "10000.00"},
        ),
        tickets=[story("T1", "P1", "07 08:00", *held)],
    )


def test_e9_of_43_hours_against_40_all_is_the_first_line_s_which_kept_35_of_its_10() -> None:
    found = settled(
        "PT40H",
        {"first-line": "PT10H", "second-line": "PT30H"},
        [("first-line", "PT35H"), ("second-line", "PT8H")],
        teams=["first-line", "second-line"],
    )
    assert found.parties() == ["first-line"]
    row = found.row("first-line")
    assert (row.quantity, row.impact_share, row.credit_share) == exactly(1, 1, 1)
    assert (row.is_necessary, row.is_sufficient) == (True, True)
    assert row.value_without == 100
    assert (row.answerable, row.agreement) == ("halden", "ola-first-line")
    assert found.credit("first-line") == gbp("1000.00")


def test_e9_holds_for_two_vendors_as_for_two_teams() -> None:
    found = settled("PT40H", {"l1": "PT10H", "l2": "PT30H"}, [("l1", "PT35H"), ("l2", "PT8H")])
    assert found.parties() == ["l1"]
    assert found.row("l1").impact_share == 1
    assert found.row("l1").answerable == "l1"


def test_e10_the_vendor_s_half_hour_too_many_made_nothing_late_and_is_not_its() -> None:
    found = settled(
        "PT4H", {"desk": "PT1H", "vendor": "PT2H30M"}, [("desk", "PT2H"), ("vendor", "PT3H")], teams=["desk"]
    )
    # v(vendor) = 1 h + 3 h = 4 h, which is not late; v(desk) = 2 h + 2 h 30 = 4 h 30, which is.
    assert found.parties() == ["desk"]
    assert (found.row("desk").impact_share, found.row("desk").credit_share) == exactly(1, 1)
    assert (found.row("desk").is_necessary, found.row("desk").is_sufficient) == (True, True)
    # The vendor broke its own contract all the same: 3 h in its custody against 2 h 30.
    assert found.attainment("uc-vendor").value == 0


def test_e10_a_minute_more_of_the_vendor_makes_it_half_the_vendor_s() -> None:
    found = settled(
        "PT4H",
        {"desk": "PT1H", "vendor": "PT2H30M"},
        [("desk", "PT2H"), ("vendor", "PT3H1M")],
        teams=["desk"],
    )
    assert [found.row(who).impact_share for who in ("desk", "vendor")] == [Fraction(1, 2)] * 2
    assert [found.row(who).is_necessary for who in ("desk", "vendor")] == [False, False]
    assert [found.row(who).is_sufficient for who in ("desk", "vendor")] == [True, True]


def test_e11_where_everybody_kept_its_promise_the_contracts_have_all_of_it() -> None:
    found = settled(
        "PT4H", {"desk": "PT1H", "vendor": "PT4H"}, [("desk", "PT50M"), ("vendor", "PT3H40M")], teams=["desk"]
    )
    assert found.parties() == [None]
    row = found.row(None)
    assert row.reason is Reason.MISALIGNED
    assert (row.quantity, row.impact_share, row.credit_share) == exactly(1, 1, 1)
    assert (row.is_necessary, row.is_sufficient, row.value_without) == (False, False, None)
    assert (row.answerable, row.agreement, row.paths) == (None, None, ())
    assert found.credit(None) == gbp("1000.00")
    assert found.reasons(None) == [("MISALIGNED", "1000.00")]
    # The contracts say it before any ticket does: 1 h + 4 h under a promise of 4 h.
    (finding,) = found.findings("TIME_BUDGET")
    assert (finding.agreement, finding.service_level) == ("sla", "resolution")
    assert dict(finding.figures) == {"threshold": "14400", "stages": "18000", "over": "3600"}


def test_e12_three_vendors_of_which_each_alone_would_have_made_it_late_have_a_third_each() -> None:
    found = settled(
        "PT4H",
        {"desk": "PT1H", "network": "PT1H", "hosting": "PT1H30M"},
        [("desk", "PT2H"), ("network", "PT1H40M"), ("hosting", "PT2H10M")],
    )
    parties = ("desk", "hosting", "network")
    # Allowed 1 h + 1 h + 1 h 30 = 3 h 30; alone desk makes it 4 h 30, network 4 h 10, hosting 4 h 10.
    assert [found.row(who).impact_share for who in parties] == [Fraction(1, 3)] * 3
    assert [found.row(who).credit_share for who in parties] == [Fraction(1, 3)] * 3
    assert [found.row(who).is_sufficient for who in parties] == [True] * 3
    assert [found.row(who).is_necessary for who in parties] == [False] * 3
    (instant,) = found.trace().instants
    assert instant.ticket == "T1"
    assert [(cause.party, cause.share) for cause in instant.causes] == [
        (who, Fraction(1, 3)) for who in parties
    ]


def test_two_late_tickets_of_twenty_cost_whoever_made_each_half() -> None:
    # 18 of 20 is 90: missed. Each of the two alone would leave 19 of 20 = 95: met.
    more: list[Row | Story] = [*in_time(18), story("T2", "P1", "08 08:00", ("vendor", "PT5H"))]
    found = settle(
        house(vendors=["vendor"], teams=["desk"]),
        service("support"),
        ola("desk", ["support"], [within("90", {"P1": "PT1H"}, name="fix")]),
        uc("vendor", ["support"], [within("90", {"P1": "PT3H"}, name="fix"), availability("99.9")]),
        sla(["support"], [within("95", {"P1": "PT4H"}, credit=bands({"95": "10"}))], {"support": "10000.00"}),
        tickets=[story("T1", "P1", "07 08:00", ("desk", "PT5H")), *more],
    )
    assert [found.row(who).quantity for who in ("desk", "vendor")] == [1, 1]
    assert [found.row(who).credit_share for who in ("desk", "vendor")] == [Fraction(1, 2)] * 2
    assert [found.row(who).is_necessary for who in ("desk", "vendor")] == [True, True]
    assert [found.row(who).value_without for who in ("desk", "vendor")] == [95, 95]


def test_a_suppliers_contract_binds_its_own_team_that_held_the_ticket() -> None:
    # The night shift is the vendor's, and has no contract: the vendor's three hours are what it promised, and the vendor
    # pays 5 % of 10,000 of the 1,000 that the five hours cost. What is missing is RATE, not a missing contract.
    promise = within("95", {"P1": "PT3H"}, credit=bands({"95": "5"}))
    found = settle(
        house(vendors=["vendor"]),
        party("night-shift", "team", parent="vendor"),
        service("support"),
        uc("vendor", ["support"], [promise], {"support": "10000.00"}),
        sla(["support"], [within("95", {"P1": "PT4H"}, credit=bands({"95": "10"}))], {"support": "10000.00"}),
        tickets=[story("T1", "P1", "07 08:00", ("night-shift", "PT5H"))],
    )
    row = found.row("night-shift")
    assert (row.answerable, row.agreement, row.impact_share) == ("vendor", "uc-vendor", Fraction(1))
    (impact,) = found.settlement.credit_impact[0].parties
    assert [(reason.code, reason.amount) for reason in impact.reasons] == [(GapCode.RATE, gbp("500.00"))]
