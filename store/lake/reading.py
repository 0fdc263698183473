"""Evidence read once, straight from its sources, leaving nothing behind.

The problem: ``privity settle FOLDER`` has to answer from a folder of files without first building a lake, and by the
same rules as if it had one.

Example: ``read_sources(sources, known_at=None)`` gives the evidence of some files and what a person should know.

Limits: everything that is known is in memory at once; what is larger belongs in a lake (`store.lake.lake`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pyarrow as pa

from domain.evidence import QuarantinedRow, SourceSummary
from domain.evidence_kinds import OUTAGES, TICKET_EVENTS, TICKETS
from domain.evidence_memory import MemoryEvidence
from domain.findings import Finding, FindingKind, Severity
from domain.ports import BrokenFile, EvidenceSource
from store.lake.known import (
    FiledRows,
    Told,
    events_without_ticket,
    outages_known,
    ticket_events_known,
    tickets_known,
)  # fmt: skip

Progress = Callable[[str, int, int], None]
"""Told as reading goes on: the file, the bytes read so far, and the bytes there are."""


@dataclass(slots=True)
class StagedFile:
    """What one file gave, kept aside until all of it has been read."""

    file: str
    sha256: str
    kinds: list[str]
    tables: dict[str, list[pa.Table]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    quarantined: list[QuarantinedRow] = field(default_factory=list)
    set_aside: dict[str, int] = field(default_factory=dict)
    notices: list[Finding] = field(default_factory=list)

    def summaries(self, repeated: dict[tuple[str, str], int]) -> list[SourceSummary]:
        """What was read of the file, kind by kind: good rows counted once, rows set aside, rows repeated."""
        return [
            SourceSummary(
                self.file,
                kind,
                self.rows.get(kind, 0) - repeated.get((self.file, kind), 0),
                self.set_aside.get(kind, 0),
                repeated.get((self.file, kind), 0),
                self.sha256,
            )
            for kind in self.kinds
        ]


def read_sources(
    sources: Iterable[EvidenceSource], known_at: int | None, progress: Progress | None = None
) -> tuple[MemoryEvidence, tuple[Finding, ...]]:
    """The evidence of some files as known at an instant (None: all that was ever recorded), and what to know of it."""
    ordered = sorted(sources, key=lambda source: source.file)
    total = sum(source.size for source in ordered)
    staged: list[StagedFile] = []
    seen: dict[tuple[str, str], StagedFile] = {}
    done = 0
    for source in ordered:
        one = _stage(source, seen, done, total, progress)
        staged.append(one)
        done += source.size
    return _resolved(staged, known_at)


def _stage(
    source: EvidenceSource,
    seen: dict[tuple[str, str], StagedFile],
    done: int,
    total: int,
    progress: Progress | None,
) -> StagedFile:
    """Everything that one file says, or the one fault that makes it unreadable."""
    try:
        digest = source.sha256()
    except OSError:
        digest = ""  # The batches say what is wrong with the file.
    staged = StagedFile(source.file, digest, [])
    first = seen.get((digest, source.reading)) if digest else None
    if first is not None:
        return _copied(source, first)
    for batch in source.batches():
        if isinstance(batch, BrokenFile):
            return broken(source, digest, batch)
        table = pa.table(batch.rows)
        if batch.kind not in staged.kinds:
            staged.kinds.append(batch.kind)
        if len(table):
            staged.tables.setdefault(batch.kind, []).append(table)
            staged.rows[batch.kind] = staged.rows.get(batch.kind, 0) + len(table)
        staged.quarantined.extend(batch.quarantined)
        staged.set_aside[batch.kind] = staged.set_aside.get(batch.kind, 0) + len(batch.quarantined)
        staged.notices.extend(batch.notices)
        if progress is not None:
            progress(source.file, min(done + batch.read, total), total)
    if not staged.kinds:
        staged.kinds.append(source.kind)
    seen[(digest, source.reading)] = staged
    return staged


def broken(source: EvidenceSource, digest: str, fault: BrokenFile) -> StagedFile:
    """What is left of a file that cannot be read as a whole: one row in quarantine, and a notice."""
    notice = Finding(
        "EVIDENCE_FILE_UNREAD",
        Severity.ERROR,
        FindingKind.EVIDENCE,
        f"{source.file} could not be read, and nothing in it counts (line {fault.fault.line}): {fault.fault.reason}.",
        cure="Put the file right and send it again.",
    )
    return StagedFile(
        source.file,
        digest,
        [fault.kind],
        quarantined=[fault.fault],
        set_aside={fault.kind: 1},
        notices=[notice],
    )


def _copied(source: EvidenceSource, first: StagedFile) -> StagedFile:
    """A file with the very bytes of one that has been read: all its rows are repeated, and none is set aside twice."""
    notice = Finding(
        "EVIDENCE_FILE_REPEATED",
        Severity.INFO,
        FindingKind.EVIDENCE,
        f"{source.file} has the same content as {first.file}, and is counted once.",
        cure="Leave one of the two out.",
    )
    copy = StagedFile(source.file, first.sha256, list(first.kinds), notices=[notice])
    copy.rows = dict(first.rows)
    return copy


def _resolved(staged: list[StagedFile], known_at: int | None) -> tuple[MemoryEvidence, tuple[Finding, ...]]:
    repeated: dict[tuple[str, str], int] = {}
    notices = [notice for each in staged for notice in each.notices]
    told = {kind.name: Told() for kind in (OUTAGES, TICKETS, TICKET_EVENTS)}

    def filed(kind: str) -> list[FiledRows]:
        return [
            FiledRows(each.file, pa.concat_tables(each.tables[kind]))
            for each in staged
            if kind in each.tables
        ]

    outages = outages_known(filed(OUTAGES.name), known_at, told[OUTAGES.name])
    ticket_rows = filed(TICKETS.name)
    tickets = tickets_known(ticket_rows, known_at, told[TICKETS.name])
    events = ticket_events_known(filed(TICKET_EVENTS.name), told[TICKET_EVENTS.name])
    # A ticket that is superseded, or not yet known, is no ticket that nobody sent.
    every_ticket = {name for each in ticket_rows for name in each.rows["ticket_id"].unique().to_pylist()}
    orphans = events_without_ticket(events, frozenset(every_ticket))
    for kind, said in told.items():
        notices.extend(said.notices)
        repeated |= {(file, kind): count for file, count in said.repeated.items()}
    for each in staged:
        if not each.tables:  # A copy of another file: every row of it is repeated.
            repeated |= {(each.file, kind): count for kind, count in each.rows.items()}
    if orphans is not None:
        notices.append(orphans)
    evidence = MemoryEvidence(
        outages,
        tickets,
        events,
        tuple(
            sorted((row for each in staged for row in each.quarantined), key=lambda row: (row.file, row.line))
        ),
        tuple(summary for each in staged for summary in each.summaries(repeated)),
    )
    return evidence, tuple(sorted(notices, key=lambda notice: notice.order()))
