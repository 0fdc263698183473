"""The terms that documents may say and that no calculation reads yet, in one table.

The problem: a term that is read and then not calculated would be silence about money. So everything that would alter a
figure and is not worked out yet stands here once; a settlement answers each with the finding NOT_YET_CALCULATED.

Example: a row for the path ``spec.serviceLevels.*.bonus`` would give each level with a bonus a later term. The table is
empty: all of what 2-documents says is calculated.

Limits: metrics that are not calculated yet reach the domain as `LaterMetric` instead. Terms that only people read
(contacts, reviews, escalation, descriptions, sole remedy) are not listed. A row leaves this table
with the change that calculates it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from documents.positions import SourceDocument, Value, matches, path_text
from domain.agreements import LaterTerm

__all__ = ["LATER_TERMS", "LaterRow", "later_terms"]


def _any(_: Value) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class LaterRow:
    """One kind of term: its path ("*" is any item of a list), what its absence affects, and which values are meant."""

    path: tuple[str, ...]
    affects: str
    applies: Callable[[Value], bool] = _any


LATER_TERMS: tuple[LaterRow, ...] = ()
"""Every term of an agreement that is read and not calculated yet: none, for now."""


def later_terms(document: SourceDocument, agreement: str) -> tuple[LaterTerm, ...]:
    """The later terms of an agreement's document, in the order of the table."""
    found: list[LaterTerm] = []
    for row in LATER_TERMS:
        for path, value in matches(document.fields, row.path):
            if value is not None and row.applies(value):
                in_level = path[1] == "serviceLevels"
                level = document.text_at(*path[:3], "name") if in_level else None
                clause = document.text_at(*path, "clause")
                if clause is None and in_level:
                    clause = document.text_at(*path[:3], "clause")
                found.append(LaterTerm(agreement, path_text(path), row.affects, level, clause))
    return tuple(found)
