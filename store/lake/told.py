"""What resolving rows has to say: what is repeated, and what a person should look at.

The problem: rows contradict each other in many files and in many partitions, and a person wants one sentence about it,
the same whatever was read together. So what was found is gathered as names and counts, and made into sentences last.

Example: two partitions with one ticket each whose rows disagree give "Rows of 2 tickets disagree ...".

Limits: names are kept as they are found, so a body of evidence in which nearly every row contradicts another is held in
memory by its names.
"""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from domain.evidence import UNRECORDED, Coded, Micros
from domain.findings import Finding, FindingKind, Severity
from domain.instants import SECOND
from domain.money import decimal_text

RECORDED_AHEAD = "RECORDED_AHEAD"
"""What is said of rows from the future; another day it may no longer be so."""


@dataclass(frozen=True, slots=True)
class Skew:
    """Rows that were recorded too early: how many, and by how many microseconds at most."""

    rows: int
    most: int


@dataclass(slots=True)
class Told:
    """What resolving the rows of a kind has to say: repeated rows by file, and what is doubtful among the others."""

    repeated: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, set[str]] = field(default_factory=dict)
    circles: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    orphans: set[str] = field(default_factory=set)
    orphaned_events: int = 0
    skewed: dict[tuple[str, str], "Skew"] = field(default_factory=dict)

    def repeat(self, file: str, rows: int) -> None:
        """Note that some rows of a file say what others say."""
        self.repeated[file] = self.repeated.get(file, 0) + rows

    def skew(self, kind: str, source: Coded, began: Micros, recorded: Micros) -> None:
        """Note which rows were recorded before what they tell of began, by source (ruling 141)."""
        early = np.flatnonzero((recorded != UNRECORDED) & (recorded < began))
        for code in np.unique(source.codes[early]).tolist():
            rows = early[source.codes[early] == code]
            name = "" if code < 0 else source.names[code]
            most = int((began[rows] - recorded[rows]).max())
            known = self.skewed.get((kind, name), Skew(0, 0))
            self.skewed[kind, name] = Skew(known.rows + len(rows), max(known.most, most))

    @property
    def notices(self) -> tuple[Finding, ...]:
        """What a person should look at, in order."""
        found = [_unknown(kind, names) for kind, names in sorted(self.unknown.items()) if names]
        found += [_circles(kind, circles) for kind, circles in sorted(self.circles.items()) if circles]
        if self.tickets:
            found.append(_tickets(self.tickets))
        if self.items:
            found.append(_items(self.items))
        if self.orphans:
            found.append(_orphans(self.orphans, self.orphaned_events))
        found += [_skewed(*key, skew) for key, skew in sorted(self.skewed.items())]
        return tuple(found)


def _notice(code: str, message: str, figures: dict[str, str], cure: str) -> Finding:
    return Finding(code, Severity.WARNING, FindingKind.EVIDENCE, message, figures=figures, cure=cure)


def _unknown(kind: str, names: set[str]) -> Finding:
    return _notice(
        "SUPERSEDES_UNKNOWN",
        f"Rows of {kind} supersede what no known row is called: {_some(sorted(names))}.",
        {"names": str(len(names))},
        "Send the row that is superseded, or put the name right; a row in quarantine supersedes nothing.",
    )


def _circles(kind: str, circles: set[tuple[str, ...]]) -> Finding:
    return _notice(
        "SUPERSEDES_IN_A_CIRCLE",
        f"Rows of {kind} supersede each other in a circle; the one recorded last counts: "
        f"{_some([' and '.join(circle) for circle in sorted(circles)])}.",
        {},
        "Send one more row that supersedes them all.",
    )


def _tickets(names: set[str]) -> Finding:
    return _notice(
        "TICKET_ROWS_DISAGREE",
        f"Rows of {_counted(len(names), 'ticket', 'tickets')} disagree and do not say which was recorded last; "
        f"the one that tells of the latest instant counts: {_some(sorted(names))}.",
        {"tickets": str(len(names))},
        "Give the rows recorded_at, or let the right one supersede the other.",
    )


def _items(names: set[str]) -> Finding:
    return _notice(
        "DELIVERABLE_ROWS_DISAGREE",
        f"Rows of {_counted(len(names), 'item', 'items')} disagree; the one that tells of the latest instant "
        f"counts: {_some(sorted(names))}.",
        {"items": str(len(names))},
        "Leave the rows out that no longer hold.",
    )


def _orphans(names: set[str], rows: int) -> Finding:
    """Events that name tickets of which no row is there; they are kept, but count for no level."""
    return _notice(
        "EVENT_WITHOUT_TICKET",
        f"{_counted(rows, 'ticket event names', 'ticket events name')} {_counted(len(names), 'ticket', 'tickets')} "
        f"of which no row is known, and count for no service level: {_some(sorted(names))}.",
        {"events": str(rows), "tickets": str(len(names))},
        "Send the tickets rows too; a ticket in quarantine has to be put right there.",
    )


def _skewed(kind: str, source: str, skew: Skew) -> Finding:
    whose = source or "no named source"
    by = decimal_text(Fraction(skew.most, SECOND), places=0)
    return _notice(
        "CLOCK_SKEW",
        f"{_counted(skew.rows, 'row', 'rows')} of {kind} from {whose} {'was' if skew.rows == 1 else 'were'} recorded "
        f"before what {'it tells' if skew.rows == 1 else 'they tell'} of began, by up to {by} seconds: the clock of "
        f"{source or 'the source'} is ahead of the clock that recorded, or one of them is in another time zone. The "
        "times count as they stand.",
        {"rows": str(skew.rows), "seconds": by},
        "Set both clocks by one time, and send times with their offset; a correction that supersedes a row puts it "
        "right.",
    )


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
