"""The scorecard of a party, from a folder or from the store.

The problem: several months are one question, and a folder must not be read once for each of them.

Example: ``scorecard_of_folder(Path("examples/halden"), "nimbrel", january, june)`` settles six months out of one
reading.

Limits: of a folder all months are as known on one date, the day after the last of them, as the months of a quarter are;
the store's months are as their last runs gave them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.errors import UnknownNameError
from api.services.collecting import unhurried
from api.services.folders import read_contracts, read_evidence, require_folder
from api.services.impact import asked_months, months_from
from settlement.merging import merged
from settlement.scorecards import Scorecard, scorecard
from settlement.settle import Settling

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from api.services.folders import Progress
    from api.services.reading import Reader
    from domain.periods import Period
    from ola.portfolio import Portfolio
    from settlement.results import Settlement

__all__ = ["Scored", "months_between", "scorecard_of_folder", "scorecard_of_store"]


@dataclass(frozen=True, slots=True)
class Scored:
    """A scorecard with the months that it was asked for, and those of them that are not settled."""

    card: Scorecard
    months: tuple[Period, ...]
    unsettled: tuple[Period, ...]


def months_between(folder: Path | None, since: str, until: str) -> tuple[Period, ...]:
    """The months from the first of one period to the last of another. Raises RequestError where they are no range."""
    return tuple(months_from(*asked_months(folder, since, until)))


def scorecard_of_folder(
    folder: Path, party: str, months: Sequence[Period], progress: Progress | None = None
) -> Scored:
    """The scorecard out of a folder's contracts and evidence. Raises RequestError where it cannot be worked out."""
    require_folder(folder)
    contracts = read_contracts(folder, progress)
    _require(contracts.portfolio, party)
    as_of = months[-1].day_after
    evidence, _ = read_evidence(folder, contracts, as_of, progress)
    settling = Settling.of(contracts.portfolio, evidence, as_of)
    with unhurried():
        whole = merged(months[-1], [settling.settle(month, progress) for month in months])
    return Scored(scorecard(party, whole), tuple(months), ())


def scorecard_of_store(reader: Reader, party: str, months: Sequence[Period]) -> Scored:
    """The scorecard out of what the store has settled. Raises UnknownNameError for a party that no contract names."""
    _require(reader.portfolio(), party)
    found = reader.settlements(months)
    known: list[Settlement] = [found[month] for month in months if month in found]
    card = Scorecard(party, (), (), (), ())
    if known:
        card = scorecard(party, merged(months[-1], known))
    return Scored(card, tuple(months), tuple(month for month in months if month not in found))


def _require(portfolio: Portfolio, party: str) -> None:
    if party not in portfolio.parties:
        raise UnknownNameError("party", party, portfolio.parties)
