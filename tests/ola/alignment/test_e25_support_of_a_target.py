"""E25: what a chain of promises supports, expected and guaranteed, with the figures of the design."""

from fractions import Fraction

import pytest

from domain.services import Gate
from ola.alignment.expected import expected
from ola.alignment.guaranteed import most_downtime
from tests.ola.alignment.formulas import formula, quorum, series, spare


def figures(gate: Gate, **promised: str) -> tuple[Fraction, Fraction]:
    """Expected and guaranteed, in percent."""
    of = formula("top", {"top": gate})
    chances = {name: Fraction(percent) / 100 for name, percent in promised.items()}
    hoped = expected(of, chances)
    assert hoped.low == hoped.high
    assert hoped.is_exact
    downtime = {name: 1 - chance for name, chance in chances.items()}
    return 100 * hoped.low, 100 * (1 - most_downtime(of, downtime))


@pytest.mark.parametrize(
    ("gate", "promised", "hoped", "guaranteed"),
    [
        # .9995 x .9999 = .99940005; guaranteed: 100 - .05 - .01.
        (series("a", "b"), {"a": "99.95", "b": "99.99"}, "99.940005", "99.94"),
        # Beside the second a fallback of .999: 1 - .0001 x .001 = .9999999; x .9995 = .99949990005.
        (series("a", spare("b", "c")), {"a": "99.95", "b": "99.99", "c": "99.9"}, "99.949990005", "99.94"),
        (series("a", "b"), {"a": "99", "b": "99"}, "98.01", "98"),
        # .99^3 + 3 x .99^2 x .01 = .970299 + .029403; Rüger: 1 - .03/2.
        (quorum(2, "a", "b", "c"), {"a": "99", "b": "99", "c": "99"}, "99.9702", "98.5"),
        # Two or three down: .001 x .01 x .95 + .001 x .05 x .99 + .01 x .05 x .999 + .001 x .01 x .05 = .000559.
        # Guaranteed: without the third at all the other two are both needed, 1 - .001 - .01.
        (quorum(2, "a", "b", "c"), {"a": "99.9", "b": "99", "c": "95"}, "99.9441", "98.9"),
        # Series, parallel and a quorum as 5-graphql prints them.
        (series("a", "b"), {"a": "99.5", "b": "99.95"}, "99.450250", "99.45"),
        (spare("a", "b"), {"a": "99.5", "b": "99"}, "99.995", "99.5"),
        (quorum(2, "a", "b", "c"), {"a": "99.5", "b": "99", "c": "98"}, "99.9652", "98.5"),
    ],
    ids=["series", "fallback", "two in series", "2 of 3", "2 of 3 unlike", "printed series", "printed any", "printed 2 of 3"],
)  # fmt: skip
def test_e25_expected_and_guaranteed_availability(
    gate: Gate, promised: dict[str, str], hoped: str, guaranteed: str
) -> None:
    expected_figure, guaranteed_figure = figures(gate, **promised)
    # .99940005 -> the fallback's guarantee: the better of the two parallel ones, 99.99, less the .05 of the first.
    assert (expected_figure, guaranteed_figure) == (Fraction(hoped), Fraction(guaranteed))


def test_e25_the_fallback_agrees_with_the_design_to_seven_places() -> None:
    expected_figure, _ = figures(series("a", spare("b", "c")), a="99.95", b="99.99", c="99.9")
    assert round(expected_figure / 100, 7) == Fraction("0.9994999")


def test_two_tiers_that_need_one_data_centre_are_as_good_as_it_is() -> None:
    of = formula("top", {"top": series("tier-1", "tier-2"), "tier-1": series("dc"), "tier-2": series("dc")})
    chance = Fraction("0.999")
    assert expected(of, {"dc": chance}).low == chance  # Not .999 x .999 = .998001.
    assert most_downtime(of, {"dc": 1 - chance}) == 1 - chance
