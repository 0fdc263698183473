"""Everything that is wrong in a folder, at once.

The problem: a person who mends one mistake, runs again and meets the next one gives up at the third. So every error of
every document is told together, and when the contracts can be read, every bad row of evidence and every finding.

Example: ``checked_folder(Path("examples/halden")).faults`` is empty.

Limits: evidence is read against the declared services and feeds, so it is checked only once the documents are sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from api.errors import DocumentsError
from api.services.folders import Progress, read_contracts, read_evidence

if TYPE_CHECKING:
    from api.errors import Fault
    from domain.evidence import QuarantinedRow, SourceSummary
    from domain.findings import Finding

__all__ = ["CheckedFolder", "checked_folder"]


@dataclass(frozen=True, slots=True)
class CheckedFolder:
    """What a check found: ``documents`` counts the contract documents; ``faults`` are their errors."""

    documents: int
    faults: tuple[Fault, ...]
    findings: tuple[Finding, ...] = ()
    quarantine: tuple[QuarantinedRow, ...] = ()
    sources: tuple[SourceSummary, ...] = ()


def checked_folder(folder: Path, progress: Progress | None = None) -> CheckedFolder:
    """Check a folder. Raises FolderError where it cannot be used; everything else is in the result."""
    try:
        contracts = read_contracts(folder, progress)
    except DocumentsError as error:
        return CheckedFolder(error.documents, error.faults)
    evidence, notices = read_evidence(folder, contracts, None, progress)
    findings = (*contracts.portfolio.findings, *notices)
    return CheckedFolder(contracts.documents, (), findings, evidence.quarantine(), evidence.sources())
