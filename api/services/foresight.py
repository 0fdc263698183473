"""What has not happened, asked of a folder or of the store.

The problem: what-if questions need the same two things as a settlement, contracts and evidence, from wherever they lie,
and must leave no mark there.

Example: ``grounds_of_folder(Path("examples/halden"), date(2026, 4, 1))`` holds both as known on 1 April.

Limits: nothing is stored, whatever is asked. The store's evidence is as known on the date that is asked about, the
contracts are those loaded by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from api.errors import DocumentsError, Fault, PeriodError, RequestError, UnknownNameError
from api.services.feeds import feed_mappings
from api.services.folders import (
    Contracts,
    Progress,
    evidence_months,
    months_text,
    read_contracts,
    read_evidence,
    require_folder,
)
from api.services.reading import DocumentSources
from api.services.side_by_side import side_by_side
from documents.overlay import load_overlaid
from domain.agreements import State
from domain.errors import InvalidValue
from domain.instants import as_datetime, instant
from domain.periods import Period, PeriodRule
from settlement.base_numbers import BaseNumber, base_numbers
from settlement.settle import Settling
from settlement.simulating.distributions import Simulated
from settlement.simulating.running import simulate
from settlement.supposed_evidence import SupposedOutage
from settlement.supposing import OutageSimulation, simulate_outage
from settlement.what_if import WhatIf, what_if

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from api.services.reading import Reader
    from domain.ports import Evidence
    from ola.portfolio import Portfolio

__all__ = [
    "Changed",
    "Grounds",
    "base_numbers_of",
    "changed_texts",
    "grounds_of_folder",
    "grounds_of_store",
    "outage_simulated",
    "rights_day",
    "simulated",
    "supposed_outage",
    "what_would_be",
    "without_evidence",
]


_MANY = 50_000
"""From how many years of an agreement on a simulation is shared between processes."""


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """What a question about what might be rests on: contracts and evidence, and the date as of which it is asked."""

    portfolio: Portfolio
    evidence: Evidence
    as_of: date
    documents: DocumentSources
    reread: Callable[[Contracts], Evidence] | None = None
    """Reads the same evidence as other contracts would; None where what was taken in once stays as it was read."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed documents would have made of a period: which took the place of others, and which came besides."""

    portfolio: Portfolio
    replaced: tuple[str, ...]
    added: tuple[str, ...]
    found: WhatIf


def grounds_of_folder(folder: Path, as_of: date, progress: Progress | None = None) -> Grounds:
    """The contracts and the evidence of a folder as known on a date. Raises RequestError where it cannot be used."""
    require_folder(folder)
    contracts = read_contracts(folder, progress)

    def read(contracts: Contracts) -> Evidence:
        return read_evidence(folder, contracts, as_of, progress)[0]

    return Grounds(
        contracts.portfolio, read(contracts), as_of, DocumentSources(contracts.sources, None), read
    )


def grounds_of_store(reader: Reader, as_of: date) -> Grounds:
    """The contracts and the evidence of a store as known on a date."""
    settling = reader.rights(as_of).settling
    return Grounds(reader.portfolio(as_of), settling.evidence, as_of, reader.document_sources(as_of))


def changed_texts(files: Iterable[Path]) -> dict[str, str]:
    """What files of changed documents say, by name. Raises FolderError where one cannot be read."""
    found: dict[str, str] = {}
    for file in files:
        try:
            found[str(file)] = file.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror or "" if isinstance(error, OSError) else "it is not UTF-8 text"
            raise RequestError(
                Fault("DOCUMENT", f"{file} cannot be read: {reason}", "Give a file of contract documents")
            ) from error
    return found


def what_would_be(
    grounds: Grounds, changed: Mapping[str, str], period: Period, progress: Progress | None = None
) -> Changed:
    """A period under the contracts with some documents changed. Raises DocumentsError with all that is wrong."""
    laid = load_overlaid(grounds.documents.sources, changed, grounds.documents.holidays)
    if laid.loaded.portfolio is None:
        raise DocumentsError(laid.loaded.errors, laid.loaded.documents)
    if not (laid.replaced or laid.added):
        raise RequestError(
            Fault(
                "DOCUMENT",
                f"there is no document in {', '.join(sorted(changed))}: nothing is changed",
                "Write each changed document whole, from apiVersion to spec",
            )
        )
    portfolio = laid.loaded.portfolio
    evidence = None
    declared = grounds.portfolio.services.keys() | grounds.portfolio.parties.keys()
    if grounds.reread is not None and not (portfolio.services.keys() | portfolio.parties.keys()) <= declared:
        feeds = feed_mappings(laid.loaded.feeds)
        evidence = grounds.reread(Contracts(portfolio, feeds, laid.loaded.documents, laid.loaded.sources))
    if progress is not None:
        progress(f"Settling {period.name} twice", 0, 0)
    try:
        found = what_if(grounds.portfolio, portfolio, grounds.evidence, period, grounds.as_of, evidence)
    except InvalidValue as error:
        raise PeriodError(period.name, str(error)) from error
    return Changed(portfolio, laid.replaced, laid.added, found)


