"""Evidence read once, straight from its sources, leaving nothing behind.

The problem: ``privity settle FOLDER`` has to answer from a folder of files without first building a lake, and by the
same rules as if it had one.

Example: ``read_sources(sources, known_at=None)`` gives the evidence of some files and what a person should know.

Limits: everything that is known is in memory at once; what is larger belongs in a lake (`store.lake.lake`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pyarrow as pa

from domain.evidence import UNRECORDED, QuarantinedRow, SourceSummary
from domain.evidence_kinds import (
    CHARGES,
    COUNTS,
    DELIVERABLES,
    OUTAGES,
    SAMPLES,
    TICKET_EVENTS,
    TICKETS,
    kind_of,
)  # fmt: skip
from domain.evidence_memory import MemoryEvidence
from domain.findings import Finding, FindingKind, Severity
from domain.instants import SECOND, isoformat
from domain.ports import BrokenFile, EvidenceSource
from store.lake.coded import micros
from store.lake.known import (
    FiledRows,
    charges_known,
    counts_known,
    deliverables_known,
    events_without_ticket,
    outages_known,
    samples_known,
    ticket_events_known,
    tickets_known,
)  # fmt: skip
from store.lake.told import RECORDED_AHEAD, Told

Progress = Callable[[str, int, int], None]
"""Told as reading goes on: the file, the bytes read so far, and the bytes there are."""


Keep = Callable[[str, pa.Table], None]
"""Takes the rows of one kind that a file gave."""


@dataclass(slots=True)
class StagedFile:
    """What one file gave, besides its rows.

    ``broken`` says that nothing of it counts, ``copied`` that another file said all of it already.
    """

    file: str
    sha256: str
    kinds: list[str]
    rows: dict[str, int] = field(default_factory=dict)
    quarantined: list[QuarantinedRow] = field(default_factory=list)
    set_aside: dict[str, int] = field(default_factory=dict)
    notices: list[Finding] = field(default_factory=list)
    broken: bool = False
    copied: bool = False

    def summaries(self, repeated: dict[tuple[str, str], int]) -> list[SourceSummary]:
        """What was read of the file, kind by kind: good rows counted once, rows set aside, rows repeated."""
        found = []
        for kind in self.kinds:
            rows = self.rows.get(kind, 0)
            again = rows if self.copied else repeated.get((self.file, kind), 0)
            set_aside = self.set_aside.get(kind, 0)
            found.append(SourceSummary(self.file, kind, rows - again, set_aside, again, self.sha256))
        return found


def stage(
    source: EvidenceSource,
    digest: str,
    keep: Keep,
    progress: Progress | None = None,
    now: int | None = None,
) -> StagedFile:
    """Read one file to its end, or to the fault that makes it unreadable; then what was kept is to be forgotten.

    ``digest`` is the hash of its bytes; ``progress`` is told the bytes of this file. Rows that say they were recorded
    after ``now`` are told of (None: nobody asks the clock).
    """
    staged = StagedFile(source.file, digest, [])
    ahead, latest = 0, 0
    for batch in source.batches():
        if isinstance(batch, BrokenFile):
            return broken(source, digest, batch)
        table = pa.table(batch.rows)
        if batch.kind not in staged.kinds:
            staged.kinds.append(batch.kind)
        if len(table):
            keep(batch.kind, table)
        if now is not None and kind_of(batch.kind).has("recorded_at"):
            recorded = micros(table["recorded_at"], UNRECORDED)
            ahead += int((recorded > now).sum())
            latest = max(latest, int(recorded.max(initial=0)))
        staged.rows[batch.kind] = staged.rows.get(batch.kind, 0) + len(table)
        staged.quarantined.extend(batch.quarantined)
        staged.set_aside[batch.kind] = staged.set_aside.get(batch.kind, 0) + len(batch.quarantined)
        staged.notices.extend(batch.notices)
        if progress is not None:
            progress(source.file, batch.read, source.size)
    if not staged.kinds:
        staged.kinds.append(source.kind)
    if now is not None and ahead:
        staged.notices.append(_recorded_ahead(source.file, ahead, latest, now))
    return staged


def _recorded_ahead(file: str, rows: int, latest: int, now: int) -> Finding:
    """Rows cannot have been recorded in the future: they are kept, and count for who asks as of a later day."""
    return Finding(
        RECORDED_AHEAD,
        Severity.WARNING,
        FindingKind.EVIDENCE,
        f"{rows} {'row' if rows == 1 else 'rows'} of {file} {'says' if rows == 1 else 'say'} that "
        f"{'it was' if rows == 1 else 'they were'} recorded after now ({isoformat(now)}), the last at "
        f"{isoformat(latest)}: until then {'it is' if rows == 1 else 'they are'} not known.",
        figures={"rows": str(rows), "seconds": str((latest - now) // SECOND)},
        cure="Set the clock of whoever records, or send recorded_at with its offset from UTC.",
    )


def read_sources(
    sources: Iterable[EvidenceSource],
    known_at: int | None,
    progress: Progress | None = None,
    now: int | None = None,
) -> tuple[MemoryEvidence, tuple[Finding, ...]]:
    """The evidence of some files as known at an instant (None: all that was ever recorded), and what to know of it.

    ``progress`` is told the bytes of all files together; ``now`` is what the clock says, where anybody asks it.
    """
    ordered = sorted(sources, key=lambda source: source.file)
    total = sum(source.size for source in ordered)
    staged: list[StagedFile] = []
    filed: dict[str, list[FiledRows]] = {}
    seen: dict[tuple[str, str], StagedFile] = {}
    done = 0
    for source in ordered:
        tables: dict[str, list[pa.Table]] = {}
        try:
            digest = source.sha256()
        except OSError:
            digest = ""  # The batches say what is wrong with the file.
        first = seen.get((digest, source.reading))
        if first is not None:
            one = _copied(source, first)
        else:
            one = stage(source, digest, _keeper(tables), _within(progress, done, total), now)
            if not one.broken:  # A broken file stands in quarantine under each of its names.
                seen[(digest, source.reading)] = one
        staged.append(one)
        if not one.broken:
            for kind, pieces in tables.items():
                filed.setdefault(kind, []).append(FiledRows(source.file, pa.concat_tables(pieces)))
        done += source.size
    return _resolved(staged, filed, known_at)


def _keeper(tables: dict[str, list[pa.Table]]) -> Keep:
    return lambda kind, rows: tables.setdefault(kind, []).append(rows)


def _within(progress: Progress | None, done: int, total: int) -> Progress | None:
    """Progress of one file as progress of all of them."""
    if progress is None:
        return None
    return lambda file, read, _: progress(file, min(done + read, total), total)


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
        broken=True,
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
    return StagedFile(
        source.file, first.sha256, list(first.kinds), dict(first.rows), notices=[notice], copied=True
    )


def _resolved(
    staged: list[StagedFile], filed: dict[str, list[FiledRows]], known_at: int | None
) -> tuple[MemoryEvidence, tuple[Finding, ...]]:
    kinds = (OUTAGES, TICKETS, TICKET_EVENTS, COUNTS, SAMPLES, DELIVERABLES, CHARGES)
    told = {kind.name: Told() for kind in kinds}
    outages = outages_known(filed.pop(OUTAGES.name, []), known_at, told[OUTAGES.name])
    ticket_rows = filed.pop(TICKETS.name, [])
    tickets = tickets_known(ticket_rows, known_at, told[TICKETS.name])
    # Rows are let go as soon as they stand in columns.
    events = ticket_events_known(filed.pop(TICKET_EVENTS.name, []), told[TICKET_EVENTS.name])
    counts = counts_known(filed.pop(COUNTS.name, []), told[COUNTS.name])
    samples = samples_known(filed.pop(SAMPLES.name, []), told[SAMPLES.name])
    deliverables = deliverables_known(filed.pop(DELIVERABLES.name, []), told[DELIVERABLES.name])
    invoiced = charges_known(filed.pop(CHARGES.name, []), told[CHARGES.name])
    if not frozenset(tickets.ticket_id.names).issuperset(events.ticket_id.names):
        # A ticket that is superseded, or not yet known, is no ticket that nobody sent.
        every_ticket = {name for each in ticket_rows for name in each.rows["ticket_id"].unique().to_pylist()}
        events_without_ticket(events, frozenset(every_ticket), told[TICKET_EVENTS.name])
    notices = [notice for each in staged for notice in each.notices]
    notices.extend(notice for said in told.values() for notice in said.notices)
    repeated = {(file, kind): count for kind, said in told.items() for file, count in said.repeated.items()}
    evidence = MemoryEvidence(
        outages,
        tickets,
        events,
        in_place(row for each in staged for row in each.quarantined),
        tuple(summary for each in staged for summary in each.summaries(repeated)),
        counts,
        samples,
        deliverables,
        invoiced,
    )
    return evidence, tuple(sorted(notices, key=lambda notice: notice.order()))


def in_place(rows: Iterable[QuarantinedRow]) -> tuple[QuarantinedRow, ...]:
    """Rows in quarantine, ordered by file and line."""
    return tuple(sorted(rows, key=lambda row: (row.file, row.line, row.reason)))
