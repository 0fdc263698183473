"""How far a statement has come: draft, issued, disputed, adjusted, settled.

The problem: a statement that was sent is a document between two parties. Whoever finds later evidence must not be able
to change it; whoever disputes it must be answered; whoever reads it a year later must see each step and who took it.

Example: ISSUE, DISPUTE, UPHOLD, SETTLE ends SETTLED; a DISPUTE after that is refused, a late correction is an ADJUST.

The steps, and where each leads::

    DRAFT ----issue----> ISSUED ---dispute---> DISPUTED ---uphold---> ISSUED, or ADJUSTED where it had been
                            |                      |
                            +------adjust----------+-------> ADJUSTED (also from SETTLED: evidence may come late)
                            +------settle--------------------> SETTLED (also from ADJUSTED; not while disputed)

Limits: who may take a step is decided elsewhere. A status is folded from the steps that were taken, never stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import PrivityError

__all__ = ["Act", "IllegalAct", "StatementAct", "StatementStatus", "require_allowed", "status_after"]


class StatementStatus(StrEnum):
    """How far a statement has come."""

    DRAFT = "DRAFT"
    ISSUED = "ISSUED"
    DISPUTED = "DISPUTED"
    ADJUSTED = "ADJUSTED"
    SETTLED = "SETTLED"


class StatementAct(StrEnum):
    """What was done to a statement."""

    ISSUE = "ISSUE"
    DISPUTE = "DISPUTE"
    UPHOLD = "UPHOLD"
    ADJUST = "ADJUST"
    SETTLE = "SETTLE"


class IllegalAct(PrivityError):
    """A step that a statement cannot take from where it stands; ``cure`` says what can be done instead."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(f"{message}. {cure}.")
        self.message, self.cure = message, cure


@dataclass(frozen=True, slots=True)
class Act:
    """One step: what, when (microseconds), by whom, why, and on which document (1 the statement, then its notes).

    ``lines`` are the numbers of the lines that a dispute is about; none: all of them.
    """

    act: StatementAct
    at: int
    actor: str
    reason: str
    number: int
    lines: tuple[int, ...] = ()


_BEFORE: dict[StatementAct, tuple[StatementStatus, ...]] = {
    StatementAct.ISSUE: (StatementStatus.DRAFT,),
    StatementAct.DISPUTE: (StatementStatus.ISSUED, StatementStatus.ADJUSTED),
    StatementAct.UPHOLD: (StatementStatus.DISPUTED,),
    StatementAct.ADJUST: (
        StatementStatus.ISSUED,
        StatementStatus.DISPUTED,
        StatementStatus.ADJUSTED,
        StatementStatus.SETTLED,
    ),
    StatementAct.SETTLE: (StatementStatus.ISSUED, StatementStatus.ADJUSTED),
}

_REFUSED: dict[StatementStatus, tuple[str, str]] = {
    StatementStatus.DRAFT: ("the statement is a draft: it was not issued yet", "Issue it first"),
    StatementStatus.ISSUED: (
        "the statement is issued, and an issued statement never changes",
        "What came to light since gives an adjustment note: adjust it",
    ),
    StatementStatus.ADJUSTED: (
        "the statement is issued, with adjustment notes, and an issued statement never changes",
        "What came to light since gives another adjustment note: adjust it",
    ),
    StatementStatus.DISPUTED: (
        "the statement is disputed",
        "Answer the dispute first: adjust the statement, or uphold it",
    ),
    StatementStatus.SETTLED: (
        "the statement is settled",
        "What came to light since gives an adjustment note: adjust it",
    ),
}

_NAMES = {
    StatementAct.ISSUE: "be issued",
    StatementAct.DISPUTE: "be disputed",
    StatementAct.UPHOLD: "be upheld",
    StatementAct.ADJUST: "be adjusted",
    StatementAct.SETTLE: "be settled",
}


def require_allowed(taken: Iterable[StatementAct], act: StatementAct) -> StatementStatus:
    """Where a further step leads. Raises IllegalAct, which says why not and what to do, where it is not allowed."""
    found = tuple(taken)
    status = status_after(found)
    if status not in _BEFORE[act]:
        why, cure = _REFUSED[status]
        if act is StatementAct.UPHOLD and status is not StatementStatus.DRAFT:
            why, cure = "nobody disputes the statement", "There is nothing to answer"
        raise IllegalAct(f"It cannot {_NAMES[act]}: {why}", cure)
    return status_after((*found, act))


def status_after(taken: Iterable[StatementAct]) -> StatementStatus:
    """How far a statement has come by the steps that were taken. Raises IllegalAct for steps that could not be."""
    status, adjusted = StatementStatus.DRAFT, False
    for act in taken:
        if status not in _BEFORE[act]:
            why, cure = _REFUSED[status]
            raise IllegalAct(f"It cannot {_NAMES[act]}: {why}", cure)
        if act is StatementAct.DISPUTE:
            status = StatementStatus.DISPUTED
        elif act is StatementAct.SETTLE:
            status = StatementStatus.SETTLED
        else:
            adjusted = adjusted or act is StatementAct.ADJUST
            status = StatementStatus.ADJUSTED if adjusted else StatementStatus.ISSUED
    return status
