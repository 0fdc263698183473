"""What a picture says of a gate."""

import pytest

from api.graphql.services.drawing import gate_words
from domain.services import AllOf, AnyOf, AtLeast, Dependency, Gate

A, B, C = Dependency("a"), Dependency("b"), Dependency("c")


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        (None, ""),
        (A, ""),
        (AllOf((A, B)), ""),
        (AnyOf((A, B)), "any of 2"),
        (AnyOf((A,)), ""),
        (AtLeast(2, (A, B, C)), "2 of 3"),
        (AllOf((A, AnyOf((B, C)))), "all (a, any (b, c))"),
        (AnyOf((A, AtLeast(1, (B, C)))), "any (a, 1 of (b, c))"),
    ],
)
def test_a_gate_is_said_in_words_where_not_all_is_needed(gate: Gate | None, words: str) -> None:
    assert gate_words(gate) == words


def test_of_a_gate_in_many_words_the_first_are_shown() -> None:
    gate = AllOf((AnyOf(tuple(Dependency(f"service-{n}") for n in range(20))), A))
    assert len(gate_words(gate)) == 82
    assert gate_words(gate).startswith("all (any (service-0, service-1, ")
    assert gate_words(gate).endswith(" …")
