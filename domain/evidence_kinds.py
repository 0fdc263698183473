"""Which kinds of evidence there are, and which columns each has.

The problem: a reader of files, a lake of Parquet and a kernel must agree on every column of every kind without knowing
each other. So the columns stand here once, as plain values that name no library.

Example: ``kind_named("ticket_events-2026-03.csv")`` is the kind ``ticket_events``: the longest prefix wins.

Limits: columns say what a cell holds, not what a row means; the checks of a row stand with the readers. The kinds
whose figures are not calculated yet are described all the same, so that a bad row of theirs is not overlooked.

References: 2-documents, "Evidence"; ruling 9.
"""

from dataclasses import dataclass
from enum import StrEnum


class Cell(StrEnum):
    """What a cell of a column holds."""

    TEXT = "text"
    INSTANT = "instant"
    """Microseconds since 1970 in UTC."""
    NUMBER = "number"
    """An exact decimal number that is not negative, kept as text."""
    AMOUNT = "amount"
    """An exact decimal amount of money, kept as text; what is taken off an invoice is negative."""
    MONTH = "month"
    """A calendar month, kept as text like 2026-03."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what a cell holds, whether a row without it cannot be read.

    ``repeats`` says that few different values are expected in many rows (services, causes), so that a reader may keep
    each value once. A ``derived`` column is not read from a column of its name: a reader works it out.
    """

    name: str
    cell: Cell
    required: bool = False
    repeats: bool = False
    derived: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """One kind of evidence.

    ``dated_by`` is the column whose month a row is filed under; ``identity`` the column that ``supersedes`` names, for
    kinds whose rows can be superseded. ``calculated`` is False where no metric reads the kind yet.
    """

    name: str
    columns: tuple[Column, ...]
    dated_by: str
    identity: str | None = None
    calculated: bool = True

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where the kind has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Whether the kind has a column of that name."""
        return any(column.name == name for column in self.columns)

    def required(self) -> tuple[str, ...]:
        """The columns without which no row can be read."""
        return tuple(column.name for column in self.columns if column.required)


def _text(name: str, *, required: bool = False, repeats: bool = True) -> Column:
    return Column(name, Cell.TEXT, required, repeats)


def _instant(name: str, *, required: bool = False) -> Column:
    return Column(name, Cell.INSTANT, required)


def _number(name: str) -> Column:
    return Column(name, Cell.NUMBER, required=True)


OUTAGES = EvidenceKind(
    "outages",
    (
        _text("outage_id", repeats=False),
        _text("service", required=True),
        _instant("started_at", required=True),
        _instant("ended_at"),
        _instant("reported_at"),
        _text("severity"),
        _text("cause"),
        _text("incident"),
        _text("source"),
        _instant("recorded_at"),
        _text("supersedes"),
    ),
    dated_by="started_at",
    identity="outage_id",
)
TICKETS = EvidenceKind(
    "tickets",
    (
        _text("ticket_id", required=True, repeats=False),
        _text("service", required=True),
        _text("priority", required=True),
        _instant("opened_at", required=True),
        _instant("responded_at"),
        _instant("resolved_at"),
        _instant("closed_at"),
        _text("customer"),
        _text("category"),
        _text("source"),
        _instant("recorded_at"),
        _text("supersedes"),
        # The instant of the event that these fields are from, where a feed of events says the ticket's fields.
        Column("stated_at", Cell.INSTANT, derived=True),
    ),
    dated_by="opened_at",
    identity="ticket_id",
)
TICKET_EVENTS = EvidenceKind(
    "ticket_events",
    (
        _text("ticket_id", required=True, repeats=False),
        _instant("at", required=True),
        _text("status"),
        _text("holder"),
        _text("priority"),
        _text("actor"),
        _text("reason"),
    ),
    dated_by="at",
)
SAMPLES = EvidenceKind(
    "samples",
    (
        _text("service", required=True),
        _text("measure", required=True),
        _instant("at", required=True),
        _number("good"),
        _number("total"),
    ),
    dated_by="at",
)
COUNTS = EvidenceKind(
    "counts",
    (
        _text("service", required=True),
        _text("measure", required=True),
        _instant("from", required=True),
        _instant("to", required=True),
        _number("numerator"),
        _number("denominator"),
        _text("party"),
    ),
    dated_by="from",
)
DELIVERABLES = EvidenceKind(
    "deliverables",
    (
        _text("item_id", required=True, repeats=False),
        _text("service", required=True),
        _text("measure", required=True),
        _instant("due_at", required=True),
        _instant("delivered_at"),
    ),
    dated_by="due_at",
)
CHARGES = EvidenceKind(
    "charges",
    (
        _text("agreement", required=True),
        _text("service", required=True),
        Column("month", Cell.MONTH, required=True, repeats=True),
        Column("amount", Cell.AMOUNT, required=True),
        _text("customer"),
    ),
    dated_by="month",
)

KINDS: tuple[EvidenceKind, ...] = (CHARGES, COUNTS, DELIVERABLES, OUTAGES, SAMPLES, TICKET_EVENTS, TICKETS)
"""Every kind, by name."""

CAUSES: tuple[str, ...] = ("customer", "force_majeure", "maintenance", "other_supplier")
"""What the cause of an outage may say; an empty cell says nothing."""

UNMAPPED_HOLDER = "unmapped"
"""What a feed writes for a holder that it knows nothing about: nobody holds the ticket."""


def kind_named(file_name: str) -> EvidenceKind | None:
    """The kind whose name a file's name begins with; the longest such name wins; None where there is none.

    Capitals do not matter: a spreadsheet that saves ``Outages.CSV`` means the same.
    """
    lowered = file_name.lower()
    fitting = [kind for kind in KINDS if lowered.startswith(kind.name)]
    return max(fitting, key=lambda kind: len(kind.name)) if fitting else None


def kind_of(name: str) -> EvidenceKind:
    """The kind of exactly that name; KeyError where there is none."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    raise KeyError(name)
