"""What holds for every scheme, whatever the value: caps, order, explanations, and that a better value never costs more."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agreements import Agreement, Direction, Threshold
from domain.credits.base import Due
from domain.credits.miss import Earlier, Miss, Standing
from domain.credits.per_failures import completed
from domain.credits.scheme import CreditAmount, credit_amount, explain_credit
from domain.durations import Duration
from domain.explanation import Worked, replay, work
from domain.instants import DAY
from domain.periods import Period
from tests.building import (
    Document,
    at_most,
    availability,
    bands,
    count,
    house,
    level,
    outage,
    portfolio,
    service,
    settle,
    sla,
    within,
)

APRIL = Period.parse("2026-04")
DUE = Due(APRIL, date(2026, 4, 1), date(2026, 4, 30), "acme")
POINTS = {"points": {"table": [{"points": "2", "percent": "3"}, {"points": "4", "percent": "9"}]}}
STEPS = [{"upTo": "PT1H", "percent": "5"}, {"upTo": "PT8H", "days": "2"}, {"beyond": True, "percent": "50"}]

SCHEMES: dict[str, tuple[Document, dict[str, Any]]] = {
    "bands": (availability("99", credit=bands({"99": "5", "95": "10", "90": "40"})), {}),
    "days of service": (
        availability("99", credit={"scheme": "bands", "bands": [{"below": "99", "days": "1"}, {"below": "90", "days": "9"}]}),
        {},
    ),
    "points": (
        availability("99", credit={"scheme": "points", "repeat": "2", "bands": [
            {"below": "99", "points": "1"}, {"below": "95", "points": "3"}]}),
        {"points": {"perPoint": "2"}},
    ),
    "points by a table": (
        availability("99", credit={"scheme": "points", "bands": [{"below": "99", "points": "1"}, {"below": "95", "points": "3"}]}),
        POINTS,
    ),
    "atRisk": (availability("99", credit={"scheme": "atRisk", "allocation": "40"}), {"atRisk": {"percent": "10"}}),
    "hours": (
        availability("99", credit={"scheme": "perUnit", "unit": "PT1H", "part": "started", "first": {"percent": "10", "units": "2"},
                                   "each": {"percent": "5"}}),
        {},
    ),
    "full hours beyond an allowance": (
        availability("99", credit={"scheme": "perUnit", "unit": "PT2H", "allowance": "PT30M", "each": {"amount": "7.00"}}), {},
    ),
    "steps of a percent": (
        availability("99", credit={"scheme": "perUnit", "unit": "0.5", "part": "started", "each": {"days": "1"}}), {},
    ),
    "tickets": (
        within("99", {"P1": "PT4H"}, credit={"scheme": "perUnit", "unit": "ticket", "each": {"percent": "1"}}), {},
    ),
    "schedule": (availability("99", credit={"scheme": "schedule", "schedule": STEPS}), {}),
    "proRata": (availability("99", credit={"scheme": "proRata", "multiple": "3"}), {}),
    "shortfall": (availability("99", credit={"scheme": "shortfall"}), {}),
    "perFailures": (
        within("99", {"P1": "PT4H"}, credit={"scheme": "perFailures", "failures": 10, "within": "P3M", "percent": "5"}), {},
    ),
}  # fmt: skip

BY_NAME = {
    name: portfolio(
        house(), service("web"), sla(["web"], [promise], {"web": "31.37"}, remedies=remedies)
    ).agreements[0]
    for name, (promise, remedies) in SCHEMES.items()
}
CAPPED = {
    name: portfolio(
        house(),
        service("web"),
        sla(["web"], [promise | {"credit": promise["credit"] | {"cap": {"percent": "8"}}}], {"web": "31.37"},
            remedies=remedies),
    ).agreements[0]
    for name, (promise, remedies) in SCHEMES.items()
}  # fmt: skip

values = st.fractions(min_value=0, max_value=99, max_denominator=1000).filter(lambda value: value < 99)
every_scheme = pytest.mark.parametrize("name", sorted(SCHEMES))


def missed(name: str, value: Fraction) -> Miss:
    """A miss of 99 %: of 30 days of service, or of a hundred tickets, after one failing month."""
    is_tickets = name in ("tickets", "perFailures")
    whole = Fraction(100) if is_tickets else Fraction(30 * DAY)
    # The last value that a ticket level's own failures were counted with is the worst one.
    failures = tuple((APRIL.last, Fraction(1)) for _ in range(100)) if is_tickets else ()
    standing = Standing(
        earlier=(Earlier(date(2026, 3, 31), Fraction(90), is_missed=True),),
        failures=failures,
        failures_before=((date(2026, 3, 30), Fraction(1)),) if is_tickets else (),
        failed=Fraction(100) if is_tickets else Fraction(0),
        other_points=Fraction(1),
    )
    target = Threshold(Direction.AT_LEAST, Fraction(99))
    return Miss(value, value, target, whole, standing)


def credit(agreement: Agreement, name: str, value: Fraction) -> CreditAmount:
    found = credit_amount(agreement, agreement.levels[0], "web", missed(name, value), DUE)
    assert found is not None
    return found


@every_scheme
@settings(max_examples=60, deadline=None)
@given(one=values, other=values)
def test_a_better_value_never_costs_more(name: str, one: Fraction, other: Fraction) -> None:
    worse, better = sorted((one, other))
    agreement = BY_NAME[name]
    assert credit(agreement, name, better).amount <= credit(agreement, name, worse).amount


@every_scheme
@settings(max_examples=60, deadline=None)
@given(value=values)
def test_no_credit_is_negative_and_none_passes_its_cap(name: str, value: Fraction) -> None:
    free, capped = credit(BY_NAME[name], name, value), credit(CAPPED[name], name, value)
    assert 0 <= capped.amount <= Fraction("31.37") * 8 / 100
    assert capped.amount == min(free.amount, Fraction("31.37") * 8 / 100)


@every_scheme
@settings(max_examples=40, deadline=None)
@given(value=values)
def test_the_explanation_of_a_credit_gives_the_credit_and_replays(name: str, value: Fraction) -> None:
    agreement = CAPPED[name]
    stated = Worked(value, work("value", "base/1", {"charges": value}).explanation)
    explained = explain_credit(
        agreement, agreement.levels[0], "web", missed(name, value), DUE, stated, stated
    )
    assert explained is not None
    assert explained.value == credit(agreement, name, value).amount
    assert replay(explained.explanation) == explained.value


days = st.lists(st.integers(min_value=0, max_value=400), max_size=30)


@settings(max_examples=200, deadline=None)
@given(
    offsets=days, wanted=st.integers(min_value=1, max_value=5), months=st.integers(min_value=1, max_value=12)
)
def test_each_failure_is_paid_for_once_and_only_within_a_window(
    offsets: list[int], wanted: int, months: int
) -> None:
    begins = date(2026, 1, 1)
    failures = [(begins + timedelta(days=offset), Fraction(1)) for offset in sorted(offsets)]
    within_months = Duration(months=months)
    found = completed(failures, wanted, within_months)
    assert len(found) * wanted <= len(failures)
    # The plain way: walk through the days, keep what is unpaid and young enough, pay whenever there is enough.
    unpaid: list[date] = []
    paid = 0
    for day, _ in failures:
        unpaid = [each for each in unpaid if each >= within_months.before(day + timedelta(days=1))] + [day]
        if len(unpaid) >= wanted:
            paid += 1
            unpaid = unpaid[wanted:]
    assert len(found) == paid


def test_the_order_of_levels_is_irrelevant() -> None:
    table = {"scheme": "points", "bands": [{"below": "99", "points": "2"}, {"below": "90", "points": "5"}]}
    levels = [
        level("ratio", "99", metric={"measure": "one"}, name="one", credit=table),
        level("ratio", "99", metric={"measure": "two"}, name="two", credit=table),
        level(
            "ratio",
            "99",
            metric={"measure": "three"},
            name="three",
            credit={"scheme": "atRisk", "allocation": "70"},
        ),
        level("mean", at_most("2"), metric={"measure": "four"}, name="four", credit={"scheme": "shortfall"}),
    ]
    rows = [count("one", 85, 100, on="web"), count("two", 95, 100, on="web"), count("three", 9, 100, on="web"),
            count("four", 47, 10, on="web")]  # fmt: skip
    remedies = {
        "atRisk": {"percent": "7"},
        "points": {"table": [{"points": "3", "percent": "2"}, {"points": "7", "percent": "5"}]},
        "caps": [{"percent": "6", "per": "month"}],
    }
    found = set()
    for order in permutations(levels):
        documents = [*house(), service("web"), sla(["web"], order, {"web": "333.33"}, remedies=remedies)]
        statement = settle(documents, counts=rows).statement()
        nets = {line.of.level.name: line.net.text() for line in statement.lines}
        assert sum(line.net.fraction for line in statement.lines) == statement.net.fraction == 20
        found.add(tuple(sorted(nets.items())))
    assert len(found) == 1


def test_the_penny_that_is_left_over_goes_the_same_way_in_whichever_order_the_levels_are_written() -> None:
    levels = [availability("99.9", name=name, credit=bands({"99.9": "5"})) for name in ("a", "b", "c")]
    remedies = {"caps": [{"amount": "100.00", "per": "month"}]}
    down = [outage("web", "14 10:00", "14 11:00")]
    for order in permutations(levels):
        documents = [*house(), service("web"), sla(["web"], order, {"web": "40000.00"}, remedies=remedies)]
        lines = settle(documents, outages=down).statement().lines
        assert {line.of.level.name: line.net.text() for line in lines} == {
            "a": "33.34",
            "b": "33.33",
            "c": "33.33",
        }
