"""A folder of contracts and evidence, read for one question.

The problem: a folder that is not there, one without a contract, one whose contracts are broken and one whose evidence
is bad are four different answers, and every command has to give the same one.

Example: ``read_contracts(Path("examples/halden")).portfolio`` is a portfolio, or a `RequestError` says what to do.

Limits: nothing is kept between two readings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from api.errors import DocumentsError, FolderError
from api.services.collecting import unhurried
from api.services.evidence import folder_quality, read_folder_evidence
from api.services.feeds import feed_mappings
from documents.loading import load_folder
from domain.evidence import NEVER
from domain.periods import Period
from settlement.measuring import known_until
from vendors.feeds.declared import Declared

if TYPE_CHECKING:
    from documents.positions import SourceDocument
    from domain.evidence_quality import SourceQuality
    from domain.findings import Finding
    from domain.ports import Evidence
    from ola.portfolio import Portfolio
    from vendors.feeds.mapping import FeedMapping

__all__ = [
    "Contracts",
    "Progress",
    "evidence_months",
    "months_text",
    "read_contracts",
    "read_evidence",
    "read_quality",
    "require_folder",
]

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much (0: nobody knows)."""


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts of a folder, the feeds that map its evidence, and how many documents say so."""

    portfolio: Portfolio
    feeds: tuple[FeedMapping, ...]
    documents: int
    sources: tuple[SourceDocument, ...] = ()
    """The documents as they were written, with their lines."""


def read_contracts(folder: Path, progress: Progress | None = None) -> Contracts:
    """The contracts of a folder. Raises FolderError, and DocumentsError with every error of every document."""
    require_folder(folder)
    if progress is not None:
        progress("Reading contracts", 0, 0)
    with unhurried():
        loaded = load_folder(folder, is_digested=False)  # What is not kept need not be known again.
    if loaded.portfolio is None:
        raise DocumentsError(loaded.errors, loaded.documents)
    return Contracts(loaded.portfolio, feed_mappings(loaded.feeds), loaded.documents, loaded.sources)


def read_evidence(
    folder: Path,
    contracts: Contracts,
    as_of: date | None,
    progress: Progress | None = None,
    now: int | None = None,
) -> tuple[Evidence, tuple[Finding, ...]]:
    """The evidence of a folder as known on a day (None: all of it), and what a person should know of it.

    Rows that cannot be read are in its quarantine. ``now``: what the clock says, where rows may not be ahead of it.
    """
    if progress is not None:
        progress("Reading evidence", 0, 0)
    portfolio = contracts.portfolio
    declared = Declared(frozenset(portfolio.services), frozenset(portfolio.parties))
    # The end of the as-of day is no longer on it: what was recorded just then is not known yet.
    known_at = None if as_of is None else known_until(as_of) - 1
    return read_folder_evidence(folder, declared, contracts.feeds, known_at, _reading(progress), now=now)


def read_quality(
    folder: Path, contracts: Contracts, now: int, progress: Progress | None = None
) -> tuple[SourceQuality, ...]:
    """How good the evidence of each source in a folder is. Raises FolderError where a file cannot be opened."""
    portfolio = contracts.portfolio
    declared = Declared(frozenset(portfolio.services), frozenset(portfolio.parties))
    try:
        return folder_quality(folder, declared, contracts.feeds, now, _reading(progress))
    except OSError as error:
        raise FolderError.unreadable(Path(error.filename or folder), error.strerror or str(error)) from error


def evidence_months(portfolio: Portfolio, evidence: Evidence) -> tuple[str, ...]:
    """The calendar months (UTC) that rows of evidence speak of, in order."""
    services = frozenset(portfolio.services)
    tickets = evidence.tickets(services)
    columns = (
        evidence.outages(services).started,
        tickets.opened,
        tickets.responded,
        tickets.resolved,
        evidence.ticket_events(services).at,
        evidence.counts(services).start,
        evidence.samples(services).at,
        evidence.deliverables(services).due,
    )
    months: set[str] = set()
    for column in columns:
        known = column[(column != NEVER)]
        months.update(
            str(month) for month in np.unique(known.astype("datetime64[us]").astype("datetime64[M]"))
        )
    return tuple(sorted(months))


def months_text(months: Iterable[str]) -> str:
    """Months in words, runs of them shortened: "2026-01 to 2026-08, 2026-10"."""
    return ", ".join(first if first == last else f"{first} to {last}" for first, last in _runs(months))


def _runs(months: Iterable[str]) -> Iterator[tuple[str, str]]:
    first = last = ""
    for month in months:
        if last and Period.parse(last).next().name == month:
            last = month
            continue
        if first:
            yield first, last
        first = last = month
    if first:
        yield first, last


def require_folder(folder: Path) -> None:
    """Raise FolderError where ``folder`` is not a folder that can be read."""
    try:
        if folder.is_dir():
            next(folder.iterdir(), None)
        elif folder.exists():
            raise FolderError.no_folder(folder)
        else:
            raise FolderError.missing(folder)
    except OSError as error:
        raise FolderError.unreadable(folder, error.strerror or str(error)) from error


def _reading(progress: Progress | None) -> Progress | None:
    if progress is None:
        return None
    return lambda file, done, total: progress(f"Reading {file}", done, total)
