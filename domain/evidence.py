"""What happened, in columns that a kernel can read.

The problem: ten million rows of outages or tickets cannot be ten million objects, and a figure that goes before a
lawyer cannot pass through a rounding. So evidence reaches the rules as columns of integers (microseconds since 1970 in
UTC) and of coded names, each row still knowing the file and line it came from.

Example: an outage still open has ``ended == OPEN``; a ticket never answered has ``responded == NEVER``.

Limits: these columns are already as known at one instant: superseded rows are gone and repeated rows stand once
(2-documents, "Evidence"; ruling 17). They are in a fixed order, so that the order of arrival cannot be seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Micros = NDArray[np.int64]
Codes = NDArray[np.int32]

OPEN = int(np.iinfo(np.int64).max)
"""The end of an outage that has not ended."""
NEVER = OPEN
"""The instant of something that has not happened."""
UNRECORDED = int(np.iinfo(np.int64).min)
"""The recorded time of a row that does not say when it was recorded: it was always known."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column of names: ``codes`` index into ``names`` (sorted, distinct); -1 is an empty cell.

    Columns that share the very same ``names`` mean the same by the same code.
    """

    codes: Codes
    names: Sequence[str]

    @classmethod
    def of(cls, values: Sequence[str | None]) -> "Coded":
        """A coded column from plain values; None and "" are empty cells."""
        names = tuple(sorted({value for value in values if value}))
        index = {name: code for code, name in enumerate(names)}
        codes = np.array([index[value] if value else -1 for value in values], dtype=np.int32)
        return cls(codes, names)

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str | None:
        code = int(self.codes[row])
        return None if code < 0 else self.names[code]

    def code(self, name: str) -> int:
        """The code of ``name``; -2, which no row has, where the column never names it."""
        try:
            return self.names.index(name)
        except ValueError:
            return -2

    def rows_in(self, names: Iterable[str]) -> NDArray[np.bool_]:
        """Which rows name one of ``names``."""
        wanted = np.zeros(len(self.names) + 1, dtype=np.bool_)
        for name in names:
            code = self.code(name)
            if code >= 0:
                wanted[code] = True
        return wanted[self.codes]  # code -1 reads the last, always False, place

    def take(self, rows: NDArray[np.generic] | slice) -> "Coded":
        """The column of some rows (a mask, positions or neighbours), with the same names."""
        return Coded(self.codes[rows], self.names)


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """A column of decimal numbers, exactly: each is ``units / scale``, with one scale for the whole column.

    ``units`` are int64, or Python integers in an object column where int64 could not hold their sum.
    """

    units: NDArray[Any]
    scale: int

    @classmethod
    def of(cls, texts: Coded) -> "Exact":
        """The numbers that a column of decimal texts says ("96", "0.5", "1e3"); an empty cell is 0."""
        known = [Decimal(name.strip()) for name in texts.names]
        places = [max(0, -int(number.as_tuple().exponent)) for number in known]
        scale = 10 ** max(places, default=0)
        said = [int(Fraction(number) * scale) for number in known] + [0]  # The last place is that of code -1.
        largest = max(said, key=abs)
        is_small = abs(largest) * max(len(texts), 1) < 2**62
        return cls(np.array(said, dtype=np.int64 if is_small else object)[texts.codes], scale)

    def __len__(self) -> int:
        return len(self.units)

    def __getitem__(self, row: int) -> Fraction:
        return Fraction(int(self.units[row]), self.scale)

    def total(self) -> Fraction:
        """The sum of the column."""
        return Fraction(int(self.units.sum()), self.scale) if len(self.units) else Fraction(0)

    def take(self, rows: NDArray[np.generic]) -> "Exact":
        """The numbers of some rows."""
        return Exact(self.units[rows], self.scale)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where each row was read: file (within the portfolio's folder) and line, the header being line 1."""

    file: Coded
    line: Micros

    def take(self, rows: NDArray[np.generic] | slice) -> "Place":
        """The places of some rows."""
        return Place(self.file.take(rows), self.line[rows])


