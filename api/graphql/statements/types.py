"""Statements as the schema shows them: the credits of one agreement for one consumer and one period."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.parties.types as parties
from api.graphql.agreements import levels
from api.graphql.describing import answered, described, said
from api.graphql.enums import StatementStatus
from api.graphql.explanations.types import Explanation, explanation
from api.graphql.ids import Node
from api.graphql.money import Money, money, optional_money
from api.graphql.scalars import DecimalText, optional_number
from api.graphql.view import Settled, View
from domain import explanation as core
from domain.ledger import EntryKind
from domain.periods import Period
from settlement.further_explanations import statement_explanation
from settlement.results import CreditLine as LineValue
from settlement.results import Statement as StatementValue

if TYPE_CHECKING:
    from api.graphql.agreements.levels import ServiceLevel
    from api.graphql.agreements.types import Agreement
    from api.graphql.parties.types import Party

__all__ = ["CreditLine", "Statement", "credit_line", "statement"]


@described
class CreditLine:
    """One missed critical level in a statement."""

    clause: str | None = said("Where the contract says so.")
    scheme: str = said("How the credit is computed, such as bands.")
    value: DecimalText | None = said("The value that was credited.")
    points: DecimalText | None = said("Service points, where the scheme counts them.")
    percent: DecimalText | None = said("The credit as a percentage of the base; null where it is an amount.")
    consumer: str | None = said(
        "The customer that the level is measured for by itself; null: for all together."
    )
    base: Money | None = said("What the percentage is of.")
    amount: Money = said("The credit after scheme, cap of the level and smallest payable amount.")
    net: Money = said("What is left of it after the agreement's own caps and remedies.")
    line: strawberry.Private[LineValue]
    settled: strawberry.Private[Settled]
    view: strawberry.Private[View]
    tree: strawberry.Private[str] = "credit"

    def _bonus_tree(self) -> core.Explanation | None:
        """The tree of a bonus, where there is one consumer that owes it."""
        for attainment in self.settled.of_level(self.line.of):
            found = self.view.explanations(attainment, self.settled.known_at).get("bonus")
            if found is not None and attainment.value == self.line.value:
                return found
        return None

    @answered
    def service_level(self) -> Annotated["ServiceLevel", strawberry.lazy("api.graphql.agreements.levels")]:
        """The level that was missed."""
        return levels.service_level(self.view, self.line.of)

    @answered
    def explanation(self) -> Explanation | None:
        """How the credit came about; worked out anew from the stored evidence when asked for."""
        tree = _line_tree(self.view, self.settled, self.line) if self.tree == "credit" else self._bonus_tree()
        return None if tree is None else explanation(tree)


@described
class LedgerEntry:
    """What happened to credits that were earned back: they are earned, used, expire, or are refunded."""

    kind: EntryKind = said("What happened.")
    amount: Money = said("To how much.")
    level: str | None = said("The level whose credit was earned back; null for a use or a refund.")
    service: str | None = said("The service that it was missed on.")
    credited: Period | None = said("The period whose credit was earned back.")


@described
class Statement(Node):
    """The credits of one agreement for one consumer and one period; also where nothing is due."""

    period: Period = said("The period that the credits are for.")
    version: int = said("1 for the statement itself; adjustment notes count on.")
    status: StatementStatus = said("How far it has come.")
    gross: Money = said("The sum of its lines' amounts.")
    net: Money = said("What is due.")
    bonus: Money = said("The sum of its bonuses, which the provider is owed.")
    sole_remedy: bool | None = said("Whether credits are the only financial remedy; null: not said.")
    counts_toward_damages: bool | None = said("Whether credits are taken off damages; null: not said.")
    earned_back: Money = said("What is earned back of earlier credits and not used yet.")
    ledger: list[LedgerEntry] = said("What this statement did to what is earned back.")
    claim_by: date | None = said("The last day to claim it; null: no claim is needed.")
    claim_missed: bool = said("Whether it had to be claimed, and was not in time.")
    issued_at: datetime | None = said("When it was issued; null: it is a draft.")
    held: strawberry.Private[StatementValue]
    settled: strawberry.Private[Settled]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")]:
        """The agreement, as it stands today in the contracts that the statement was made from."""
        found = agreements.known_agreement(self.view, self.held.agreement)
        if found is None:
            raise LookupError(f"the agreement {self.held.agreement} of a statement is not in the contracts")
        return found

    @answered
    def consumer(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """Who is credited; null: every customer."""
        return parties.known_party(self.view, self.held.consumer)

    @answered
    def lines(self) -> list[CreditLine]:
        """Its lines, by level and service."""
        found = sorted(self.held.lines, key=lambda line: line.of.order())
        return [credit_line(self.view, self.settled, line) for line in found]

    @answered
    def bonuses(self) -> list[CreditLine]:
        """What the provider is owed for doing better than promised; in neither gross nor net."""
        return [credit_line(self.view, self.settled, line, "bonus") for line in self.held.bonuses]

    @answered
    def adjustments(self) -> list[Annotated["Statement", strawberry.lazy("api.graphql.statements.types")]]:
        """What later evidence changed after it was issued; none for a draft."""
        return []

    @answered
    def explanation(self) -> Explanation | None:
        """How its net came about, line by line."""
        trees = [_line_tree(self.view, self.settled, line) for line in self.held.lines]
        found = [tree for tree in trees if tree is not None]
        if len(found) < len(trees):
            return None
        return explanation(statement_explanation(self.held, found))


def _line_tree(view: View, settled: Settled, line: LineValue) -> core.Explanation | None:
    """The tree of one line: that of its level's credit, or its part where several consumers are credited."""
    for attainment in settled.of_level(line.of):
        lines = settled.lines_of(attainment)
        if not any(each is line for _, each in lines):
            continue
        tree = view.explanations(attainment, settled.known_at).get("credit")
        if tree is None:
            return None
        place = next(index for index, (_, each) in enumerate(lines) if each is line)
        chosen = tree.steps[place] if len(lines) > 1 else tree
        return chosen if core.decode(chosen.value) == line.net else None
    return None


def credit_line(view: View, settled: Settled, line: LineValue, tree: str = "credit") -> CreditLine:
    """A statement's line as the schema shows it."""
    return CreditLine(
        consumer=line.of.customer,
        clause=line.of.level.clause,
        scheme=line.scheme,
        value=optional_number(line.value),
        points=optional_number(line.points),
        percent=optional_number(line.percent),
        base=optional_money(line.base),
        amount=money(line.amount),
        net=money(line.net),
        line=line,
        settled=settled,
        view=view,
        tree=tree,
    )


def statement(view: View, settled: Settled, value: StatementValue) -> Statement:
    """A statement as the schema shows it."""
    view = view.under(settled)
    return Statement(
        names_of_id=("Statement", value.agreement, value.consumer, value.period.name),
        period=value.period,
        version=1,
        status=StatementStatus.DRAFT,
        gross=money(value.gross),
        net=money(value.net),
        bonus=money(value.bonus),
        sole_remedy=value.is_sole_remedy,
        counts_toward_damages=value.counts_toward_damages,
        earned_back=money(value.balance),
        ledger=[
            LedgerEntry(
                kind=each.kind,
                amount=money(each.amount),
                level=each.level,
                service=each.service,
                credited=None if each.credited is None else Period.parse(each.credited),
            )
            for each in value.entries
        ],
        claim_by=value.claim_by,
        claim_missed=value.is_claim_missed,
        issued_at=None,
        held=value,
        settled=settled,
        view=view,
    )
