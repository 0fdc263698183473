"""The product and the slow reference, on random portfolios, come to the same figures: every one of them.

Two hands wrote the two from the same text. Where they differ, one of them has misread it, or the text leaves a
choice; the message names the figures and the folder's contents, ready to be settled by hand.

Each example settles a whole folder twice, so there are few; `HYPOTHESIS_PROFILE=explore` hunts with many more.
"""

import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, note, settings

from api.services.settling import settle_folder
from tests.reference.comparison import disagreements
from tests.reference.oracle import settle
from tests.reference.portfolios import GeneratedPortfolio, portfolios, random_portfolio
from tests.reference.small_portfolios import BY_HAND, ByHand

EXAMPLES = 500 if os.environ.get("HYPOTHESIS_PROFILE") == "explore" else 40


def differences(portfolio: GeneratedPortfolio) -> list[str]:
    """Settle a portfolio by both, and compare."""
    with TemporaryDirectory() as folder:
        portfolio.write(Path(folder))
        printed = settle_folder(Path(folder), portfolio.month)
    found = disagreements(settle(**portfolio.contents(), month=portfolio.month), printed)
    if printed["quarantine"]:
        found.append(f"quarantined: {printed['quarantine']}")
    return found


@pytest.mark.parametrize("seed", range(20))
def test_a_portfolio_drawn_from_a_seed_settles_alike(seed: int) -> None:
    assert not differences(random_portfolio(Random(seed)))  # noqa: S311 - Seeded examples are no secret.


@pytest.mark.parametrize("made", BY_HAND, ids=lambda made: made.__name__)
def test_a_portfolio_settled_by_hand_settles_alike(made: Callable[[], ByHand]) -> None:
    assert not differences(made().portfolio)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(portfolios())
def test_a_portfolio_drawn_by_hypothesis_settles_alike(portfolio: GeneratedPortfolio) -> None:
    found = differences(portfolio)
    if found:
        note(repr(portfolio))
    assert not found
