"""Statements as the schema shows them: the credits of one agreement for one consumer and one period."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.parties.types as parties
from api.graphql.agreements import levels
from api.graphql.describing import answered, described, said
from api.graphql.explanations.types import Explanation, explanation
from api.graphql.ids import Node
from api.graphql.money import Money, money, optional_money
from api.graphql.scalars import DecimalText, optional_number
from api.graphql.statements import claims
from api.graphql.statements.records import (
    AdjustmentCause,
    AdjustmentDue,
    LineChange,
    StatementStep,
    adjustment_cause,
    adjustment_due,
    line_change,
    statement_step,
)
from api.graphql.view import Settled, View
from domain import explanation as core
from domain.agreements import AgreementType
from domain.attainment import LevelOn
from domain.instants import as_datetime
from domain.ledger import EntryKind
from domain.money import Money as MoneyValue
from domain.periods import Period, PeriodRule
from settlement.further_explanations import statement_explanation
from settlement.records.difference import LineDifference
from settlement.records.documents import RecordLine, document_of, line_of
from settlement.records.life import StatementStatus
from settlement.records.record import AdjustmentNote, StatementRecord
from settlement.results import CreditLine as LineValue
from settlement.results import Statement as StatementValue

if TYPE_CHECKING:
    from api.graphql.agreements.levels import ServiceLevel
    from api.graphql.agreements.types import Agreement
    from api.graphql.parties.types import Party
    from api.graphql.statements.claims import Claim

__all__ = ["CreditLine", "Statement", "adjustment", "credit_line", "statement", "statement_of"]


@described
class CreditLine:
    """One missed critical level in a statement."""

    period: Period | None = said("The level's own period that was missed: a weekly level has several lines.")
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
    kept: strawberry.Private[Callable[[], core.Explanation | None] | None] = None

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
        """How the credit came about: as it was issued, else worked out anew from the stored evidence."""
        if self.kept is not None and (kept := self.kept()) is not None:
            return explanation(kept)
        if not self.tree:  # By how much a line changes is explained by its note as a whole.
            return None
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
    gross: Money = said("The sum of its lines' amounts; once issued, as it was issued.")
    net: Money = said("What is due; once issued, as it was issued. In an adjustment note: what it adds.")
    standing: Money = said("What stands: the net with that of all adjustment notes.")
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
    record: strawberry.Private[StatementRecord | None] = None
    latest: strawberry.Private[StatementValue | None] = None
    note: strawberry.Private[AdjustmentNote | None] = None

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
        """Its lines, by level and service; in an adjustment note, by how much each line changes."""
        if self.note is not None:
            return [_changed_line(self, each) for each in self.note.change.lines]
        found = sorted(self.held.lines, key=lambda line: line_of(line).order)
        if self.record is None:
            return [credit_line(self.view, self.settled, line) for line in found]
        return [
            credit_line(self.view, self.settled, line, kept=partial(self._kept_tree, place, len(found)))
            for place, line in enumerate(found)
        ]

    def _kept(self) -> core.Explanation | None:
        """The explanation that was kept when the statement was issued."""
        record = self.view.explained_record(self.held)
        return None if record is None else record.issued.explanation

    def _kept_tree(self, place: int, lines: int) -> core.Explanation | None:
        """That of one line: the steps stand in the order of the document's lines."""
        kept = self._kept()
        trees = [] if kept is None else [step for step in kept.steps if step.name == "line"]
        return trees[place] if len(trees) == lines else None

    @answered
    def bonuses(self) -> list[CreditLine]:
        """What the provider is owed for doing better than promised; in neither gross nor net."""
        if self.note is not None:
            return [_changed_line(self, each) for each in self.note.change.bonuses]
        return [credit_line(self.view, self.settled, line, "bonus") for line in self.held.bonuses]

    @answered
    def adjustments(self) -> list[Annotated["Statement", strawberry.lazy("api.graphql.statements.types")]]:
        """The notes of what came to light after it was issued; none for a draft."""
        if self.record is None or self.note is not None:
            return []
        return [adjustment(self, note) for note in self.record.notes]

    @answered
    def changes(self) -> list[LineChange]:
        """Of an adjustment note: each line before and after, and why. None for a statement itself."""
        if self.note is None:
            return []
        return [
            line_change(each, self.note.causes_of(place)) for place, each in enumerate(self.note.change.lines)
        ]

    @answered
    def causes(self) -> list[AdjustmentCause]:
        """Of an adjustment note: everything that made it necessary. None for a statement itself."""
        return [] if self.note is None else [adjustment_cause(each) for each in self.note.causes]

    @answered
    def outstanding(self) -> AdjustmentDue | None:
        """What an adjustment note would say now; null: nothing, or it was not issued."""
        if self.record is None or self.note is not None or self.latest is None:
            return None
        return adjustment_due(self.record, document_of(self.latest))

    @answered
    def acts(self) -> list[StatementStep]:
        """Every step since it was issued: who took it, when and why."""
        return [] if self.record is None else [statement_step(act) for act in self.record.acts]

    @answered
    def claim(self) -> Annotated["Claim", strawberry.lazy("api.graphql.statements.claims")] | None:
        """How the claim for it stands today; null: it is no supplier's credit to us."""
        if self.held.type is not AgreementType.UC:
            return None
        for each in self.view.claims(None, self.period).claims:
            if (each.agreement, each.consumer) == (self.held.agreement, self.held.consumer):
                return claims.claim(self.view, each)
        return None

    @answered
    def explanation(self) -> Explanation | None:
        """How its net came about, line by line; once issued, as it was issued."""
        if self.note is not None:
            record = self.view.explained_record(self.held)
            notes = () if record is None else record.notes
            kept = next((each.explanation for each in notes if each.number == self.note.number), None)
            return None if kept is None else explanation(kept)
        if self.record is not None and (issued := self._kept()) is not None:
            return explanation(issued)
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


