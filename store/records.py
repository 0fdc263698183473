"""What the store remembers beside contracts, evidence and settlements: runs, files taken in, sets loaded, who did it.

The problem: a figure is defended by saying who settled it, when, from which documents and which evidence, and that
running it again gives the same hash. The rows that say so are tables (`store.tables`); what leaves the store are these
plain frozen values.

Example: a `Run` with ``input_hash`` "9f…" and ``output_hash`` "41…" that is run again has both again.

Limits: instants are microseconds since 1970-01-01T00:00Z, as everywhere inside.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.findings import Finding
from domain.periods import Period

__all__ = ["AuditEntry", "DocumentSet", "DocumentVersion", "EvidenceFile", "Run", "RunStatus"]


class RunStatus(StrEnum):
    """How far a settlement run has come."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Run:
    """One settlement run of one period.

    ``id`` is a stable text. ``input_hash`` names everything that was read, ``output_hash`` everything that was given;
    both are None until the run is done. ``settled`` and ``kept`` count the agreements worked out in this run and those
    whose inputs had not changed since an earlier one. ``stage``, ``done`` and ``total`` tell the progress (total 0:
    nobody knows). ``failure`` says in words why a run failed.
    """

    id: str
    period: Period
    as_of: date
    status: RunStatus
    started_at: int
    finished_at: int | None
    actor: str
    reason: str
    key: str | None
    documents: str
    input_hash: str | None = None
    output_hash: str | None = None
    engine: str = ""
    settled: int = 0
    kept: int = 0
    stage: str = ""
    done: int = 0
    total: int = 0
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """One document of a set: its kind, name and version, the file it stands in, and the hash of what it says."""

    kind: str
    name: str
    version: int
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class DocumentSet:
    """All contract documents as they were loaded at one instant; ``digest`` is the portfolio's own."""

    id: str
    digest: str
    recorded_at: int
    documents: tuple[DocumentVersion, ...]


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One file that was taken in: its good rows and those set aside, by kind; ``known_before``: it added nothing.

    ``notices`` say what a person should know of it.
    """

    file: str
    sha256: str
    recorded_at: int
    rows: tuple[tuple[str, int], ...]
    quarantined: int
    notices: tuple[Finding, ...] = ()
    known_before: bool = False


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, when and why, with what stood there before and after (as JSON text; None: nothing)."""

    id: int
    at: int
    actor: str
    action: str
    subject: str
    reason: str
    key: str | None
    before: str | None
    after: str | None

    def is_about(self, name: str) -> bool:
        """Whether it was about something of that name: "uc-cirrus 2" and "uc-cirrus/2026-03" are about uc-cirrus."""
        return name == self.subject or name in self.subject.replace("/", " ").split()
