"""A dossier with its evidence and its audit trail, for a folder and for a store alike.

The problem: a claim in a letter is worth what it cites. So every row of evidence behind a breach gets a number in the
dossier, with its file and line, and every breach, right and statement says its clause and the numbers it rests on.

Example: ``gathered(settling, "uc-cirrus", months, ())`` has ``E1`` for the first outage, and the breach of March cites it.

Limits: a folder has no audit trail. Of evidence that stands behind very many rows (a month of tickets) the first
hundred are listed, and the rest counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.errors import UnknownNameError
from api.services.reading import EvidenceRow, LevelKey
from api.services.stored import rows_behind
from settlement.dossier import Dossier, dossier_months, dossier_of, review_months

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.attainment import Attainment
    from domain.periods import Period
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
    numbers: dict[_Row, int] = {}
    rows: list[EvidenceRow] = []
    cited: dict[tuple[str, ...], Cited] = {}
    for breach in (*dossier.breaches, *dossier.caused):
        of, period = breach.attainment.of, breach.attainment.period
        behind = rows_behind(settling, LevelKey(of.agreement.name, of.level.name, of.service), period)
        own: list[int] = []
        for row in behind[:_MOST_ROWS]:
            place = (row.file, row.line, row.kind, row.id)
            if place not in numbers:
                rows.append(row)
                numbers[place] = len(rows)
            own.append(numbers[place])
        cited[_key(breach.attainment)] = Cited(tuple(own), max(len(behind) - _MOST_ROWS, 0))
    return Gathered(dossier, tuple(rows), cited, _about(dossier, audit))


def _key(attainment: Attainment) -> tuple[str, ...]:
    return (*attainment.of.order(), attainment.period.name)


def _about(dossier: Dossier, audit: Sequence[AuditEntry]) -> tuple[AuditEntry, ...]:
    names = {each.name for each in dossier.agreements} | {each.relief.name for each in dossier.reliefs}
    return tuple(
        sorted(
            (each for each in audit if names & set(each.subject.replace("/", " ").split())),
            key=lambda each: each.id,
        )
    )
