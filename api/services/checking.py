"""Everything that is wrong in a folder, at once.

The problem: a person who mends one mistake, runs again and meets the next one gives up at the third. So every error of
every document is told together, and when the contracts can be read, every bad row of evidence and every finding.

Example: ``checked_folder(Path("examples/halden")).faults`` is empty.

Limits: evidence is read against the declared services and feeds, so it is checked only once the documents are sound.
Findings depend on the contracts in force, so they are those of one month, the last one that evidence speaks of, and
what versions and dated targets that take effect later will give besides.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from api.errors import DocumentsError
from api.services.folders import Progress, evidence_months, read_contracts, read_evidence
from api.services.settling_together import processes_wanted
from api.services.shared_check import sharing
from documents.places import Place, Places
from documents.sarif import Remark
from domain.findings import Finding, Severity
from domain.periods import Period, PeriodRule
from settlement.ahead import findings_ahead
from settlement.settle import Settling

if TYPE_CHECKING:
    from api.errors import Fault
    from documents.positions import SourceDocument
    from domain.evidence import QuarantinedRow, SourceSummary
    from domain.ports import Evidence
    from ola.portfolio import Portfolio

__all__ = ["CheckedFolder", "at_least", "checked_folder", "telling_month"]


@dataclass(frozen=True, slots=True)
class CheckedFolder:
    """What a check found: ``documents`` counts the contract documents; ``faults`` are their errors.

    ``month`` is the month whose findings are told, up to its ``last_day``; ``written`` are the
    documents as they were written, with their lines. ``since`` are the days from which on findings
    hold that only later versions of the contracts give.
    """

    documents: int
    faults: tuple[Fault, ...]
    findings: tuple[Finding, ...] = ()
    quarantine: tuple[QuarantinedRow, ...] = ()
    sources: tuple[SourceSummary, ...] = ()
    month: str | None = None
    written: tuple[SourceDocument, ...] = ()
    last_day: date = date.min
    since: Mapping[Finding, date] = field(default_factory=dict)

    def remarks(self) -> tuple[Remark, ...]:
        """All that was found, in one list: errors of documents, then rows that cannot be read, then findings."""
        days = {self.last_day, *self.since.values()}
        places = {day: Places.of(self.written, day) for day in days}
        found = [_of_fault(fault) for fault in self.faults]
        found += [
            Remark(
                "QUARANTINE", Severity.ERROR, f"This row cannot be read: {row.reason}.",
                subject=(row.file, str(row.line)), places=(Place(row.file, row.line, 0),),
            )
            for row in self.quarantine
        ]  # fmt: skip
        found += [
            Remark(
                finding.code, finding.severity, finding.message, finding.cure,
                (finding.agreement or "", finding.service_level or "", finding.service or "", *finding.clauses),
                places[self.since.get(finding, self.last_day)].of_finding(finding), dict(finding.figures),
            )
            for finding in sorted(self.findings, key=Finding.order)
        ]  # fmt: skip
        return tuple(found)

    def fails_at(self, least: Severity | None) -> bool:
        """Whether something is wrong that cannot be read, or that is at least so severe (None: however severe)."""
        if self.faults or self.quarantine:
            return True
        return least is not None and any(finding.severity in at_least(least) for finding in self.findings)


def at_least(least: Severity) -> frozenset[Severity]:
    """A severity and those that are worse."""
    ordered = tuple(Severity)
    return frozenset(ordered[ordered.index(least) :])


def _of_fault(fault: Fault) -> Remark:
    place = () if fault.file is None else (Place(fault.file, fault.line or 1, fault.column or 0),)
    path = fault.path or ""
    message = f"{path}: {fault.message}" if path else fault.message
    return Remark(fault.code, Severity.ERROR, f"{message}.", fault.cure, (fault.file or "", path), place)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Leave out the search for circles of values: contracts hold none, and a hundred thousand are searched for long."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def checked_folder(
    folder: Path, progress: Progress | None = None, now: int | None = None, *, workers: int | None = None
) -> CheckedFolder:
    """Check a folder. Raises FolderError where it cannot be used; everything else is in the result.

    ``now``: what the clock says (microseconds), where evidence may not be ahead of it. A large folder is checked by
    several processes, one a core, or as many as ``workers`` says.
    """
    with _without_collecting():
        return _checked_folder(folder, progress, now, processes_wanted() if workers is None else workers)


def _checked_folder(folder: Path, progress: Progress | None, now: int | None, workers: int) -> CheckedFolder:
    try:
        contracts = read_contracts(folder, progress)
    except DocumentsError as error:
        return CheckedFolder(error.documents, error.faults)
    evidence, notices = read_evidence(folder, contracts, None, progress, now)
    month = telling_month(contracts.portfolio, evidence)
    settling = replace(Settling.of(contracts.portfolio, evidence, month.day_after), looks_ahead=True)
    settling = sharing(settling, workers)
    settlement = settling.with_rights(settling.settle(month, progress))
    since = {
        finding: ahead.day
        for ahead in findings_ahead(settling, month, settlement.findings)
        for finding in ahead.findings
    }
    findings = (*settlement.findings, *since, *notices)
    return CheckedFolder(
        contracts.documents, (), findings, evidence.quarantine(), evidence.sources(), month.name, contracts.sources,
        month.last, since,
    )  # fmt: skip


def telling_month(portfolio: Portfolio, evidence: Evidence) -> Period:
    """The last month that evidence speaks of; without evidence the one in which the newest version takes effect."""
    if months := evidence_months(portfolio, evidence):
        return Period.parse(months[-1])
    newest = max((max(each.first, each.effective) for each in portfolio.agreements), default=date(1970, 1, 1))
    return PeriodRule.month().containing(newest)
