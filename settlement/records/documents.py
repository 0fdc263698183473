"""What a statement says once it is a document: every figure by itself, with nothing behind it that could change.

The problem: a settled statement points to the agreement's levels as they were loaded. A document that was sent must say
the same whatever is loaded later, so it is a copy of the words and the figures, and of nothing else.

Example: ``document_of(statement).lines[0]`` is "availability on web-shop: 99.7, 5 percent of 40000.00, 2000.00".

Limits: whether a claim is still open depends on the day that one asks, so it is no part of the document.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.agreements import AgreementType
from domain.ledger import taken_in
from domain.money import Money
from settlement.results import CreditLine, Statement

__all__ = ["RecordLine", "StatementDocument", "document_of", "line_of"]


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One line: the level that was missed and in which of its own periods, and what it is worth.

    ``value`` is the value that was credited, ``percent`` of ``base``; ``amount`` is after the scheme, ``net`` after the
    agreement's remedies.
    """

    service_level: str
    service: str
    customer: str | None
    period: str | None
    clause: str | None
    scheme: str
    value: Fraction | None
    points: Fraction | None
    percent: Fraction | None
    base: Money | None
    amount: Money
    net: Money

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells the line from the others of its statement."""
        return (self.service_level, self.service, self.customer or "", self.period or "")

    @property
    def order(self) -> tuple[str, ...]:
        """Its place in a statement: by what tells it apart, then by what it says, so that no two orders are right."""
        figures = (self.value, self.points, self.percent, self.base, self.amount.amount, self.net.amount)
        return (*self.key, *(str(figure) for figure in figures))

    @property
    def label(self) -> str:
        """The line in words: level, service, and what else tells it apart."""
        return " · ".join(part for part in (self.service_level, self.service, self.customer) if part)


@dataclass(frozen=True, slots=True)
class StatementDocument:
    """What a statement says; ``earned_back`` is what of earlier credits it took back, so net = Σ lines − earned back.

    ``bonuses`` are owed to the provider, and are in neither ``gross`` nor ``net``.
    """

    agreement: str
    type: AgreementType
    provider: str
    consumer: str
    period: str
    lines: tuple[RecordLine, ...]
    gross: Money
    earned_back: Money
    net: Money
    bonuses: tuple[RecordLine, ...] = ()
    claim_by: date | None = None
    is_sole_remedy: bool | None = None
    counts_toward_damages: bool | None = None

    @property
    def currency(self) -> str:
        """The currency of all its amounts."""
        return self.net.currency

    @property
    def bonus(self) -> Money:
        """What its bonuses come to."""
        return sum((line.net for line in self.bonuses), start=Money.zero(self.currency))


def document_of(statement: Statement) -> StatementDocument:
    """The document that a settled statement would be, its lines by level, service and period."""
    return StatementDocument(
        statement.agreement,
        statement.type,
        statement.provider,
        statement.consumer,
        statement.period.name,
        tuple(sorted((line_of(line) for line in statement.lines), key=lambda line: line.order)),
        statement.gross,
        taken_in(statement.ledger, statement.period.name, statement.net.currency),
        statement.net,
        tuple(sorted((line_of(line) for line in statement.bonuses), key=lambda line: line.order)),
        statement.claim_by,
        statement.is_sole_remedy,
        statement.counts_toward_damages,
    )


def line_of(line: CreditLine) -> RecordLine:
    """A settled line as a document says it."""
    return RecordLine(
        line.of.level.name,
        line.of.service,
        line.of.customer,
        None if line.period is None else line.period.name,
        line.of.level.clause,
        line.scheme,
        line.value,
        line.points,
        line.percent,
        line.base,
        line.amount,
        line.net,
    )