def without_evidence(grounds: Grounds, period: Period) -> str | None:
    """That nothing is known of a period, and of which months something is, in words; None where something is."""
    known = evidence_months(grounds.portfolio, grounds.evidence)
    if {month.name for month in PeriodRule.month().ending_in(period)} & set(known):
        return None
    there = f"There is evidence for {months_text(known)}." if known else "There is no evidence at all."
    return f"No evidence speaks of {period.name}: it reads as if nothing had happened. {there}"


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
    """What the outage would break, cost and return.

    Raises UnknownNameError where there is no such service, RequestError where nothing is promised at that time.
    """
    if outage.service not in grounds.portfolio.services:
        raise UnknownNameError("service", outage.service, grounds.portfolio.services)
    if progress is not None:
        progress("Settling with and without the outage", 0, 0)
    found = simulate_outage(grounds.portfolio, grounds.evidence, outage, grounds.as_of)
    if not found.comparison.same and not found.comparison.attainments:
        raise RequestError(_nothing_promised(grounds.portfolio, outage))
    return found


def _nothing_promised(portfolio: Portfolio, outage: SupposedOutage) -> Fault:
    """That no promise is in force when an outage would be, and when there is one."""
    day = as_datetime(outage.start).date()
    active = [each for each in portfolio.agreements if each.state is State.ACTIVE and each.levels]
    cure = "Add an active agreement with service levels"
    if active:
        first, last = min(each.first for each in active), max(each.last for each in active)
        cure = f"Give a time from {first} to {last}, in which agreements run"
    return Fault(
        "PERIOD", f"no promise is in force on {day}: there is nothing to break", cure, value=str(day)
    )


def base_numbers_of(settling: Settling, agreement: str | None = None) -> tuple[BaseNumber, ...]:
    """What history says of targets, on a settling's own date. Raises UnknownNameError for an unknown agreement.

    What was worked out before is left alone: a settling may be shared between requests.
    """
    if agreement is not None and agreement not in settling.versions:
        raise UnknownNameError("agreement", agreement, settling.versions)
    return base_numbers(Settling.of(settling.portfolio, settling.evidence, settling.as_of), agreement)


def simulated(
    settling: Settling,
    year: str | None,
    years: int,
    seed: int,
    check: int = 1,
    progress: Progress | None = None,
    workers: int = 1,
) -> Simulated:
    """Drawn years of a settling's contracts and evidence. Raises RequestError where there is nothing to draw from.

    Failures are taken from the month of the first recorded outage to the settling's date, tickets and counts from the
    whole months of which there are any; ``year`` None is the calendar year that ends with the date or has it in it.
    ``workers``: so many processes share the work; the figures are the same.
    """
    outages = settling.evidence.outages(tuple(settling.portfolio.services)).started
    earliest = int(outages.min()) if len(outages) else settling.evidence.first_instant()
    if earliest is None:
        raise RequestError(
            Fault(
                "DATE",
                "no outage, ticket or count was ever recorded: there is nothing to draw from",
                "Add evidence/outages.csv, evidence/tickets.csv or evidence/counts.csv",
            )
        )
    until = instant(datetime.combine(settling.as_of, time(), tzinfo=UTC))
    first = as_datetime(earliest).date().replace(day=1)
    since = instant(datetime.combine(first, time(), tzinfo=UTC))
    chosen = f"{settling.as_of - timedelta(days=1):%Y}" if year is None else year
    try:
        asked = Period.parse(chosen)
        return simulate(
            settling.portfolio,
            settling.evidence,
            since,
            until,
            asked,
            years,
            seed,
            check,
            progress,
            side_by_side(workers if years * len(settling.versions) >= _MANY else 1),
        )
    except InvalidValue as error:
        raise RequestError(
            Fault(
                "PERIOD",
                str(error),
                "Give a calendar year in which agreements are in force, like --year 2026",
                value=chosen,
            )
        ) from error
