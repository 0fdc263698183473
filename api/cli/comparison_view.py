"""Two settlements side by side, as a person reads them: the promises first, then who answers, then the money.

Example: ``print_comparison(console, comparison)`` is what ``privity what-if`` prints without ``--json``.

Limits: only what differs is shown; ``--json`` has all figures of both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from api.cli.settlement_view import print_findings
from api.cli.tables import indented, status_text, table
from api.cli.trace_view import print_breach
from api.cli.wording import amount_text, instant_text, money_text, quantity_text, threshold_text, value_text
from domain.agreements import AgreementType
from settlement.comparing import Change

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from rich.console import Console

    from domain.attainment import Attainment
    from settlement.comparing import Comparison, ImpactChange, MoneyChange, RightChange
    from settlement.results import RightStatus
    from settlement.supposed_evidence import SupposedOutage
    from settlement.supposing import OutageSimulation
    from settlement.what_if import WhatIf

__all__ = ["print_comparison", "print_outage_simulation", "print_what_if"]

_WORDS = {
    Change.NEWLY_MISSED: "newly missed",
    Change.NO_LONGER_MISSED: "no longer missed",
    Change.WORSE: "worse",
    Change.BETTER: "better",
    Change.ADDED: "added",
    Change.REMOVED: "removed",
    Change.OTHER: "other",
}
_MOST_OUTAGES = 20
_STYLES = {Change.NEWLY_MISSED: "bold red", Change.NO_LONGER_MISSED: "green"}


def print_outage_simulation(console: Console, simulation: OutageSimulation) -> None:
    """A supposed outage: how far it reaches, which promises it breaks, who answers, and what it costs whom."""
    outage = simulation.outage
    cause = f" (cause: {outage.cause})" if outage.cause else ""
    console.print(Text(f"If {outage.service} failed {_span(outage)}{cause}", style="bold"))
    if simulation.down:
        console.print("down with it:")
        for each in simulation.down:
            console.print(indented(f"{each.service}  {_span(each)}", 2))
    else:
        console.print("No other service would be down more than it was.")
    if simulation.absorbed:
        console.print(f"would stay up: {', '.join(simulation.absorbed)}")
    console.print()
    print_comparison(console, simulation.comparison)


def print_what_if(console: Console, replaced: Sequence[str], added: Sequence[str], found: WhatIf) -> None:
    """A period under changed contracts: what was changed, what monitors would have recorded, and the difference."""
    if replaced:
        console.print(Text(f"Changed: {', '.join(replaced)}", style="bold"))
    if added:
        console.print(Text(f"Added: {', '.join(added)}", style="bold"))
    for words, outages in (
        ("would not have been recorded", found.unrecorded),
        ("would have been recorded besides", found.recorded),
    ):
        if outages:
            console.print(f"Outages that {words} under the changed chain:")
        for each in outages[:_MOST_OUTAGES]:
            console.print(indented(f"{each.service}  {_span(each)}", 2))
        if len(outages) > _MOST_OUTAGES:
            console.print(f"  … and {len(outages) - _MOST_OUTAGES:,} more; --json has them all")
    console.print()
    print_comparison(console, found.comparison)


def print_comparison(console: Console, comparison: Comparison) -> None:
    """What differs between what was and what would have been."""
    months = ", ".join(month.name for month in comparison.months)
    newly, no_longer = comparison.of(Change.NEWLY_MISSED), comparison.of(Change.NO_LONGER_MISSED)
    console.print(
        f"{months}, as known on {comparison.after.as_of.isoformat()}: {len(newly)} newly missed, "
        f"{len(no_longer)} no longer missed, {len(comparison.attainments) - len(newly) - len(no_longer)} otherwise "
        f"changed, {comparison.same} the same."
    )
    for impact in comparison.impacts:
        console.print(
            f"Payable to customers {_words(impact.payable)}, recoverable {_words(impact.recoverable)}, "
            f"gap {_words(impact.gap)}."
        )
    console.print()
    _print_attainments(console, comparison)
    breaches = [each.breach for each in comparison.attainments if each.breach is not None]
    answered = [each for each in breaches if each.attainment.of.agreement.type is AgreementType.SLA]
    if answered:
        _title(console, "Who would answer")
        for breach in answered:
            print_breach(console, breach)
    _print_statements(console, comparison)
    for impact in comparison.impacts:
        _print_impact(console, impact)
    _print_rights(console, comparison.rights)
    if comparison.appeared:
        console.print("New findings:")
        print_findings(console, comparison.appeared)
    if comparison.gone:
        codes = ", ".join(sorted({each.code for each in comparison.gone}))
        many = "1 finding" if len(comparison.gone) == 1 else f"{len(comparison.gone)} findings"
        console.print(f"{many} of before would be gone ({codes}).")


def _title(console: Console, title: str) -> None:
    console.print(Text(title, style="bold underline"))
    console.print()


def _span(outage: SupposedOutage) -> str:
    from fractions import Fraction

    length = quantity_text(Fraction(outage.end - outage.start, 1_000_000), "seconds")
    return f"from {instant_text(outage.start)} to {instant_text(outage.end)} UTC, {length}"


def _words(change: MoneyChange) -> str:
    return (
        f"{money_text(change.after)} instead of {money_text(change.before)}"
        if change
        else money_text(change.after)
    )


def _print_attainments(console: Console, comparison: Comparison) -> None:
    if not comparison.attainments:
        return
    _title(console, "Service levels that would be otherwise")
    right = ("Was", "Would be")
    made = table("Promise", "Period", "Target", *right, "", right=right, whole=("Period",))
    agreement = ""
    for each in comparison.attainments:
        of = each.attainment.of
        if of.agreement.name != agreement:
            agreement = of.agreement.name
            made.add_row(Text(agreement, style="bold"))
        made.add_row(
            indented(" · ".join(part for part in (of.level.name, of.service, of.customer) if part), 2),
            each.attainment.period.name,
            _target(each.before, each.after),
            _value(each.before),
            _value(each.after),
            Text(_WORDS[each.change], style=_STYLES.get(each.change, "")),
        )
    console.print(made)
    console.print()


def _target(before: Attainment | None, after: Attainment | None) -> str:
    texts = [
        threshold_text(each.threshold, each.of.level.metric.kind)
        for each in (before, after)
        if each is not None
    ]
    return texts[0] if len(set(texts)) == 1 else " → ".join(texts)


def _value(each: Attainment | None) -> str:
    if each is None:
        return "–"
    near: Fraction | None = None if each.threshold is None else each.threshold.value
    return value_text(each.value, each.of.level.metric.kind, near=near)


def _print_statements(console: Console, comparison: Comparison) -> None:
    if not comparison.statements:
        return
    _title(console, "Statements that would be otherwise")
    right = ("Was", "Would be", "Difference")
    made = table("Statement", "Period", *right, right=right, whole=("Period",))
    for each in comparison.statements:
        heading = Text(each.agreement, style="bold")
        heading.append(f"\n{each.provider} owes {each.consumer}", style="not bold dim")
        made.add_row(heading, each.period.name, *_amounts(each.net))
    console.print(made)
    console.print()


def _amounts(change: MoneyChange) -> tuple[str, str, str]:
    return amount_text(change.before), amount_text(change.after), amount_text(change.difference)


def _print_impact(console: Console, impact: ImpactChange) -> None:
    if not impact.parties:
        return
    _title(console, f"Credit impact in {impact.currency}: how much more each would cause and owe back")
    right = ("Caused", "Recoverable", "Internal", "Gap", "Over-recovery")
    made = table("Party", *right, right=right)
    for party in impact.parties:
        changes = (party.caused, party.recoverable, party.internal, party.gap, party.over_recovery)
        made.add_row(party.party or "the contracts", *(amount_text(each.difference) for each in changes))
    made.add_section()
    totals = (impact.payable, impact.recoverable, impact.internal, impact.gap, impact.over_recovery)
    made.add_row(Text("total", "bold"), *(Text(amount_text(each.difference), "bold") for each in totals))
    console.print(made)
    console.print()


def _print_rights(console: Console, rights: Sequence[RightChange]) -> None:
    if not rights:
        return
    _title(console, "Rights to terminate that would stand otherwise")
    made = table("Right", "Was", "Would be")
    for each in rights:
        made.add_row(f"{each.agreement} · {each.name}", _status(each.before), _status(each.after))
    console.print(made)
    console.print()


def _status(right: RightStatus | None) -> Text:
    if right is None:
        return Text("–")
    words = status_text(right.status.value)
    if right.exercisable_until is not None:
        words.append(f" until {right.exercisable_until.isoformat()}", style="not bold")
    return words
