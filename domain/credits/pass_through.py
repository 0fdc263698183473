"""The credit scheme `passThrough`: the part of the customers' credits that the trace puts on this provider.

Example: two customers were credited 2,000.00 and 1,000.00, and the traces put half of the first and all of the second
on this vendor through what its contract covers: 2,000.00, up to its cap.

Limits: what the traces put on whom is worked out by the settlement, from the statements above; here it is only added.

References: ruling 30 of the design.
"""

from collections.abc import Mapping
from fractions import Fraction

from domain.agreements import PassThroughCredit
from domain.credits.miss import Case, Earned
from domain.explanation import Value, Worked, number, rule, work

__all__ = ["earn", "explain"]


def earn(credit: PassThroughCredit, case: Case) -> Earned:  # noqa: ARG001 - every scheme is asked alike
    """What is passed on, however far the value lies beyond the target."""
    return Earned(
        fixed=sum((amount * part for _, amount, part in case.miss.standing.passed), start=Fraction(0))
    )


def explain(
    credit: PassThroughCredit,  # noqa: ARG001 - every scheme is asked alike
    case: Case,
    value: Worked,  # noqa: ARG001 - what is passed on does not depend on how far the target was missed
    compared: Worked,  # noqa: ARG001 - as above
    base: Worked,  # noqa: ARG001 - nor on what is charged
) -> Worked:
    """The same amount, credit by credit: whose, how much, and what part of it."""
    terms: dict[str, Value] = {
        "passed": tuple((name, amount, part) for name, amount, part in case.miss.standing.passed)
    }
    return work("amount", "pass-through/1", terms, clause=case.level.clause)


@rule("pass-through/1")
def _pass_through(arguments: Mapping[str, Value]) -> Value:
    """The sum of the credits above, each by the part of it that is passed on."""
    rows = arguments["passed"]
    return sum(
        (
            number({"amount": row[1]}, "amount") * number({"part": row[2]}, "part")
            for row in (rows if isinstance(rows, tuple) else ())
            if isinstance(row, tuple)
        ),
        start=Fraction(0),
    )
