"""One statement of record: as it was issued, its adjustment notes, and every step that was taken.

The problem: "what stands" must never be a number that somebody keeps up to date. It is the issued statement with its
notes, one after another, and each of them is there to be read.

Example: issued 2,000.00, note 2 of +4,000.00: ``record.standing.net`` is 6,000.00, and the issued document says
2,000.00 for ever.

Limits: which line a cause concerns is decided when the note is made, by the services that the line stands on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.errors import PrivityError
from domain.explanation import Explanation, Value, Worked, replay, rule, work
from domain.money import Money
from settlement.further_explanations import statement_explanation
from settlement.records.causes import Cause
from settlement.records.difference import Difference, LineDifference, applied, difference
from settlement.records.documents import StatementDocument, line_of
from settlement.records.life import Act, StatementStatus, status_after
from settlement.results import CreditLine, Statement

__all__ = [
    "AdjustmentNote",
    "IssuedDocument",
    "StatementRecord",
    "adjustment_explanation",
    "document_explanation",
    "note_causes",
]


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """The statement as it was issued: when (microseconds), and from which run."""

    at: int
    run: str
    document: StatementDocument
    explanation: Explanation | None


@dataclass(frozen=True, slots=True)
class AdjustmentNote:
    """A note to an issued statement: ``number`` counts from 2, ``change`` is what it adds.

    ``line_causes`` are parallel to ``change.lines``: the places in ``causes`` of those that concern the line.
    """

    number: int
    at: int
    run: str
    change: Difference
    causes: tuple[Cause, ...]
    line_causes: tuple[tuple[int, ...], ...]
    explanation: Explanation | None

    def causes_of(self, place: int) -> tuple[Cause, ...]:
        """What caused the change of one line."""
        return tuple(self.causes[cause] for cause in self.line_causes[place])


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """A statement that was issued, its notes in order, and its steps."""

    issued: IssuedDocument
    notes: tuple[AdjustmentNote, ...]
    acts: tuple[Act, ...]

    @property
    def status(self) -> StatementStatus:
        """How far it has come."""
        return status_after(act.act for act in self.acts)

    @property
    def standing(self) -> StatementDocument:
        """What stands: the issued statement with all its notes."""
        found = self.issued.document
        for note in self.notes:
            found = applied(found, note.change)
        return found

    @property
    def run(self) -> str:
        """The run that what stands was made from."""
        return self.notes[-1].run if self.notes else self.issued.run

    def outstanding(self, recalculated: StatementDocument) -> Difference:
        """What a further note would say: the recalculated statement less what stands."""
        return difference(self.standing, recalculated)


def note_causes(
    changes: Sequence[LineDifference],
    causes: Sequence[Cause],
    stands_on: Mapping[str, frozenset[str]],
) -> tuple[tuple[int, ...], ...]:
    """For each changed line the places of the causes that concern it; all of them where none does by itself.

    ``stands_on`` are the services behind each service, itself among them.
    """
    found = []
    for change in changes:
        line = change.line
        services = stands_on.get(line.service, frozenset((line.service,)))
        own = tuple(
            place for place, cause in enumerate(causes) if cause.concerns(line.service_level, services)
        )
        found.append(own or tuple(range(len(causes))))
    return tuple(found)


def document_explanation(
    statement: Statement, lines: Sequence[tuple[CreditLine, Explanation]]
) -> Explanation:
    """How a statement's net came about; its steps named "line" stand in the order of the document's lines.

    Those named "bonus", in the order of its bonuses, are told beside them: the net does not hang on them.
    """
    ordered = sorted(lines, key=lambda pair: line_of(pair[0]).order)
    credits_, bonuses = (
        [tree for _, tree in ordered if (tree.name == "bonus") is each] for each in (False, True)
    )
    return statement_explanation(statement, credits_, bonuses)


@rule("adjustment/1")
def _adjustment(arguments: Mapping[str, Value]) -> Value:
    """What a note adds: the recalculated statement less what stood before it."""
    recalculated, stood = arguments["recalculated"], arguments["stood"]
    if not isinstance(recalculated, Money) or not isinstance(stood, Money):
        raise PrivityError("What stood and what is recalculated are amounts of money.")
    return recalculated - stood


def adjustment_explanation(stood: Money, recalculated: Explanation, period: str) -> Explanation:
    """How a note's net came about: from the recalculated statement's own tree."""
    step = Worked(replay(recalculated), recalculated).called("recalculated")
    return work("net", "adjustment/1", {"stood": stood}, [step], period=period).explanation
