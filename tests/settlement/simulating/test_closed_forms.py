"""Drawn years beside what can be worked out without drawing: one service, one level, failures as they come."""

from calendar import monthrange
from datetime import timedelta
from math import exp, sqrt

from domain.instants import as_datetime
from settlement.simulating.running import simulate
from tests.building import availability, bands, evidence, house, outage, portfolio, service, sla
from tests.settlement.simulating.test_drawn_years import SINCE, UNTIL, YEAR

YEARS = 2_000
RATE = 6 / 181
"""Failures a day: six in the 181 days that were observed."""
LENGTHS = [monthrange(2026, month)[1] for month in range(1, 13)]
# Each failure lasts two hours, and 99.9 of a month of 30 days permits 43.2 minutes: a month is missed if a failure
# begins in it (or so late in the month before that enough of it is left, as much of its own end being lost again).
MISSED = [1 - exp(-RATE * days) for days in LENGTHS]


def test_expected_credits_and_the_chance_of_a_right_are_those_of_a_closed_form() -> None:
    right = {"name": "three-in-a-row", "when": {"consecutive": 3, "of": "availability"}}
    begins = [as_datetime(SINCE) + timedelta(days=30 * number + 3, hours=10) for number in range(6)]
    rows = [outage("web", begin.isoformat(), (begin + timedelta(hours=2)).isoformat()) for begin in begins]
    documents = [
        house(),
        service("web"),
        sla(["web"], [availability(credit=bands({"99.9": "10"}))], {"web": "1000.00"}, terminationRights=[right]),
    ]  # fmt: skip

    found = simulate(portfolio(documents), evidence(rows), SINCE, UNTIL, YEAR, YEARS, seed=1, check=1)

    [money] = found.money
    expected = 100 * sum(MISSED)
    error = 100 * sqrt(sum(p * (1 - p) for p in MISSED) / YEARS)
    assert abs(float(money.payable.mean.fraction) - expected) < 5 * error
    # No run of three in twelve months: what is left after each month, by how many of the last months were missed.
    none, one, two = 1.0, 0.0, 0.0
    for p in MISSED:
        none, one, two = (none + one + two) * (1 - p), none * p, one * p
    chance = 1 - (none + one + two)
    [arises] = found.rights
    assert abs(float(arises.chance) - chance) < 5 * sqrt(chance * (1 - chance) / YEARS)
