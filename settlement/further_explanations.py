"""Explanations of what no kernel works out: a statement's total, and why a level is not due.

The problem: every figure that is shown has to say how it came about, also the plain ones. A statement is the sum of its
lines; a quarterly level has no figure in February.

Example: ``statement_explanation(statement, lines)`` is the step "statement/1" over the trees of its lines, and gives
the statement's net; where credits were earned back, "statement/2" takes them from it.

Limits: the trees of the lines come from `settlement.explain`.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from domain.attainment import Attainment, AttainmentStatus
from domain.errors import PrivityError
from domain.explanation import Explanation, Value, Worked, replay, rule, work
from domain.ledger import Entry, EntryKind, balance, taken_in
from domain.money import Money
from domain.periods import Period
from domain.remedies import EarnedAs
from settlement.results import Statement

__all__ = ["not_due_explanation", "statement_explanation"]


@rule("statement/1")
def _statement(arguments: Mapping[str, Value]) -> Value:
    lines = arguments.get("line", ())
    amounts = [line for line in (lines if isinstance(lines, tuple) else (lines,)) if isinstance(line, Money)]
    return sum(amounts, start=Money(Decimal(0), str(arguments["currency"])))


@rule("statement/2")
def _statement_less_earned_back(arguments: Mapping[str, Value]) -> Value:
    """The sum of the lines, less what of earlier credits was earned back and is taken in this statement."""
    due, taken = _statement(arguments), arguments["earned back"]
    if not isinstance(due, Money) or not isinstance(taken, Money):
        raise PrivityError("A statement's lines, and what is taken from them, are amounts of money.")
    return due - taken


@rule("earned-back/1")
def _earned_back(arguments: Mapping[str, Value]) -> Value:
    """What a statement takes of the ledger: all of it as a refund, no more than is due as an offset."""
    entries = _entries(arguments["ledger"])
    currency = str(arguments["currency"])
    available = balance(entries, currency)
    if str(arguments["as"]) == EarnedAs.REFUND.value:
        return available
    due = arguments["due"]
    if not isinstance(due, Money):
        raise PrivityError("What is due is an amount of money.")
    return min(available, max(due, Money.zero(currency)))


@rule("not-due/1")
def _not_due(arguments: Mapping[str, Value]) -> Value:
    is_later = str(arguments["own period ends"]) > str(arguments["settled until"])
    return AttainmentStatus.NOT_DUE.value if is_later else "DUE"


def statement_explanation(
    statement: Statement, lines: Sequence[Explanation], bonuses: Sequence[Explanation] = ()
) -> Explanation:
    """A statement's net: the sum of its lines' nets (``lines`` are their explanations), less what was earned back.

    ``bonuses`` are explained beside it; they are in no sum.
    """
    steps = [Worked(replay(tree), tree).called("line") for tree in lines]
    steps += [Worked(replay(tree), tree).called("bonus") for tree in bonuses]
    currency, period = statement.net.currency, statement.period.name
    taken = taken_in(statement.ledger, period, currency)
    if not taken:
        return work("net", "statement/1", {"currency": currency}, steps, period=period).explanation
    due = sum((line.net for line in statement.lines), start=Money.zero(currency))
    kinds = {entry.kind for entry in statement.entries}
    earned_as = EarnedAs.REFUND if EntryKind.REFUNDED in kinds else EarnedAs.OFFSET
    terms: dict[str, Value] = {
        "ledger": _as_rows(_before_taking(statement)), "as": earned_as.value, "due": due, "currency": currency,
    }  # fmt: skip
    earned_back = work("earned back", "earned-back/1", terms, period=period)
    return work(
        "net", "statement/2", {"currency": currency}, [*steps, earned_back], period=period
    ).explanation


def _before_taking(statement: Statement) -> list[Entry]:
    """The ledger as the month found it, less what had expired by then."""
    taken = (EntryKind.USED, EntryKind.REFUNDED)
    place = next(
        index
        for index, entry in enumerate(statement.ledger)
        if entry.month == statement.period.name and entry.kind in taken
    )
    return list(statement.ledger[:place])


def _as_rows(entries: Sequence[Entry]) -> Value:
    return tuple((entry.kind.value, entry.month, entry.amount, entry.credited or "") for entry in entries)


def _entries(rows: Value) -> list[Entry]:
    found = []
    for row in rows if isinstance(rows, tuple) else ():
        if not isinstance(row, tuple) or not isinstance(row[2], Money):
            raise PrivityError(f"A ledger's entry is its kind, month, amount and credit, not {row!r}.")
        found.append(
            Entry(EntryKind(str(row[0])), str(row[1]), row[2], credited=str(row[3]) if row[3] else None)
        )
    return found


def not_due_explanation(attainment: Attainment, settled: Period) -> Explanation:
    """Why a level has no figure: its own period ends after the settled one."""
    return work(
        "attainment",
        "not-due/1",
        {
            "own period ends": attainment.period.last.isoformat(),
            "settled until": settled.last.isoformat(),
        },
        clause=attainment.of.level.clause,
        period=attainment.period.name,
    ).explanation
