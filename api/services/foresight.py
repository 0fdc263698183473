"""What has not happened, asked of a folder or of the store.

The problem: what-if questions need the same two things as a settlement, contracts and evidence, from wherever they lie,
and must leave no mark there.

Example: ``grounds_of_folder(Path("examples/halden"), date(2026, 4, 1))`` holds both as known on 1 April.

Limits: nothing is stored, whatever is asked. The store's evidence is as known on the date that is asked about, the
contracts are those loaded by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError, UnknownNameError
from api.services.folders import Progress, read_contracts, read_evidence, require_folder
from domain.errors import InvalidValue
from domain.instants import as_datetime
from domain.periods import PeriodRule
from settlement.supposing import OutageSimulation, SupposedOutage, simulate_outage

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from api.services.reading import Reader
    from domain.ports import Evidence
    from ola.portfolio import Portfolio

__all__ = [
    "Grounds",
    "grounds_of_folder",
    "grounds_of_store",
    "outage_simulated",
    "rights_day",
    "supposed_outage",
]


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """What a question about what might be rests on: contracts and evidence, and the date as of which it is asked."""

    portfolio: Portfolio
    evidence: Evidence
    as_of: date


def grounds_of_folder(folder: Path, as_of: date, progress: Progress | None = None) -> Grounds:
    """The contracts and the evidence of a folder as known on a date. Raises RequestError where it cannot be used."""
    require_folder(folder)
    contracts = read_contracts(folder, progress)
    evidence, _ = read_evidence(folder, contracts, as_of, progress)
    return Grounds(contracts.portfolio, evidence, as_of)


def grounds_of_store(reader: Reader, as_of: date) -> Grounds:
    """The contracts and the evidence of a store as known on a date."""
    settling = reader.rights(as_of).settling
    return Grounds(reader.portfolio(as_of), settling.evidence, as_of)


def supposed_outage(service: str, start: int, end: int, cause: str | None = None) -> SupposedOutage:
    """An outage to suppose. Raises RequestError where it cannot be one."""
    try:
        return SupposedOutage(service, start, end, cause)
    except InvalidValue as error:
        raise RequestError(
            Fault("USAGE", str(error), "Give --from and --to like 2026-04-14T10:00Z and 2026-04-14T14:00Z")
        ) from error


def rights_day(outage: SupposedOutage) -> date:
    """The date as of which an outage is simulated unless another is said: the day after its last month."""
    return PeriodRule.month().containing(as_datetime(outage.end - 1).date()).day_after


def outage_simulated(
    grounds: Grounds, outage: SupposedOutage, progress: Progress | None = None
) -> OutageSimulation:
    """What the outage would break, cost and return. Raises UnknownNameError where there is no such service."""
    if outage.service not in grounds.portfolio.services:
        raise UnknownNameError("service", outage.service, grounds.portfolio.services)
    if progress is not None:
        progress("Settling with and without the outage", 0, 0)
    return simulate_outage(grounds.portfolio, grounds.evidence, outage, grounds.as_of)