def credit_line(
    view: View,
    settled: Settled,
    line: LineValue,
    tree: str = "credit",
    *,
    kept: Callable[[], core.Explanation | None] | None = None,
) -> CreditLine:
    """A statement's line as the schema shows it."""
    return CreditLine(
        consumer=line.of.customer,
        period=line.period,
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
        kept=kept,
    )


def statement(view: View, settled: Settled, value: StatementValue) -> Statement:
    """A statement as the schema shows it: as it was issued, else as the last settlement gives it."""
    record = view.record_of(value)
    held, latest = value, value
    if record is not None and record.issued.document != document_of(value):
        # The last settlement says something else: what was issued is shown, out of the run that it was issued from.
        settled = view.settled_by(record.issued.run, value.period) or settled
        held = next(
            (
                each
                for each in settled.statements_of(value.agreement)
                if (each.consumer, each.period) == (value.consumer, value.period)
            ),
            value,
        )
    standing = held.net if record is None else record.standing.net
    return _shown(view.under(settled), settled, held, record, latest, standing)


def statement_of(view: View, agreement: str, consumer: str, month: Period) -> Statement:
    """The statement of a month, out of its own settlement or that of the quarter or year it was settled with."""
    for rule in (PeriodRule.month(), PeriodRule.quarter(), PeriodRule.year()):
        settled = view.settled(rule.containing(month.last))
        for each in () if settled is None else settled.statements_of(agreement):
            if settled is not None and (each.consumer, each.period) == (consumer, month):
                return statement(view, settled, each)
    raise LookupError(f"the statement of {agreement} for {month.name} is not in the settlement")


def _shown(
    view: View,
    settled: Settled,
    held: StatementValue,
    record: StatementRecord | None,
    latest: StatementValue,
    standing: MoneyValue,
) -> Statement:
    return Statement(
        names_of_id=("Statement", held.agreement, held.consumer, held.period.name),
        period=held.period,
        version=1,
        status=StatementStatus.DRAFT if record is None else record.status,
        gross=money(held.gross),
        net=money(held.net),
        standing=money(standing),
        bonus=money(held.bonus),
        sole_remedy=held.is_sole_remedy,
        counts_toward_damages=held.counts_toward_damages,
        earned_back=money(held.balance),
        ledger=[
            LedgerEntry(
                kind=each.kind,
                amount=money(each.amount),
                level=each.level,
                service=each.service,
                credited=None if each.credited is None else Period.parse(each.credited),
            )
            for each in held.entries
        ],
        claim_by=held.claim_by,
        claim_missed=held.is_claim_missed,
        issued_at=None if record is None else as_datetime(record.issued.at),
        held=held,
        settled=settled,
        view=view,
        record=record,
        latest=latest,
    )


def adjustment(of: Statement, note: AdjustmentNote) -> Statement:
    """An adjustment note as the schema shows it: a document of its own, whose amounts are what it adds."""
    held = of.held
    settled = of.view.settled_by(note.run, held.period) or of.settled
    net = money(note.change.net)
    return Statement(
        names_of_id=("Statement", held.agreement, held.consumer, held.period.name, str(note.number)),
        period=held.period,
        version=note.number,
        status=StatementStatus.ISSUED,
        gross=money(note.change.gross),
        net=net,
        standing=of.standing,
        bonus=money(
            sum((each.net for each in note.change.bonuses), start=MoneyValue.zero(note.change.net.currency))
        ),
        sole_remedy=held.is_sole_remedy,
        counts_toward_damages=held.counts_toward_damages,
        earned_back=money(note.change.earned_back),
        ledger=[],
        claim_by=held.claim_by,
        claim_missed=held.is_claim_missed,
        issued_at=as_datetime(note.at),
        held=held,
        settled=settled,
        view=of.view.under(settled),
        record=of.record,
        latest=None,
        note=note,
    )


def _changed_line(of: Statement, change: LineDifference) -> CreditLine:
    """A line of an adjustment note: the figures as they are now, and by how much the amounts change."""
    said = change.line
    level = _level_of(of, said)
    value = LineValue(
        level, said.scheme, said.value, said.percent, said.base, change.amount, change.net, said.points
    )
    return credit_line(of.view, of.settled, value, "")


def _level_of(of: Statement, line: RecordLine) -> LevelOn:
    """The level of a line: as it was measured in the note's run, else as the issued statement has it."""
    key = (line.service_level, line.service, line.customer)
    known = [
        attainment.of
        for attainment in of.settled.attainments
        if attainment.of.agreement.name == of.held.agreement
    ]
    for each in (*known, *(held.of for held in of.held.lines)):
        if (each.level.name, each.service, each.customer) == key:
            return each
    raise LookupError(f"the level {line.label} of an adjustment note is not in the contracts any more")