@dataclass(frozen=True, slots=True, eq=False)
class OutageColumns:
    """Outages, ordered by service, start, end, cause, outage_id, the rest of their content, then file and line."""

    outage_id: Coded
    service: Coded
    started: Micros
    ended: Micros
    reported: Micros
    severity: Coded
    cause: Coded
    incident: Coded
    source: Coded
    recorded: Micros
    place: Place

    def __len__(self) -> int:
        return len(self.started)

    def take(self, rows: NDArray[np.generic]) -> "OutageColumns":
        """Some of the rows, in the same order."""
        return OutageColumns(
            self.outage_id.take(rows), self.service.take(rows), self.started[rows], self.ended[rows],
            self.reported[rows], self.severity.take(rows), self.cause.take(rows), self.incident.take(rows),
            self.source.take(rows), self.recorded[rows], self.place.take(rows),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class OutageTimes:
    """What of outages decides how long a service was down, by service, start, end and cause: no ids and no places.

    The same rows as `OutageColumns` has; only rows alike in these four columns may stand in another order.
    """

    service: Coded
    started: Micros
    ended: Micros
    reported: Micros
    severity: Coded
    cause: Coded
    source: Coded
    recorded: Micros

    @classmethod
    def of(cls, rows: OutageColumns) -> "OutageTimes":
        """The times of outages of which everything is known."""
        return cls(
            rows.service, rows.started, rows.ended, rows.reported, rows.severity, rows.cause, rows.source,
            rows.recorded,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.started)

    def take(self, rows: NDArray[np.generic] | slice) -> "OutageTimes":
        """Some of the rows, in the same order."""
        return OutageTimes(
            self.service.take(rows), self.started[rows], self.ended[rows], self.reported[rows],
            self.severity.take(rows), self.cause.take(rows), self.source.take(rows), self.recorded[rows],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class TicketColumns:
    """Tickets, one row a ticket, each service's ordered by ticket_id; an instant that has not come is ``NEVER``."""

    ticket_id: Coded
    service: Coded
    priority: Coded
    opened: Micros
    responded: Micros
    resolved: Micros
    closed: Micros
    customer: Coded
    category: Coded
    source: Coded
    recorded: Micros
    place: Place

    def __len__(self) -> int:
        return len(self.opened)

    def take(self, rows: NDArray[np.generic] | slice) -> "TicketColumns":
        """Some of the rows, in the same order."""
        return TicketColumns(
            self.ticket_id.take(rows), self.service.take(rows), self.priority.take(rows), self.opened[rows],
            self.responded[rows], self.resolved[rows], self.closed[rows], self.customer.take(rows),
            self.category.take(rows), self.source.take(rows), self.recorded[rows], self.place.take(rows),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class TicketEventColumns:
    """Ticket events, each ticket's together, by instant, file and line: each row is the state until the next.

    Rows of one ticket at the same instant keep the order of their lines within one file.
    """

    ticket_id: Coded
    at: Micros
    status: Coded
    holder: Coded
    priority: Coded
    actor: Coded
    reason: Coded
    place: Place

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: NDArray[np.generic] | slice) -> "TicketEventColumns":
        """Some of the rows, in the same order."""
        return TicketEventColumns(
            self.ticket_id.take(rows), self.at[rows], self.status.take(rows), self.holder.take(rows),
            self.priority.take(rows), self.actor.take(rows), self.reason.take(rows), self.place.take(rows),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class CountColumns:
    """Counts, ordered by service, measure, start, then by the rest of their content, file and line.

    ``party`` is who the row is about; an empty cell is the service's own provider.
    """

    service: Coded
    measure: Coded
    start: Micros
    end: Micros
    numerator: Exact
    denominator: Exact
    party: Coded
    place: Place

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: NDArray[np.generic]) -> "CountColumns":
        """Some of the rows, in the same order."""
        return CountColumns(
            self.service.take(rows), self.measure.take(rows), self.start[rows], self.end[rows],
            self.numerator.take(rows), self.denominator.take(rows), self.party.take(rows), self.place.take(rows),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class SampleColumns:
    """Samples (``good`` of ``total`` at an instant), ordered by service, measure, instant, then as counts are."""

    service: Coded
    measure: Coded
    at: Micros
    good: Exact
    total: Exact
    place: Place

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: NDArray[np.generic]) -> "SampleColumns":
        """Some of the rows, in the same order."""
        return SampleColumns(
            self.service.take(rows), self.measure.take(rows), self.at[rows], self.good.take(rows),
            self.total.take(rows), self.place.take(rows),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class DeliverableColumns:
    """Items to be delivered, one row an item of a service and measure, ordered by these; ``NEVER``: not delivered."""

    item_id: Coded
    service: Coded
    measure: Coded
    due: Micros
    delivered: Micros
    place: Place

    def __len__(self) -> int:
        return len(self.due)

    def take(self, rows: NDArray[np.generic]) -> "DeliverableColumns":
        """Some of the rows, in the same order."""
        return DeliverableColumns(
            self.item_id.take(rows), self.service.take(rows), self.measure.take(rows), self.due[rows],
            self.delivered[rows], self.place.take(rows),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class InvoicedCharge:
    """What was invoiced under an agreement for a service and a month; ``customer`` None: whoever it is.

    ``place`` is its file and line, which no figure rests on.
    """

    agreement: str
    service: str
    month: str
    amount: Fraction
    customer: str | None = None
    place: str = field(default="", compare=False)


def no_place() -> Place:
    """The places of no rows."""
    return Place(Coded.of(()), np.zeros(0, dtype=np.int64))


def no_counts() -> CountColumns:
    """Counts of which there are none."""
    none, numbers, times = Coded.of(()), Exact.of(Coded.of(())), np.zeros(0, dtype=np.int64)
    return CountColumns(none, none, times, times, numbers, numbers, none, no_place())


def no_samples() -> SampleColumns:
    """Samples of which there are none."""
    none, numbers, times = Coded.of(()), Exact.of(Coded.of(())), np.zeros(0, dtype=np.int64)
    return SampleColumns(none, none, times, numbers, numbers, no_place())


def no_deliverables() -> DeliverableColumns:
    """Deliverables of which there are none."""
    none, times = Coded.of(()), np.zeros(0, dtype=np.int64)
    return DeliverableColumns(none, none, none, times, times, no_place())


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row that could not be read: kept with its place, its text (shortened if long) and the reason."""

    file: str
    line: int
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """What was read of one file: rows good, quarantined, and repeated."""

    file: str
    kind: str
    rows: int
    quarantined: int
    repeated: int
    sha256: str
