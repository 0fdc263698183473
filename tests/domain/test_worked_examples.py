"""The worked example at the head of each module is true."""

import doctest
import importlib

import pytest

MODULES = ["errors", "instants", "intervals", "durations", "periods", "calendars", "money"]


@pytest.mark.parametrize("name", MODULES)
def test_the_worked_example_of_a_module_gives_what_it_says(name: str) -> None:
    results = doctest.testmod(importlib.import_module(f"domain.{name}"))
    assert results.attempted > 0
    assert results.failed == 0
