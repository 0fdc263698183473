"""Targets from history, on nine months whose values are 96, 91, 95, 93, 97, 94, 98, 92 and 99 percent."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.agreements import Direction, Threshold
from domain.base_numbers import WANTED, chance_of, met_with, periods_needed, proposed_target
from domain.diary import DueKind
from domain.explanation import replay
from settlement.agenda import agenda
from settlement.base_numbers import BaseNumber, base_numbers, explain_proposal
from settlement.settle import Settling
from tests.building import (
    Document,
    Row,
    at_most,
    availability,
    count,
    evidence,
    house,
    level,
    outage,
    portfolio,
    service,
    sla,
)

VALUES = (96, 91, 95, 93, 97, 94, 98, 92, 99)


def months(values: tuple[int, ...] = VALUES) -> list[Row]:
    return [
        count("csat", value, 100, start=f"2026-{month:02d}-10T00:00Z", end=f"2026-{month:02d}-11T00:00Z")
        for month, value in enumerate(values, start=1)
    ]


def asked(
    *levels: Document,
    counts: list[Row] | None = None,
    outages: tuple[Row, ...] = (),
    as_of: str = "2026-10-01",
    **terms: object,
) -> list[BaseNumber]:
    documents = [house(), service("desk"), service("web"), sla(["desk", "web"], levels, **terms)]  # type: ignore[arg-type]
    rows = evidence(outages, counts=months() if counts is None else counts)
    return list(base_numbers(Settling.of(portfolio(documents), rows, date.fromisoformat(as_of))))


def csat(target: str | Document = "95", **more: object) -> Document:
    return level("ratio", target, name="csat", metric={"measure": "csat"}, service="desk", **more)


def test_the_worst_of_nine_months_is_met_with_nine_in_ten() -> None:
    [number] = asked(csat())

    assert [str(period) for period, _ in number.periods] == [f"2026-{month:02d}" for month in range(1, 10)]
    assert [value for _, value in number.periods] == list(VALUES)
    # Nine values make ten gaps: the next lies above the worst with 9/10, above the second worst with 8/10.
    assert [(each.wanted, each.threshold.value, each.chance) for each in number.proposals] == [
        (Fraction(9, 10), Fraction(91), Fraction(9, 10)),
        (Fraction(3, 4), Fraction(92), Fraction(8, 10)),
        (Fraction(1, 2), Fraction(95), Fraction(5, 10)),
    ]
    # 96, 95, 97, 98 and 99 meet 95: the next month does with 5/10 to 6/10.
    assert (number.met, number.chance) == (5, (Fraction(5, 10), Fraction(6, 10)))
    assert (
        number.notes[0] == "9 periods are too few for a target that is met with 95 % or more: that takes 19."
    )


def test_a_bound_that_is_to_stay_small_is_asked_from_the_other_end() -> None:
    [number] = asked(csat(at_most("95")))

    assert [(each.threshold, each.chance) for each in number.proposals] == [
        (Threshold(Direction.AT_MOST, Fraction(99)), Fraction(9, 10)),
        (Threshold(Direction.AT_MOST, Fraction(98)), Fraction(8, 10)),
        (Threshold(Direction.AT_MOST, Fraction(95)), Fraction(5, 10)),
    ]


def test_a_target_is_rounded_to_the_easier_side() -> None:
    values = [Fraction(2, 3), Fraction(1, 3)] * 5
    least = proposed_target(values, Direction.AT_LEAST, Fraction(1, 2), 2)
    most = proposed_target(values, Direction.AT_MOST, Fraction(1, 2), 2)

    assert least is not None
    assert most is not None
    assert (least.threshold.value, most.threshold.value) == (Fraction(33, 100), Fraction(67, 100))


def test_without_history_nothing_is_proposed_and_a_review_is_due_when_there_are_nine_months() -> None:
    [number] = asked(csat(), counts=[], as_of="2026-01-05")

    assert (number.periods, number.proposals, number.chance) == ((), (), None)
    assert number.notes == (
        "There is no history: no period lies wholly after the first evidence, or nothing was measured.",
    )
    # The term begins in January; nine months end on 30 September.
    assert number.review_on == date(2026, 10, 1)


def test_a_target_that_had_history_needs_no_review_and_one_that_had_none_does() -> None:
    [set_without] = asked(csat(), as_of="2026-04-01")
    assert set_without.review_on == date(2026, 10, 1)

    term = {"from": "2026-07-01", "to": "2027-06-30"}
    [set_with] = asked(csat(), term=term, effective="2026-07-01")
    assert set_with.review_on is None
    assert len(set_with.periods) == 9  # Also those before its term.


def test_a_draft_is_measured_as_if_it_had_been_in_force() -> None:
    [number] = asked(csat(), state="draft")

    assert (number.is_proposed, len(number.periods), number.met) == (True, 9, 5)


def test_outages_count_from_the_month_of_the_first_one_and_a_silent_service_has_no_history() -> None:
    rows = (outage("web", "2026-05-04T00:00Z", "2026-05-04T07:26:24Z"),)
    numbers = asked(availability("99.5", name="up"), outages=rows)

    silent, web = numbers
    assert (silent.of.service, silent.periods) == ("desk", ())
    # 7 h 26 min 24 s are 1 percent of May's 744 hours; June to September had nothing.
    assert [value for _, value in web.periods] == [99, 100, 100, 100, 100]
    assert web.met == 4


def test_windows_that_overlap_are_taken_one_after_another() -> None:
    [number] = asked(csat(period={"rolling": "P30D"}), as_of="2026-04-12")

    # Back from 11 April by 30 days: the window before those begins in the year before the evidence does.
    assert [str(period) for period, _ in number.periods] == ["2026-02-10", "2026-03-12", "2026-04-11"]


def test_the_contract_s_own_ratchet_is_told_beside_the_proposals() -> None:
    ratchet = {"beaten": 9, "to": "halfway_to_average"}
    [number] = asked(csat("80", ratchet=ratchet))

    # The average is 95, half-way from 80 is 87.5.
    assert number.ratchet is not None
    assert number.ratchet.figures["proposed"] == "87.5"


def test_a_proposal_s_explanation_replays() -> None:
    [number] = asked(csat())

    for proposal in number.proposals:
        assert replay(explain_proposal(number, proposal)) == proposal.threshold.value


def test_how_many_periods_each_probability_takes() -> None:
    assert [periods_needed(each) for each in WANTED] == [19, 9, 3, 1]


@given(
    st.lists(st.integers(0, 5).map(Fraction), min_size=1, max_size=12), st.sampled_from(WANTED),
    st.sampled_from(list(Direction)),
)  # fmt: skip
def test_leaving_out_each_value_in_turn_confirms_the_probability(
    values: list[Fraction], wanted: Fraction, direction: Direction
) -> None:
    """Of n + 1 alike values each is the next one equally often: so often the proposal of the others is met."""
    pool = [*values, Fraction(3)]
    found = [met_with([*pool[:i], *pool[i + 1 :]], direction, wanted) for i in range(len(pool))]
    if any(each is None for each in found):
        assert all(each is None for each in found)
        assert len(values) < periods_needed(wanted)
        return
    met = sum(
        Threshold(direction, each[0]).is_met_by(pool[i]) for i, each in enumerate(found) if each is not None
    )
    chance = next(each[1] for each in found if each is not None)
    assert Fraction(met, len(pool)) >= chance >= wanted


@given(st.lists(st.integers(0, 5).map(Fraction), min_size=1, max_size=12), st.integers(0, 5).map(Fraction))
def test_a_harder_target_is_never_likelier(values: list[Fraction], base: Fraction) -> None:
    chances = [chance_of(values, Threshold(Direction.AT_LEAST, base + step)) for step in range(3)]

    assert all(easier >= harder for easier, harder in pairwise(chances))
    assert all(most - least == Fraction(1, len(values) + 1) for least, most in chances)


def reviews(
    *levels: Document, outages: tuple[Row, ...] = (), as_of: str = "2026-04-01", **terms: object
) -> list[str]:
    """What is due for a review in the two years from a date, as the calendar says it."""
    documents = [house(), service("desk"), service("web"), sla(["desk", "web"], levels, **terms)]  # type: ignore[arg-type]
    known = evidence(outages, counts=months())
    settling = Settling.of(portfolio(documents), known, date.fromisoformat(as_of))
    found = agenda(settling, date.fromisoformat(as_of), date(2027, 12, 30))
    return [f"{each.day} {each.what.partition(' was ')[0]}" for each in found if each.kind is DueKind.REVIEW]


def test_the_calendar_says_when_a_target_that_was_set_without_history_has_some() -> None:
    # Counts and term begin in January: nine months are over on 1 October.
    assert reviews(csat()) == ["2026-10-01 the target of csat on desk"]
    assert reviews(csat(), as_of="2026-10-01") == ["2026-10-01 the target of csat on desk"]
    # On the day after it the review is no longer ahead; and what was set in April had three months behind it.
    assert reviews(csat(), as_of="2026-10-02") == []
    assert reviews(csat(), term={"from": "2026-04-01", "to": "2027-12-31"}, effective="2026-04-01") == []


def test_a_target_without_any_evidence_is_reviewed_nine_periods_after_it_took_effect() -> None:
    # web is measured directly, and no row names it; the term begins in the middle of a month, so February is the first.
    term = {"from": "2026-01-15", "to": "2027-12-31"}
    assert reviews(availability("99.9", service="web"), term=term, effective="2026-01-15") == [
        "2026-11-01 the target of availability on web"
    ]
    # A term that ends before there are nine months is over before anybody could say more.
    short = {"from": "2026-01-15", "to": "2026-08-31"}
    assert reviews(availability("99.9", service="web"), term=short, effective="2026-01-15") == []
