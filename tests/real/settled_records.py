"""Real records beside the assumed contracts of `examples/`, settled month by month as known on the day after each.

The problem: neither the records nor the contracts alone give a figure, and the records stay outside the project. So a
folder is put together for the length of a test run, as the example's README tells its reader to do.

Limits: the records are read from ``../shared/data`` beside the project; where that folder is absent the tests are
skipped, and say so. **All terms are assumed.**
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from api.services.folders import read_contracts, read_evidence
from domain.periods import Period
from domain.ports import Evidence
from settlement.results import Settlement
from settlement.settle import Settling, settle

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


def record(name: str) -> Path:
    """A file of real records, or a skipped test where it is not at hand."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"the real records ../shared/data/{name} are not here")
    return path


@dataclass(frozen=True)
class Settled:
    """The evidence of a folder, and each month settled."""

    evidence: Evidence
    months: dict[str, Settlement]


def settled(
    folder: Path, example: str, records: Path, first: str, last: str, as_of: date | None = None
) -> Settled:
    """An example with real records in its evidence folder, settled for every month from the first to the last.

    Each month is as known on ``as_of``; None: on the day after it.
    """
    place = folder / example
    shutil.copytree(ROOT / "examples" / example, place)
    (place / "evidence").mkdir()
    (place / "evidence" / records.name).symlink_to(records)
    contracts = read_contracts(place)
    evidence, notices = read_evidence(place, contracts, None)
    assert notices == ()
    months = {}
    month = Period.parse(first)
    settling = None if as_of is None else Settling.of(contracts.portfolio, evidence, as_of)
    while month.name <= last:
        months[month.name] = (
            settle(contracts.portfolio, evidence, month, month.day_after)
            if settling is None
            else settling.settle(month)
        )
        month = month.next()
    return Settled(evidence, months)


def assert_adds_up(settlement: Settlement) -> None:
    """Shares sum to one, parts to their breach, credits to their lines, and both sides of the money to the gap."""
    lines = {
        (each.of.agreement.name, each.of.level.name, each.of.service): each.net
        for statement in settlement.statements
        for each in statement.lines
    }
    for breach in settlement.breaches:
        of = breach.attainment.of
        rows = breach.trace.responsibilities
        assert sum(row.impact_share for row in rows if row.impact_share is not None) == 1
        credit_shares = [row.credit_share for row in rows if row.credit_share is not None]
        assert not credit_shares or sum(credit_shares) == 1
        parts = [credit.fraction for credit in breach.credits if credit is not None]
        if parts:
            assert sum(parts) == lines[of.agreement.name, of.level.name, of.service].fraction
    for statement in settlement.statements:
        assert statement.gross.fraction == sum(line.amount.fraction for line in statement.lines)
        assert statement.net.fraction == sum(line.net.fraction for line in statement.lines)
        assert statement.net <= statement.gross
    (impact,) = settlement.credit_impact
    assert impact.gap == impact.payable - impact.recoverable
    assert impact.gap.fraction == sum(party.gap.fraction for party in impact.parties)
    assert impact.payable.fraction == sum(party.caused.fraction for party in impact.parties)
    for party in impact.parties:
        if party.gap.fraction > 0:
            assert sum(reason.amount.fraction for reason in party.reasons) == party.gap.fraction
