"""What some months cost whom, as tables for people.

Limits: figures are right-aligned and never broken; reasons stand under the row that they explain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from api.cli.settlement_view import print_credit_impact
from api.cli.tables import table
from api.cli.wording import amount_text, money_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from api.services.impact import Impact
    from domain.money import Money
    from settlement.impact_by import ImpactOver, Reasons

__all__ = ["print_impact"]

_AMOUNTS = ("Payable", "Recoverable", "Gap")


def print_impact(console: Console, impact: Impact, by: str) -> None:
    """The impact of some months by party, by SLA or by month, one table a currency."""
    span = impact.first.name if impact.first == impact.last else f"{impact.first.name} to {impact.last.name}"
    console.print(Text(span, "bold"))
    console.print()
    if not impact.by_currency:
        console.print(
            "No agreement carries credits in these months: nothing is owed, and nothing comes back."
        )
    for each in impact.by_currency:
        if by == "sla":
            _print_slas(console, each)
        elif by == "month":
            _print_months(console, each)
        else:
            print_credit_impact(console, each.whole)


def _print_slas(console: Console, over: ImpactOver) -> None:
    console.print(Text(f"Credit impact in {over.currency}, by SLA", "bold"))
    made = table("SLA", "Caused by", *_AMOUNTS, "Why it does not come back", right=_AMOUNTS)
    for sla in over.slas:
        if not (sla.payable or sla.parts):
            continue
        _row(made, Text(sla.agreement, "bold"), "", (sla.payable, sla.recoverable, sla.gap), ())
        for part in sla.parts:
            who = part.party or "the contracts"
            _row(made, "", who, (part.caused, part.recoverable, part.gap), part.reasons)
    made.add_section()
    whole = over.whole
    within = whole.recoverable - whole.over_recovery
    _row(made, Text("total", "bold"), "", (whole.payable, within, whole.payable - within), ())
    console.print(made)
    if whole.over_recovery:
        console.print(f"Beside it suppliers owe {money_text(whole.over_recovery)} beyond what they caused.")
    console.print()


def _print_months(console: Console, over: ImpactOver) -> None:
    console.print(Text(f"Credit impact in {over.currency}, by month, and for the year to date", "bold"))
    year = tuple(f"{name}, year" for name in _AMOUNTS)
    made = table("Month", *_AMOUNTS, *year, right=(*_AMOUNTS, *year))
    for each in over.months:
        month, so_far = each.impact, each.year_to_date
        amounts = (
            month.payable, month.recoverable, month.gap, so_far.payable, so_far.recoverable, so_far.gap,
        )  # fmt: skip
        made.add_row(each.month.name, *(amount_text(amount) for amount in amounts))
    made.add_section()
    whole = over.whole
    totals = (whole.payable, whole.recoverable, whole.gap)
    made.add_row(Text("total", "bold"), *(Text(amount_text(each), "bold") for each in totals), "", "", "")
    console.print(made)
    console.print()


def _row(made: Table, name: Text | str, who: str, amounts: tuple[Money, ...], reasons: Reasons) -> None:
    why = ", ".join(f"{code.value} {amount_text(amount)}" for code, amount in reasons)
    made.add_row(name, who, *(amount_text(amount) for amount in amounts), why)
