"""Explanations of what no kernel works out: a statement's total, and why a level is not due.

The problem: every figure that is shown has to say how it came about, also the plain ones. A statement is the sum of its
lines; a quarterly level has no figure in February.

Example: ``statement_explanation(statement, lines)`` is the step "statement/1" over the trees of its lines, and gives
the statement's net.

Limits: the trees of the lines come from `settlement.explain`.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from domain.attainment import Attainment, AttainmentStatus
from domain.explanation import Explanation, Value, Worked, replay, rule, work
from domain.money import Money
from domain.periods import Period
from settlement.results import Statement

__all__ = ["not_due_explanation", "statement_explanation"]


@rule("statement/1")
def _statement(arguments: Mapping[str, Value]) -> Value:
    lines = arguments.get("line", ())
    amounts = [line for line in (lines if isinstance(lines, tuple) else (lines,)) if isinstance(line, Money)]
    return sum(amounts, start=Money(Decimal(0), str(arguments["currency"])))


@rule("not-due/1")
def _not_due(arguments: Mapping[str, Value]) -> Value:
    is_later = str(arguments["own period ends"]) > str(arguments["settled until"])
    return AttainmentStatus.NOT_DUE.value if is_later else "DUE"


def statement_explanation(statement: Statement, lines: Sequence[Explanation]) -> Explanation:
    """A statement's net as the sum of its lines' nets; ``lines`` are their explanations."""
    steps = [Worked(replay(tree), tree).called("line") for tree in lines]
    return work(
        "net", "statement/1", {"currency": statement.net.currency}, steps, period=statement.period.name
    ).explanation


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
