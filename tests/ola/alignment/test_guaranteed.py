"""What is guaranteed, against the worst case that a linear program finds."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from ola.alignment.guaranteed import Failures, longest_failure, most_downtime
from ola.alignment.structure import AtLeastOf, Formula, Promised
from tests.ola.alignment.formulas import formula, formulas_with_chances, series, spare
from tests.ola.alignment.linear_program import longest_downtime, maximum

Case = tuple[Formula, dict[str, Fraction]]


@settings(max_examples=60, deadline=None)
@given(formulas_with_chances(most_leaves=5, most_gates=5))
def test_no_way_in_which_failures_can_fall_is_worse_than_what_is_guaranteed(case: Case) -> None:
    of, downtime = case
    assert longest_downtime(of, downtime) <= most_downtime(of, downtime)


@settings(max_examples=60, deadline=None)
@given(formulas_with_chances(), st.fractions(0, 1, max_denominator=100))
def test_one_service_that_is_down_for_longer_or_shorter_is_as_if_all_were_reckoned_anew(
    case: Case, changed: Fraction
) -> None:
    of, downtime = case
    failures = Failures.of(of)
    known = failures.longest(downtime)
    for service in failures.leaves:
        anew = most_downtime(of, {**downtime, service: changed})
        assert failures.longest_with(known, service, changed) == anew


@settings(max_examples=60, deadline=None)
@given(st.data(), st.lists(st.fractions(0, 1, max_denominator=100), min_size=1, max_size=5))
def test_of_one_gate_the_bound_is_reached(data: st.DataObject, downtimes: list[Fraction]) -> None:
    needed = data.draw(st.integers(1, len(downtimes)))
    nodes = [Promised(f"s{index}") for index in range(len(downtimes))]
    of = Formula((*nodes, AtLeastOf(needed, tuple(range(len(nodes))))), len(nodes))
    by_name = {node.service: downtime for node, downtime in zip(nodes, downtimes, strict=True)}
    assert longest_downtime(of, by_name) == longest_failure(needed, downtimes)


def test_what_several_tiers_in_series_share_counts_once() -> None:
    of = formula("top", {"top": series("one", "two"), "one": series("a", "dc"), "two": series("dc", "b")})
    downtime = {"a": Fraction(1, 100), "b": Fraction(2, 100), "dc": Fraction(3, 100)}
    assert most_downtime(of, downtime) == Fraction(6, 100) == longest_downtime(of, downtime)


def test_a_shared_spare_is_bounded_gate_by_gate() -> None:
    # Both tiers fail only with the spare: never longer than it. Gate by gate each may fail for .01 of the time.
    of = formula("top", {"top": series(spare("a", "s"), spare("b", "s"))})
    downtime = {"a": Fraction(1, 10), "b": Fraction(1, 10), "s": Fraction(1, 100)}
    assert longest_downtime(of, downtime) == Fraction(1, 100)
    assert most_downtime(of, downtime) == Fraction(2, 100)


def test_the_linear_program_finds_a_known_maximum() -> None:
    # 3x + 2y where x + y + slack = 4 and x + 3y + slack = 6: all of x, 12.
    gains, rows = [3, 2, 0, 0], [[1, 1, 1, 0], [1, 3, 0, 1]]
    exact = [[Fraction(each) for each in row] for row in rows]
    assert maximum([Fraction(each) for each in gains], exact, [Fraction(4), Fraction(6)]) == 12
