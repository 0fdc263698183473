"""Whole months drawn for tickets and counts, beside what follows by hand from the months that were."""

from fractions import Fraction

import numpy as np

from domain.instants import parse_instant
from domain.periods import Period
from settlement.simulating.distributions import Simulated
from settlement.simulating.running import simulate
from tests.building import (
    Documents,
    bands,
    count,
    evidence,
    gbp,
    house,
    level,
    ola,
    portfolio,
    service,
    sla,
    story,
    uc,
    within,
)

FLAT = bands({"90": "10"})
P1 = {"P1": "PT4H"}
DESK: list[Documents] = [
    house(vendors=["fixit"], teams=["desk"]),
    service("support", needs=None),
    sla(
        ["support"],
        [
            within("90", P1, credit=FLAT),
            level("mean", {"atMost": "30"}, name="speed", metric={"measure": "asa"}),
        ],
        {"support": "1000.00"},
        terminationRights=[{"name": "twice", "when": {"misses": 2, "of": "resolution", "within": "P12M"}}],
    ),
    uc(
        "fixit",
        ["support"],
        [within("100", {"P1": "PT2H"}, credit=bands({"100": "20"}))],
        {"support": "200.00"},
    ),
    ola("desk", ["support"], [within("90", {"P1": "PT1H"})]),
]
# March is kept; in April the desk held the one late ticket for three of its five hours, and its vendor for two; in May
# the vendor alone was late. The desk may take one hour, the vendor two.
TICKETS = [
    story("march", "P1", "2026-03-03T10:00Z", ("desk", "PT1H")),
    story("april", "P1", "2026-04-03T10:00Z", ("desk", "PT3H"), ("fixit", "PT2H")),
    story("may", "P1", "2026-05-04T10:00Z", ("desk", "PT30M"), ("fixit", "PT9H")),
]  # fmt: skip
ASKED = [count("asa", 20 + 20 * place, on="support", start=f"2026-0{place + 3}-05T00:00Z", end=f"2026-0{place + 3}-06T00:00Z") for place in range(3)]  # fmt: skip


def drawn(years: int, seed: int = 1, check: int = 2, year: str = "2026") -> Simulated:
    return simulate(
        portfolio(DESK),
        evidence(tickets=TICKETS, counts=ASKED),
        parse_instant("2026-03-01T00:00Z"),
        parse_instant("2026-06-01T00:00Z"),
        Period.parse(year),
        years,
        seed,
        check,
    )


def test_two_months_in_three_cost_ten_percent_and_come_from_who_was_late() -> None:
    found = drawn(400)

    assert [month.name for month in found.months] == ["2026-03", "2026-04", "2026-05"]
    assert (found.left_out, found.checked) == ((), 2)
    [money] = found.money
    # Twelve months, each missed with probability 2/3 at 100.00: 800.00 a year. One year's standard deviation is
    # 100 x sqrt(12 x 2/9) = 163.30, the mean of 400 years' 8.17; five of these are 41.
    assert abs(money.payable.mean.fraction - 800) < 41
    assert money.payable.most.amount % 100 == 0
    assert money.payable.most <= gbp("1200.00")
    # April is the desk's, which is ours: without it 1 h + 2 h is in time. May is the vendor's. Its own contract is
    # missed in May alone, at 20 % of 200.00 where we pay 100.00.
    caused = {party.party: party.caused.mean.fraction for party in money.parties}
    assert set(caused) == {"halden", "fixit"}
    assert abs(caused["fixit"] - 400) < 41
    assert money.recoverable.mean.fraction == caused["fixit"] * 40 / 100
    # Ours is what the desk was late with, theirs what a contract for all of it would bring back besides the 40 %.
    assert [(each.kind, each.of) for each in money.improvements] in (
        [("OWN_PROMISES", "halden"), ("BACK_TO_BACK", "fixit")],
        [("BACK_TO_BACK", "fixit"), ("OWN_PROMISES", "halden")],
    )
    lowers = {each.kind: each.lowers.fraction for each in money.improvements}
    assert lowers == {"OWN_PROMISES": caused["halden"], "BACK_TO_BACK": caused["fixit"] * 60 / 100}
    # A right that needs two of twelve months: all but (1/3)^12 + 12 (2/3)(1/3)^11 of years, one in 21,000.
    [right] = found.rights
    assert right.chance > Fraction(99, 100)


def test_levels_of_one_month_stay_together_and_the_next_year_has_its_own_prices() -> None:
    found = drawn(50, year="2027")

    [money] = found.money
    agreements = {each.agreement: each.credits for each in money.agreements}
    # Whenever the vendor owes 40.00 we owe 100.00: never the one without the other.
    assert agreements["uc-fixit"].most.fraction / 40 <= agreements["sla"].most.fraction / 100


def test_the_same_seed_draws_the_same_months_and_few_months_are_told() -> None:
    found = drawn(20, check=0)
    assert drawn(20, check=0) == found
    assert drawn(20, seed=2, check=0).money != found.money
    [note] = found.notes
    assert note == (
        "Tickets and counts are drawn from only 3 months: a worse month than these is never drawn, and the seasons of "
        "a year are not seen."
    )


def test_months_are_drawn_alike_for_any_number_of_years() -> None:
    from ola.simulation.months import drawn_months

    many = drawn_months(7, 0, 700, 5)
    assert np.array_equal(drawn_months(7, 0, 30, 5), many[:30])
    assert np.array_equal(drawn_months(7, 1, 200, 5), many[500:])
    # 8,400 months of five: each 1,680 times, give or take five times sqrt(8,400 x 4/25).
    assert all(abs(int((many == each).sum()) - 1_680) < 184 for each in range(5))
