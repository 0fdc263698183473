"""A dossier with its evidence and its audit trail, for a folder and for a store alike.

The problem: a claim in a letter is worth what it cites. So every row of evidence behind a breach gets a number in the
dossier, with its file and line, and every breach, right and statement says its clause and the numbers it rests on.

Example: ``gathered(settling, "uc-cirrus", months, ())`` has ``E1`` for the first outage, which March's breach cites.

Limits: a folder has no audit trail. Of evidence that stands behind very many rows (a month of tickets) the first
hundred are listed, and the rest counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.errors import UnknownNameError
from api.services.evidence_rows import rows_behind
from api.services.reading import EvidenceRow, LevelKey
from domain.periods import Period
from settlement.dossier import Dossier, dossier_months, dossier_of, review_months

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.attainment import Attainment
    from domain.termination.meeting import Ground
    from settlement.results import CreditLine, RightStatus, Statement
    from settlement.settle import Settling
    from store.records import AuditEntry

__all__ = ["Cited", "Gathered", "gathered", "months_of_dossier"]

_MOST_ROWS = 100
_Row = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class Cited:
    """The evidence behind a breach: the numbers of its rows, and how many more there are."""

    numbers: tuple[int, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """A dossier, its numbered rows of evidence (the first is 1), what cites them, and who did what about it."""

    dossier: Dossier
    evidence: tuple[EvidenceRow, ...]
    cited: Mapping[tuple[str, ...], Cited]
    audit: tuple[AuditEntry, ...]

    def cites(self, attainment: Attainment) -> Cited:
        """The evidence behind a breach."""
        return self.cited[_key(attainment)]

    def ground_cites(self, right: RightStatus, ground: Ground) -> Cited:
        """The evidence behind what a right rests on; of money and points, that of the month's misses."""
        found = self.cited.get(_ground_key(right, ground))
        if found is not None or ground.level is not None:
            return found or Cited((), 0)
        each = [
            self.cites(breach.attainment)
            for breach in self.dossier.breaches
            if breach.attainment.period.last.isoformat().startswith(ground.period)
        ]
        numbers = sorted({number for one in each for number in one.numbers})
        return Cited(tuple(numbers), sum(one.more for one in each))

    def line_cites(self, statement: Statement, line: CreditLine) -> Cited:
        """The evidence behind a line of a statement: that of the misses that it credits."""
        found = [
            self.cites(breach.attainment)
            for breach in self.dossier.breaches
            if breach.attainment.of.order() == line.of.order()
            and statement.period.first <= breach.attainment.period.last <= statement.period.last
        ]
        numbers = sorted({number for each in found for number in each.numbers})
        return Cited(tuple(numbers), sum(each.more for each in found))


def months_of_dossier(
    settling: Settling, subject: str, first: Period | None, *, is_review: bool = False
) -> tuple[Period, ...]:
    """The months that a dossier is about; for a review those since the one before."""
    if is_review and subject in settling.versions:
        version = settling.version_on(subject, settling.as_of) or settling.versions[subject][-1]
        return review_months(settling, version)
    return dossier_months(settling, first)


def gathered(
    settling: Settling, subject: str, months: Sequence[Period], audit: Sequence[AuditEntry]
) -> Gathered:
    """The dossier of an agreement or a party. Raises UnknownNameError where there is none of that name."""
    try:
        dossier = dossier_of(settling, subject, months)
    except LookupError as error:
        known = {*settling.versions, *settling.portfolio.parties}
        raise UnknownNameError("agreement or party", subject, known) from error
    book = _Book(settling)
    for breach in (*dossier.breaches, *dossier.caused):
        of, period = breach.attainment.of, breach.attainment.period
        book.cite(_key(breach.attainment), LevelKey(of.agreement.name, of.level.name, of.service), period)
    for right in dossier.rights:
        for ground in right.status.grounds:
            if ground.level is not None and ground.service is not None:
                level = LevelKey(ground.agreement or right.status.agreement, ground.level, ground.service)
                book.cite(_ground_key(right.status, ground), level, Period.parse(ground.period))
    return Gathered(dossier, tuple(book.rows), book.cited, _about(dossier, audit))


@dataclass(slots=True)
class _Book:
    """Rows of evidence, numbered in the order in which they are first cited."""

    settling: Settling
    rows: list[EvidenceRow] = field(default_factory=list)
    cited: dict[tuple[str, ...], Cited] = field(default_factory=dict)
    numbers: dict[_Row, int] = field(default_factory=dict)

    def cite(self, key: tuple[str, ...], level: LevelKey, period: Period) -> None:
        """Number the rows behind a level in a period."""
        if key in self.cited:
            return
        behind = rows_behind(self.settling, level, period)
        own: list[int] = []
        for row in behind[:_MOST_ROWS]:
            place = (row.file, row.line, row.kind, row.id)
            if place not in self.numbers:
                self.rows.append(row)
                self.numbers[place] = len(self.rows)
            own.append(self.numbers[place])
        self.cited[key] = Cited(tuple(own), max(len(behind) - _MOST_ROWS, 0))


def _ground_key(right: RightStatus, ground: Ground) -> tuple[str, ...]:
    return (ground.agreement or right.agreement, ground.level or "", ground.service or "", ground.period)


def _key(attainment: Attainment) -> tuple[str, ...]:
    return (*attainment.of.order(), attainment.period.name)


def _about(dossier: Dossier, audit: Sequence[AuditEntry]) -> tuple[AuditEntry, ...]:
    names = {each.name for each in dossier.agreements} | {each.relief.name for each in dossier.reliefs}
    return tuple(
        sorted(
            (each for each in audit if any(each.is_about(name) for name in names)),
            key=lambda each: each.id,
        )
    )
