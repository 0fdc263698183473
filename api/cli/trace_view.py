"""A breach as a person follows it: who answers, along which path, on what evidence, and what it costs.

The problem: a vendor who is told "97 % of this was yours" asks what exactly happened when, under which contract, and
what would have been without it. All of that stands in the trace; here it is laid out to be read.

Example: ``print_breach(console, breach, settlement, in_full=True)`` is one section of ``privity trace``.

Limits: long lists of instants are cut at `MOST_INSTANTS` with a word on how many more there are; ``--json`` has all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from api.cli.tables import table
from api.cli.wording import (
    exact_text,
    instant_text,
    money_text,
    percent_texts,
    quantity_text,
    threshold_text,
    value_text,
)
from ola.responsibility import Reason, Responsibility, Trace, TraceInstant

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from settlement.results import Breach, CreditLine, GapReason, Settlement

__all__ = ["MOST_INSTANTS", "print_breach"]

MOST_INSTANTS = 40

_NOBODY = {
    Reason.MISALIGNED: "the contracts themselves",
    Reason.EXCUSED: "excused",
}


def print_breach(console: Console, breach: Breach, settlement: Settlement, *, in_full: bool) -> None:
    """One breach: a headline and who answers; ``in_full`` also paths, money, instants and what was absorbed."""
    attainment, trace = breach.attainment, breach.trace
    level = attainment.of.level
    headline = Text(f"{attainment.of.agreement.name} · {level.name} · {attainment.of.service}", style="bold")
    headline.append(f" · {attainment.period.name}", style="not bold")
    console.print(headline)
    console.print(Padding(_what_happened(breach), (0, 0, 0, 2)))
    console.print(Padding(_rows(breach, in_full=in_full), (0, 0, 0, 2)))
    if trace.note:
        console.print(Padding(Text(f"Note: {trace.note}"), (0, 0, 0, 2)))
    if in_full:
        _print_in_full(console, breach, settlement)
    console.print()


def _what_happened(breach: Breach) -> str:
    attainment = breach.attainment
    level = attainment.of.level
    kind = level.metric.kind
    near = None if attainment.threshold is None else attainment.threshold.value
    value = value_text(attainment.value, kind, near=near)
    clause = f" (clause {level.clause})" if level.clause else ""
    what = "down" if breach.trace.unit == "seconds" else "late"
    quantity = quantity_text(breach.trace.quantity, breach.trace.unit)
    return f"{value} against {threshold_text(attainment.threshold, kind)}{clause}: {quantity} {what}"


def _rows(breach: Breach, *, in_full: bool) -> Table:
    trace = breach.trace
    rows = trace.responsibilities
    names = [row.party or "" for row in rows]
    impact = percent_texts([row.impact_share for row in rows], names)
    money = percent_texts([row.credit_share for row in rows], names)
    has_credit = any(credit is not None for credit in breach.credits)
    columns = ["Who", "Through", "Held to", "Part", "Share"]
    if in_full:
        columns.append("Exactly")
    if has_credit:
        columns += ["Of the credit", "Credit"]
    columns.append("Without it")
    right = ("Part", "Share", "Of the credit", "Credit", "Without it", "Exactly")
    made = table(*columns, right=right)
    for i, row in enumerate(rows):
        cells = [
            _who(row),
            ", ".join(part.service for part in row.services) or "–",
            _held_to(row),
            quantity_text(row.quantity, trace.unit),
            impact[i],
        ]
        if in_full:
            cells.append("–" if row.impact_share is None else str(row.impact_share))
        if has_credit:
            credit = breach.credits[i]
            cells += [money[i], "–" if credit is None else money_text(credit)]
        cells.append(_without(row, breach))
        made.add_row(*cells)
    return made


def _who(row: Responsibility) -> str:
    if row.reason is Reason.CUSTOMER:
        return f"{row.party} (customer)"
    name = row.party or _NOBODY.get(row.reason, "nobody")
    return f"{name} ({row.cause})" if row.cause else name


def _held_to(row: Responsibility) -> str:
    if row.party is None:
        return "–"
    agreement = row.agreement or "no agreement"
    others = [name for name in row.answerables if name != row.party]
    return f"{agreement}, answers: {', '.join(others)}" if others else agreement


def _without(row: Responsibility, breach: Breach) -> str:
    """What the value would have been without the party, and whether the target then holds."""
    if row.value_without is None:
        return "–"
    attainment = breach.attainment
    near = None if attainment.threshold is None else attainment.threshold.value
    value = value_text(row.value_without, attainment.of.level.metric.kind, near=near)
    return f"{value} {'met' if row.is_necessary else 'missed'}"


def _print_in_full(console: Console, breach: Breach, settlement: Settlement) -> None:
    for title, lines in (
        ("Paths", list(_path_lines(breach.trace))),
        ("But for, and alone", list(_causal_lines(breach.trace))),
        ("Money", list(_money_lines(breach, settlement))),
        ("Absorbed, and therefore without a share", list(_absorbed_lines(breach.trace))),
    ):
        if lines:
            console.print(Text(f"  {title}", style="bold"))
            for line in lines:
                console.print(Padding(line, (0, 0, 0, 4)))
    if breach.trace.instants:
        console.print(Text("  Evidence, in UTC", style="bold"))
        console.print(Padding(_instants(breach.trace), (0, 0, 0, 4)))
        hidden = len(breach.trace.instants) - MOST_INSTANTS
        if hidden > 0:
            console.print(f"    and {hidden:,} more; --json has them all")


def _path_lines(trace: Trace) -> Iterator[str]:
    for row in trace.responsibilities:
        for path in row.paths:
            yield f"{_who(row)}: {' → '.join(path)}"


def _causal_lines(trace: Trace) -> Iterator[str]:
    for row in trace.responsibilities:
        if row.party is None:
            continue
        needed = "necessary" if row.is_necessary else "not necessary"
        meaning = (
            "without it the target would have been met"
            if row.is_necessary
            else "the target was missed anyway"
        )
        enough = "sufficient" if row.is_sufficient else "not sufficient"
        alone = "alone it would have missed the target" if row.is_sufficient else "alone it would not have"
        yield f"{_who(row)}: {needed} ({meaning}), {enough} ({alone})"


def _money_lines(breach: Breach, settlement: Settlement) -> Iterator[str]:
    line = _credit_line(breach, settlement)
    if line is None:
        yield "This level carries no credit, or none fell due."
        return
    if line.percent is not None and line.base is not None:
        of = f" ({exact_text(line.percent)} % of {money_text(line.base)}, scheme {line.scheme})"
    else:
        of = f" (scheme {line.scheme})"
    yield f"Credit {money_text(line.amount)}{of}; after the agreement's remedies {money_text(line.net)}"
    if breach.trace.money_follows != "credit":
        yield f"The money follows the division by {breach.trace.money_follows}"
    for party, reason in _gap_reasons(breach, settlement):
        who = party or "the contracts themselves"
        yield f"{who}: {money_text(reason.amount)} not recovered, {reason.code.value}: {reason.explanation}"


def _credit_line(breach: Breach, settlement: Settlement) -> CreditLine | None:
    """The line of the statement that this breach gave rise to."""
    wanted = breach.attainment.of.order()
    for statement in settlement.statements:
        for line in statement.lines:
            if line.of.order() == wanted:
                return line
    return None


def _gap_reasons(breach: Breach, settlement: Settlement) -> Iterator[tuple[str | None, GapReason]]:
    """What of this breach's credit is not recovered from whom, and why."""
    wanted = breach.attainment.of.order()
    for impact in settlement.credit_impact:
        for party in impact.parties:
            for reason in party.reasons:
                if (reason.agreement, reason.service_level, reason.service) == wanted:
                    yield party.party, reason


def _absorbed_lines(trace: Trace) -> Iterator[str]:
    for part in trace.absorbed:
        yield f"{part.service} ({part.party}): {quantity_text(part.quantity, trace.unit)}"


def _instants(trace: Trace) -> Table:
    by_ticket = any(instant.ticket for instant in trace.instants)
    columns = ["Ticket"] if by_ticket else []
    made = table(*columns, "From", "To", "Causes", whole=("Ticket", "From", "To"))
    for instant in trace.instants[:MOST_INSTANTS]:
        cells = [instant.ticket or ""] if by_ticket else []
        made.add_row(
            *cells, instant_text(instant.start), instant_text(instant.end), _causes(instant, trace.unit)
        )
    return made


def _causes(instant: TraceInstant, unit: str) -> str:
    texts = percent_texts(
        [cause.share for cause in instant.causes], [cause.service for cause in instant.causes]
    )
    words = []
    for cause, share in zip(instant.causes, texts, strict=True):
        who = f"{cause.service} ({cause.party})" if cause.party else cause.service
        excused = f", excused: {cause.excused}" if cause.excused else ""
        words.append(f"{who} {quantity_text(cause.quantity, unit)}, {share}{excused}")
    return "; ".join(words) or "–"
