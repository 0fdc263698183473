"""The quality of the lake's evidence, source by source, in bounded memory.

The problem: which rows came twice, which were corrected, which came out of order, on which days a source was silent:
a person asks it of ten million rows as of ten, and the answers must be exact.

The way: repeats and corrections are found partition by partition, as the local engine finds them; the order of rows is
looked at file by file, for it is a file's own.

Example (ruling 77): a row recorded at 10:00 of an outage that began at 10:05 is skewed: one of two clocks is wrong.

Limits: of kinds that name no source (events, counts, samples, deliverables) everything stands under "". A file's rows
that were set aside count with the one source that its good rows name, and under "" where they name several or none.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from domain.evidence import NEVER, OPEN, UNRECORDED, Coded
from domain.evidence_kinds import (
    COUNTS,
    DELIVERABLES,
    OUTAGES,
    SAMPLES,
    TICKET_EVENTS,
    TICKETS,
    EvidenceKind,
)  # fmt: skip
from domain.evidence_quality import SourceQuality
from domain.instants import DAY
from store.engines.local import ROWS_AT_ONCE
from store.engines.partitions import Partitions
from store.lake.known import PLANNED, Examined, examined
from store.lake.lake_evidence import LakeEvidence

Mask = NDArray[np.bool_]


@dataclass(slots=True)
class _Found:
    """What is known so far of one source and kind."""

    figures: Counter[str] = field(default_factory=Counter)
    days: set[int] = field(default_factory=set)
    first: int | None = None
    last: int | None = None


def evidence_quality(
    lake: LakeEvidence, now: int, *, scratch: Path | None = None, rows_at_once: int = ROWS_AT_ONCE
) -> tuple[SourceQuality, ...]:
    """The quality of every source of every kind, by kind and source; ``now`` is the instant it is looked at."""
    found: list[SourceQuality] = []
    for kind in (COUNTS, DELIVERABLES, OUTAGES, SAMPLES, TICKET_EVENTS, TICKETS):
        with TemporaryDirectory(prefix="quality-", dir=scratch) as folder:
            found += _of_kind(lake, kind, now, Path(folder), rows_at_once)
    return tuple(found)


def _of_kind(
    lake: LakeEvidence, kind: EvidenceKind, now: int, folder: Path, rows_at_once: int
) -> list[SourceQuality]:
    known: dict[str, _Found] = defaultdict(_Found)
    whole = lake.count_of(kind)
    count = 1 if whole <= rows_at_once else -(-whole // rows_at_once) + 1
    column = "ticket_id" if kind.has("ticket_id") else "service"
    partitions = Partitions(folder, kind, column, count, lake.entangled(kind))
    partitions.fill(lake.rows_of(kind))
    for number in range(count):
        _look_at(known, kind, examined(kind, partitions.filed(number)), lake.known_at, now)
    _look_at_files(known, kind, lake)
    return [_quality(kind, source, known[source]) for source in sorted(known)]


def _quality(kind: EvidenceKind, source: str, found: _Found) -> SourceQuality:
    figures = found.figures
    span = max(found.days) - min(found.days) + 1 if found.days else 0
    return SourceQuality(
        kind.name, source, figures["rows"], figures["quarantined"], figures["repeated"], figures["superseded"],
        figures["open"], figures["late"], figures["skewed"], figures["ahead"], figures["out of order"],
        span - len(found.days), found.first, found.last,
    )  # fmt: skip


def _look_at(
    known: dict[str, _Found], kind: EvidenceKind, rows: Examined, known_at: int | None, now: int
) -> None:
    """Note what some rows, resolved together, are like."""
    if not len(rows.line):
        return
    source = rows.texts.get("source") or Coded(np.full(len(rows.line), -1, dtype=np.int32), ())
    dated = rows.instants[kind.dated_by]
    nothing = np.zeros(len(dated), dtype=np.bool_)
    recorded = rows.instants.get("recorded_at", np.full(len(dated), UNRECORDED))
    masks: dict[str, Mask] = {
        "rows": ~rows.repeated,
        "repeated": rows.repeated,
        "superseded": rows.superseded,
        "open": _open(kind, rows) & ~rows.repeated & ~rows.superseded,
        "late": (recorded > known_at) & ~rows.repeated if known_at is not None else nothing,
        "skewed": (recorded != UNRECORDED) & (recorded < dated) & ~rows.repeated & ~_planned(rows),
        "ahead": (dated > now) & ~rows.repeated,
    }
    for code in np.unique(source.codes).tolist():
        theirs = source.codes == code
        found = known["" if code < 0 else source.names[code]]
        for name, mask in masks.items():
            found.figures[name] += int((mask & theirs).sum())
        own = dated[theirs]
        found.days.update(np.unique(own // DAY).tolist())
        found.first = int(own.min()) if found.first is None else min(found.first, int(own.min()))
        found.last = int(own.max()) if found.last is None else max(found.last, int(own.max()))


def _planned(rows: Examined) -> Mask:
    """Planned work, which is announced before it begins: no clock is wrong for that (ruling 141)."""
    cause = rows.texts.get("cause")
    return np.zeros(len(rows.line), dtype=np.bool_) if cause is None else cause.rows_in((PLANNED,))


def _open(kind: EvidenceKind, rows: Examined) -> Mask:
    """Rows of what had not ended, not been resolved or not been delivered when they were written."""
    if kind is OUTAGES:
        return np.asarray(rows.instants["ended_at"] == OPEN)
    if kind is TICKETS:
        return np.asarray((rows.instants["resolved_at"] == NEVER) & (rows.instants["closed_at"] == NEVER))
    if kind is DELIVERABLES:
        return np.asarray(rows.instants["delivered_at"] == NEVER)
    return np.zeros(len(rows.line), dtype=np.bool_)


def _look_at_files(known: dict[str, _Found], kind: EvidenceKind, lake: LakeEvidence) -> None:
    """Note which rows came after rows of later instants, and whose the rows in quarantine are."""
    aside = {file: rows for name, file, rows in lake.set_aside() if name == kind.name}
    for file, tables in _by_file(lake, kind):
        rows = pa.concat_tables(tables)
        source = pc.fill_null(rows["source"].cast(pa.string()), "") if kind.has("source") else None
        line = rows["line"].to_numpy()
        dated = rows[kind.dated_by].cast(pa.int64()).to_numpy()
        names = [""] if source is None else sorted(source.unique().to_pylist())
        for name in names:
            chosen = (
                np.arange(len(line)) if source is None else np.flatnonzero(pc.equal(source, name).to_numpy())
            )
            told = dated[chosen[np.argsort(line[chosen], kind="stable")]]
            latest = np.maximum.accumulate(told) if len(told) else told
            known[name].figures["out of order"] += int((told < latest).sum())
        if aside.get(file):
            known[names[0] if len(names) == 1 else ""].figures["quarantined"] += aside.pop(file)
    for rows_aside in aside.values():
        if rows_aside:
            known[""].figures["quarantined"] += rows_aside


def _by_file(lake: LakeEvidence, kind: EvidenceKind) -> list[tuple[str, list[pa.Table]]]:
    wanted = ["line", kind.dated_by, *(["source"] if kind.has("source") else [])]
    found: dict[str, list[pa.Table]] = {}
    for file, rows in lake.rows_of(kind, wanted):
        found.setdefault(file, []).append(rows)
    return sorted(found.items())
