"""What an agreement lets the money of a breach follow, and what stands beside the shares, in whole settlements.

April 2026, office hours of London: 22 days of 600 minutes, 13,200; 99.9 % leaves 13.2 of them. 5 % of 40,000 are 2,000.
"""

from fractions import Fraction
from typing import Any

import pytest

from tests.building import (
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
    in_time,
    office,
    outage,
    service,
    settle,
    sla,
    story,
    uc,
    within,
)

# Half past seven in London is half past six in UTC in April.
BEFORE_OPENING = [outage("a", "14 06:30", "14 08:00"), outage("b", "14 06:45", "14 08:00")]
"""a fails at 07:30 London time and b at 07:45; the window opens at 08:00, and both are down until 09:00."""


def settled(*rows: Row, **terms: Any) -> Settled:
    level = availability("99.9", window="prime", credit=bands({"99.9": "5"}))
    return settle(
        house(vendors=["ann", "bob"]),
        office(),
        service("v", needs=all_of("a", "b")),
        service("a", "ann"),
        service("b", "bob"),
        sla(["v"], [level], {"v": "40000.00"}, calendar="office", **terms),
        outages=rows,
    )


def test_the_first_cause_is_whose_failure_began_first_also_where_it_did_not_count_yet() -> None:
    found = settled(*BEFORE_OPENING, apportionment="first_cause")
    assert found.trace().quantity == 3600
    assert [found.row(who).impact_share for who in ("ann", "bob")] == [Fraction(1, 2), Fraction(1, 2)]
    assert [found.row(who).credit_share for who in ("ann", "bob")] == [1, 0]
    assert found.trace().money_follows == "first_cause"


def test_an_earlier_failure_that_was_over_before_the_breach_is_not_its_first_cause() -> None:
    earlier = outage("b", "14 05:00", "14 05:30")
    found = settled(*BEFORE_OPENING, earlier, apportionment="first_cause")
    assert [found.row(who).credit_share for who in ("ann", "bob")] == [1, 0]


@pytest.mark.parametrize(
    ("apportionment", "shares"),
    [("credit", exactly("1/2", "1/2")), ("impact", exactly("3/4", "1/4")), ("equal", exactly("1/2", "1/2"))],
)
def test_the_money_follows_what_the_agreement_says(apportionment: str, shares: tuple[Fraction, ...]) -> None:
    # 12 and 4 minutes: each alone is under 13.2, and both were needed; by minutes 3 to 1.
    rows = [outage("a", "14 10:00", "14 10:12"), outage("b", "21 10:00", "21 10:04")]
    found = settled(*rows, apportionment=apportionment)
    assert tuple(found.row(who).credit_share for who in ("ann", "bob")) == shares
    assert found.statement().net == gbp("2000.00")


def tickets_under(apportionment: str) -> Settled:
    level = within("100", {"P1": "PT4H"}, credit=bands({"100": "10"}))
    contracts: list[Document] = [
        uc(who, ["support"], [within("90", {"P1": "PT1H"}, name="fix")]) for who in ("ann", "bob")
    ]
    return settle(
        house(vendors=["ann", "bob"]),
        service("support"),
        contracts,
        sla(["support"], [level], {"support": "10000.00"}, apportionment=apportionment),
        tickets=[
            story("T1", "P1", "14 08:00", ("bob", "PT5H")),
            story("T2", "P1", "07 08:00", ("bob", "PT6H")),
            story("T3", "P1", "21 08:00", ("ann", "PT5H")),
            *in_time(7),
        ],
    )


def test_of_tickets_the_first_cause_is_who_first_held_a_ticket_that_became_late() -> None:
    # bob took T2 on the 7th, ann her only one on the 21st.
    found = tickets_under("first_cause")
    assert [found.row(who).quantity for who in ("ann", "bob")] == [1, 2]
    assert [found.row(who).credit_share for who in ("ann", "bob")] == [0, 1]


def test_of_tickets_the_money_may_follow_their_number() -> None:
    found = tickets_under("impact")
    assert [found.row(who).credit_share for who in ("ann", "bob")] == [Fraction(1, 3), Fraction(2, 3)]


# ---------------------------------------------------------------------------------------------------- absorbed


def test_a_failure_outside_the_agreed_time_is_not_among_what_was_absorbed() -> None:
    found = settle(
        house(vendors=["ann", "bob"]),
        office(),
        service("v", needs=all_of({"any": ["a", "spare"]}, "b")),
        service("a", "ann"),
        service("spare", "ann"),
        service("b", "bob"),
        sla(["v"], [availability("99.9", window="prime")], calendar="office"),
        # a fails from Monday 17:00 to Tuesday 09:00 in London: an hour of each day lies in the window.
        outages=[outage("a", "13 16:00", "14 08:00"), outage("b", "21 10:00", "21 11:00")],
    )
    assert found.absorbed() == {"a": 7200}
    assert found.parties() == ["bob"]


def test_a_failure_at_night_is_nobody_s_business_by_day() -> None:
    found = settled(outage("a", "14 20:00", "14 23:00"), outage("b", "21 10:00", "21 11:00"))
    assert found.absorbed() == {}


def test_more_sides_than_can_be_divided_exactly_share_alike_and_the_trace_says_so() -> None:
    # web needs one of 24 lines of 24 vendors: only all of them down together bring it down, none alone.
    vendors = [f"v{number:02d}" for number in range(24)]
    settled = settle(
        house(vendors=vendors),
        service("web", needs=any_of(*(f"line-{name}" for name in vendors))),
        [service(f"line-{name}", name) for name in vendors],
        sla(["web"], [availability("99.9", credit=bands({"99.9": "5"}))], {"web": "48000.00"}),
        outages=[outage(f"line-{name}", "14 10:00", "14 11:00") for name in vendors],
    )
    assert {row.impact_share for row in settled.trace().responsibilities} == {Fraction(1, 24)}
    assert {settled.credit(name) for name in vendors} == {gbp("100.00")}
    assert "divided equally between their sides" in settled.trace().note
