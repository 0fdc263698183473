"""Evidence as it was known at an instant: repeated rows once, superseded rows gone, one row a ticket.

The problem: the same export arrives twice, a correction arrives a month later, two files disagree about a ticket, and
files arrive in any order. What counts must depend on none of that but on what was recorded by the instant asked for.

Example: outage A, 60 minutes, and outage B with ``supersedes`` A and ``recorded_at`` 5 July: as known on 1 July there
is A, as known on 6 July there is B alone.

The rules (2-documents, "Evidence"; ruling 17):

- A row recorded after the instant is not there. A row without ``recorded_at`` was always known.
- Rows alike in every column count once; the first by file and line stays, the others are *repeated*. Rows that differ
  only in their source are two records.
- A row that ``supersedes`` an id takes the place of every row with that id: of the rows from its own source, if that
  source has one by that id, else of all. What it replaced does not come back when it is replaced in turn. A row may
  supersede its own id: then it replaces the rows of that id recorded before it. Where rows supersede each other in a
  circle, the one recorded last stays, with a notice.
- Of several rows of one ticket the one recorded last counts; then the one whose fields are from the later event; then
  the one that tells of the latest instant, with a notice, for nobody said which is right.

Limits: all known rows of a kind are in memory at once. Events of tickets, counts, samples and deliverables carry no
``recorded_at`` and no ``supersedes``: they are always known.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from domain.evidence import (
    NEVER,
    OPEN,
    UNRECORDED,
    Coded,
    CountColumns,
    DeliverableColumns,
    Exact,
    InvoicedCharge,
    Micros,
    OutageColumns,
    Place,
    SampleColumns,
    TicketColumns,
    TicketEventColumns,
)  # fmt: skip
from domain.evidence_kinds import (
    CHARGES,
    COUNTS,
    DELIVERABLES,
    OUTAGES,
    SAMPLES,
    TICKET_EVENTS,
    TICKETS,
    Cell,
    EvidenceKind,
)  # fmt: skip
from store.lake.coded import Keys, alike, coded, micros, order_of
from store.lake.supersession import Successions, superseded_rows
from store.lake.told import Told

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FiledRows:
    """Rows of one kind that came from one file."""

    file: str
    rows: pa.Table


@dataclass(slots=True)
class _Sheet:
    """The known rows of one kind as columns, and where they came from."""

    texts: dict[str, Coded]
    instants: dict[str, Micros]
    place: Place

    def __len__(self) -> int:
        return len(self.place.line)

    def keys(self, names: list[str]) -> list[Keys]:
        return [self.texts[name].codes if name in self.texts else self.instants[name] for name in names]

    def take(self, rows: Rows) -> "_Sheet":
        """The sheet with some of its rows: a column at a time, so that never all of them are there twice."""
        for name in self.texts:
            self.texts[name] = self.texts[name].take(rows)
        for name in self.instants:
            self.instants[name] = self.instants[name][rows]
        self.place = self.place.take(rows)
        return self


PLANNED = "maintenance"
"""The cause of outages that may well be recorded before they begin."""

_ABSENT = {"recorded_at": UNRECORDED, "stated_at": UNRECORDED, "ended_at": OPEN}


def outages_known(filed: list[FiledRows], known_at: int | None, told: Told) -> OutageColumns:
    """The outages known at an instant (None: all that ever were recorded)."""
    first = ["service", "started_at", "ended_at", "cause", "outage_id"]
    sheet = _without_repeats(_sheet(OUTAGES, filed, known_at), _content(OUTAGES, first), told)
    sheet = _without_superseded(OUTAGES, sheet, told)
    started = sheet.instants["started_at"]
    reported = sheet.instants["reported_at"]
    unplanned = np.flatnonzero(~sheet.texts["cause"].rows_in((PLANNED,)))
    told.skew(
        OUTAGES.name,
        sheet.texts["source"].take(unplanned),
        started[unplanned],
        sheet.instants["recorded_at"][unplanned],
    )
    return OutageColumns(
        outage_id=sheet.texts["outage_id"],
        service=sheet.texts["service"],
        started=started,
        ended=sheet.instants["ended_at"],
        reported=np.where(reported == NEVER, started, reported),  # An empty one is started_at (ruling 15).
        severity=sheet.texts["severity"],
        cause=sheet.texts["cause"],
        incident=sheet.texts["incident"],
        source=sheet.texts["source"],
        recorded=sheet.instants["recorded_at"],
        place=sheet.place,
    )


def tickets_known(filed: list[FiledRows], known_at: int | None, told: Told) -> TicketColumns:
    """The tickets known at an instant, one row a ticket."""
    sheet = _without_repeats(_sheet(TICKETS, filed, known_at), _content(TICKETS, ["ticket_id"]), told)
    sheet = _without_superseded(TICKETS, sheet, told)
    sheet = _one_row_a_ticket(sheet, told)
    told.skew(TICKETS.name, sheet.texts["source"], sheet.instants["opened_at"], sheet.instants["recorded_at"])
    return TicketColumns(
        ticket_id=sheet.texts["ticket_id"],
        service=sheet.texts["service"],
        priority=sheet.texts["priority"],
        opened=sheet.instants["opened_at"],
        responded=sheet.instants["responded_at"],
        resolved=sheet.instants["resolved_at"],
        closed=sheet.instants["closed_at"],
        customer=sheet.texts["customer"],
        category=sheet.texts["category"],
        source=sheet.texts["source"],
        recorded=sheet.instants["recorded_at"],
        place=sheet.place,
    )


def ticket_events_known(filed: list[FiledRows], told: Told) -> TicketEventColumns:
    """The events of tickets, ordered by ticket, instant, file and line."""
    sheet = _without_repeats(
        _sheet(TICKET_EVENTS, filed, None), _content(TICKET_EVENTS, ["ticket_id", "at"]), told
    )
    # Between events of one instant the order of the file decides, so it goes before what they say.
    order = order_of([*sheet.keys(["ticket_id", "at"]), sheet.place.file.codes, sheet.place.line])
    if (order[1:] < order[:-1]).any():
        sheet = sheet.take(order)
    return TicketEventColumns(
        ticket_id=sheet.texts["ticket_id"],
        at=sheet.instants["at"],
        status=sheet.texts["status"],
        holder=sheet.texts["holder"],
        priority=sheet.texts["priority"],
        actor=sheet.texts["actor"],
        reason=sheet.texts["reason"],
        place=sheet.place,
    )


def counts_known(filed: list[FiledRows], told: Told) -> CountColumns:
    """The counts, each of those alike in everything once."""
    sheet = _without_repeats(
        _sheet(COUNTS, filed, None), _content(COUNTS, ["service", "measure", "from"]), told
    )
    return CountColumns(
        service=sheet.texts["service"],
        measure=sheet.texts["measure"],
        start=sheet.instants["from"],
        end=sheet.instants["to"],
        numerator=Exact.of(sheet.texts["numerator"]),
        denominator=Exact.of(sheet.texts["denominator"]),
        party=sheet.texts["party"],
        place=sheet.place,
    )


def charges_known(filed: list[FiledRows], told: Told) -> tuple[InvoicedCharge, ...]:
    """What was invoiced, each of those rows that are alike in everything once."""
    content = _content(CHARGES, ["agreement", "service", "month", "customer"])
    sheet = _without_repeats(_sheet(CHARGES, filed, None), content, told)
    amounts = Exact.of(sheet.texts["amount"])
    texts = sheet.texts
    return tuple(
        InvoicedCharge(
            texts["agreement"][row] or "",
            texts["service"][row] or "",
            texts["month"][row] or "",
            amounts[row],
            texts["customer"][row],
            f"{sheet.place.file[row]}:{int(sheet.place.line[row])}",
        )
        for row in range(len(sheet))
    )


def samples_known(filed: list[FiledRows], told: Told) -> SampleColumns:
    """The samples, each of those alike in everything once."""
    sheet = _without_repeats(
        _sheet(SAMPLES, filed, None), _content(SAMPLES, ["service", "measure", "at"]), told
    )
    return SampleColumns(
        service=sheet.texts["service"],
        measure=sheet.texts["measure"],
        at=sheet.instants["at"],
        good=Exact.of(sheet.texts["good"]),
        total=Exact.of(sheet.texts["total"]),
        place=sheet.place,
    )


def deliverables_known(filed: list[FiledRows], told: Told) -> DeliverableColumns:
    """The deliverables, one row an item of a service and measure."""
    first = ["service", "measure", "item_id"]
    sheet = _without_repeats(_sheet(DELIVERABLES, filed, None), _content(DELIVERABLES, first), told)
    sheet = _one_row_an_item(sheet, told)
    return DeliverableColumns(
        item_id=sheet.texts["item_id"],
        service=sheet.texts["service"],
        measure=sheet.texts["measure"],
        due=sheet.instants["due_at"],
        delivered=sheet.instants["delivered_at"],
        place=sheet.place,
    )


def repeats_among(kind: EvidenceKind, filed: list[FiledRows], known_at: int | None, told: Told) -> None:
    """Note how many of some rows say what another of them says, file by file."""
    _without_repeats(_sheet(kind, filed, known_at), _content(kind, [kind.columns[0].name]), told)


def repeated_rows(
    kind: EvidenceKind, filed: list[FiledRows], known_at: int | None, told: Told
) -> NDArray[np.bool_]:
    """Which of some known rows say what another of them says, in the order of files; noted file by file."""
    sheet = _sheet(kind, filed, known_at)
    order, again = _repeats(sheet, _content(kind, [kind.columns[0].name]), told)
    found = np.zeros(len(sheet), dtype=np.bool_)
    found[order[1:][again]] = True
    return found


def events_without_ticket(events: TicketEventColumns, every_ticket: frozenset[str], told: Told) -> None:
    """Note the events that name tickets of which no row is there; they are kept, but count for no level."""
    note_orphans(
        events, np.array([name not in every_ticket for name in events.ticket_id.names], dtype=np.bool_), told
    )


def note_orphans(events: TicketEventColumns, orphaned: NDArray[np.bool_], told: Told) -> None:
    """Note the events of some tickets, which are told by their codes."""
    if orphaned.any():
        names = events.ticket_id.names
        told.orphans.update(names[code] for code in np.flatnonzero(orphaned).tolist())
        told.orphaned_events += int(orphaned[events.ticket_id.codes].sum())


def _sheet(kind: EvidenceKind, filed: list[FiledRows], known_at: int | None) -> _Sheet:
    """The rows of a kind that were recorded by an instant, in the order of their files."""
    ordered = sorted(filed, key=lambda each: each.file)
    tables: list[pa.Table] = []
    counts: list[int] = []
    for each in ordered:
        rows = each.rows
        if known_at is not None and kind.has("recorded_at") and rows["recorded_at"].null_count < len(rows):
            known = pc.less_equal(rows["recorded_at"].cast(pa.int64()), known_at)
            rows = rows.filter(pc.fill_null(known, True))
        tables.append(rows)
        counts.append(len(rows))
    texts: dict[str, Coded] = {}
    instants: dict[str, Micros] = {}
    for column in kind.columns:
        chunks = [chunk for table in tables for chunk in table[column.name].chunks if len(chunk)]
        if column.cell is Cell.INSTANT:
            whole = pa.chunked_array(chunks, pa.timestamp("us", tz="UTC"))
            instants[column.name] = micros(whole, _ABSENT.get(column.name, NEVER))
        else:
            texts[column.name] = coded(_alike_typed(chunks))
    files = tuple(sorted({each.file for each, count in zip(ordered, counts, strict=True) if count}))
    codes = np.repeat(
        [files.index(each.file) if count else 0 for each, count in zip(ordered, counts, strict=True)], counts
    )
    lines = [table["line"] for table in tables if len(table)]
    line = np.concatenate([each.to_numpy() for each in lines]) if lines else np.zeros(0, dtype=np.int64)
    return _Sheet(texts, instants, Place(Coded(codes.astype(np.int32), files), line.astype(np.int64)))


def _alike_typed(chunks: list[pa.Array]) -> pa.ChunkedArray:
    if not chunks:
        return pa.chunked_array([], pa.string())
    kinds = {chunk.type for chunk in chunks}
    if len(kinds) > 1:
        chunks = [chunk.cast(pa.string()) for chunk in chunks]
    return pa.chunked_array(chunks)


def _content(kind: EvidenceKind, first: list[str]) -> list[str]:
    """Every column of a kind, some of them first."""
    return first + [column.name for column in kind.columns if column.name not in first]


def _without_repeats(sheet: _Sheet, content: list[str], told: Told) -> _Sheet:
    """The rows in the order of what they say, each of those alike in everything standing once."""
    if not len(sheet):
        return sheet
    order, again = _repeats(sheet, content, told)
    return sheet.take(order[np.concatenate(([True], ~again))] if again.any() else order)


def _repeats(sheet: _Sheet, content: list[str], told: Told) -> tuple[Rows, NDArray[np.bool_]]:
    """The order of rows by what they say, and which of them, from the second on, say what the one before says."""
    keys = sheet.keys(content)
    order = order_of([*keys, sheet.place.file.codes, sheet.place.line])
    again = alike(keys, order)
    if again.any():
        files, counts = np.unique(sheet.place.file.codes[order[1:][again]], return_counts=True)
        for file, count in zip(files.tolist(), counts.tolist(), strict=True):
            told.repeat(sheet.place.file.names[file], count)
    return order, again


def _without_superseded(kind: EvidenceKind, sheet: _Sheet, told: Told) -> _Sheet:
    if kind.identity is None or not len(sheet) or not len(sheet.texts["supersedes"].names):
        return sheet
    found = superseded_rows(_successions(kind, sheet))
    told.unknown.setdefault(kind.name, set()).update(found.unknown)
    told.circles.setdefault(kind.name, set()).update(found.circles)
    return sheet.take(np.flatnonzero(~found.gone)) if found.gone.any() else sheet


def _one_row_a_ticket(sheet: _Sheet, told: Told) -> _Sheet:
    """Of several rows of one ticket, the one that counts."""
    if not len(sheet):
        return sheet
    ids = sheet.texts["ticket_id"].codes  # Rows stand in the order of what they say, and say their id first.
    if (ids[1:] != ids[:-1]).all():
        return sheet
    told_of = np.full(len(sheet), UNRECORDED, dtype=np.int64)
    for name in ("opened_at", "responded_at", "resolved_at", "closed_at"):
        instants = sheet.instants[name]
        told_of = np.maximum(told_of, np.where(instants == NEVER, UNRECORDED, instants))
    said: list[Keys] = [ids, sheet.instants["recorded_at"], sheet.instants["stated_at"]]
    # Rows stand in the order of what they say, so what is left undecided does not depend on the order of files.
    order = np.lexsort([told_of, said[2], said[1], said[0]])
    last = np.concatenate((ids[order][1:] != ids[order][:-1], [True]))
    undecided = last.copy()
    undecided[0] = False
    undecided[1:] &= alike(said, order)
    if undecided.any():
        told.tickets.update(sheet.texts["ticket_id"].names[code] for code in ids[order[undecided]])
    return sheet.take(np.sort(order[last]))


def _one_row_an_item(sheet: _Sheet, told: Told) -> _Sheet:
    """Of several rows of one item, the one that tells of the latest instant; not delivered tells of its due time.

    Of two that tell of the same one, a delivery: what was still open when it was sent may have come before it was due.
    """
    keys = sheet.keys(["service", "measure", "item_id"])
    due, delivered = sheet.instants["due_at"], sheet.instants["delivered_at"]
    latest = np.maximum(due, np.where(delivered == NEVER, UNRECORDED, delivered))
    # Rows stand in the order of what they say, so what is left undecided does not depend on the order of files.
    order = np.lexsort([delivered != NEVER, latest, *reversed(keys)])
    again = alike(keys, order)
    if not again.any():
        return sheet
    told_apart = (due[order][1:] != due[order][:-1]) | (
        (delivered[order][1:] != delivered[order][:-1]) & (delivered[order][:-1] != NEVER)
    )
    disagreeing = again & told_apart
    if disagreeing.any():
        items = sheet.texts["item_id"]
        told.items.update(items.names[code] for code in items.codes[order[1:][disagreeing]].tolist())
    return sheet.take(np.sort(order[np.concatenate((~again, [True]))]))


@dataclass(frozen=True, slots=True)
class Examined:
    """All rows of a kind, whenever they were recorded: what they say, which repeat another, which are superseded."""

    texts: dict[str, Coded]
    instants: dict[str, Micros]
    line: Micros
    repeated: NDArray[np.bool_]
    superseded: NDArray[np.bool_]


def examined(kind: EvidenceKind, filed: list[FiledRows]) -> Examined:
    """Look at some rows, in the order of what they say, without leaving any out."""
    sheet = _sheet(kind, filed, None)
    content = _content(kind, [kind.columns[0].name])
    sheet = sheet.take(order_of([*sheet.keys(content), sheet.place.file.codes, sheet.place.line]))
    again = np.zeros(len(sheet), dtype=np.bool_)
    gone = np.zeros(len(sheet), dtype=np.bool_)
    if len(sheet):
        again[1:] = alike(sheet.keys(content), np.arange(len(sheet)))
        kept = np.flatnonzero(~again)
        one_each = _Sheet(dict(sheet.texts), dict(sheet.instants), sheet.place).take(kept)
        if kind.identity is not None and len(one_each.texts["supersedes"].names):
            gone[kept] = superseded_rows(_successions(kind, one_each)).gone
    return Examined(sheet.texts, sheet.instants, sheet.place.line, again, gone)


def _successions(kind: EvidenceKind, sheet: _Sheet) -> Successions:
    return Successions(
        identity=sheet.texts[kind.identity or ""],
        supersedes=sheet.texts["supersedes"],
        source=sheet.texts["source"],
        recorded=sheet.instants["recorded_at"],
    )
