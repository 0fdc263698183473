"""A breach as a person follows it: who answers, along which path, on what evidence, and what it costs.

The problem: a vendor who is told "97 % of this was yours" asks what exactly happened when, under which contract, and
what would have been without it. All of that stands in the trace; here it is laid out to be read.

Example: ``print_breach_in_full(console, breach, settlement)`` is one section of ``privity trace``; ``print_breach`` is
the few lines that ``privity settle`` has room for.

Limits: long lists of instants are cut at `MOST_INSTANTS` with a word on how many more there are; ``--json`` has all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from api.cli.tables import indented, table
from api.cli.wording import (
    amount_text,
    exact_text,
    instant_text,
    money_text,
    percent_texts,
    quantity_text,
    threshold_text,
    value_text,
    why_text,
)
from ola.responsibility import Reason, Responsibility, Trace, TraceInstant

if TYPE_CHECKING:
    from fractions import Fraction

    from rich.console import Console
    from rich.table import Table

    from settlement.results import Breach, CreditLine, GapReason, Settlement

__all__ = ["MOST_INSTANTS", "print_breach", "print_breach_in_full"]

MOST_INSTANTS = 40

_NOBODY = {Reason.MISALIGNED: "the contracts themselves", Reason.EXCUSED: "excused"}


def print_breach(console: Console, breach: Breach) -> None:
    """One breach in short: a headline, what happened, and a row for each who answers."""
    _print_headline(console, breach)
    trace = breach.trace
    rows = trace.responsibilities
    shares = percent_texts([row.impact_share for row in rows], [row.party or "" for row in rows])
    currencies = {credit.currency for credit in breach.credits if credit is not None}
    credit_column = [f"Credit {currency}" for currency in sorted(currencies)]
    right = ("Part", "Share", *credit_column, "Without it")
    made = table("Who answers", *right, right=right)
    for row, share, credit in zip(rows, shares, breach.credits, strict=True):
        money = [] if not currencies else ["–" if credit is None else amount_text(credit)]
        who = Text(_who(row)).append(_through(row), style="dim")
        made.add_row(who, quantity_text(row.quantity, trace.unit), share, *money, _without(row, breach))
    console.print(indented(made, 2))
    if trace.note:
        console.print(indented(trace.note, 2))
    console.print()


def print_breach_in_full(console: Console, breach: Breach, settlement: Settlement) -> None:
    """One breach with everything that its trace knows."""
    _print_headline(console, breach)
    trace = breach.trace
    console.print()
    for row, lines in zip(trace.responsibilities, _row_lines(breach), strict=True):
        console.print(Text(f"  {_who(row)}", style="bold"), Text(_through(row).strip()))
        for line in lines:
            console.print(indented(line, 6))
    _print_section(console, "Relief", _relief_lines(trace))
    _print_section(console, "Money", _money_lines(breach, settlement))
    _print_section(console, "Absorbed, and therefore without a share", _absorbed_lines(trace))
    if trace.instants:
        console.print()
        console.print(Text("  Evidence, in UTC", style="bold"))
        console.print(indented(_instants(trace), 4))
        hidden = len(trace.instants) - MOST_INSTANTS
        if hidden > 0:
            console.print(f"    and {hidden:,} more; --json has them all")
    if trace.note:
        console.print(indented(trace.note, 2))
    console.print()


_WHAT = {"availability": "down", "within": "late", "onTime": "beyond the target", "outageCount": "counted"}
"""What the quantity of a trace is, by the metric."""


def _print_headline(console: Console, breach: Breach) -> None:
    attainment, trace = breach.attainment, breach.trace
    level, kind = attainment.of.level, attainment.of.level.metric.kind
    headline = Text(f"{attainment.of.agreement.name} · {level.name} · {attainment.of.service}", style="bold")
    console.print(headline.append(f" · {attainment.period.name}", style="not bold"))
    value = value_text(attainment.value, kind, near=_target(breach))
    clause = f" (clause {level.clause})" if level.clause else ""
    what = _WHAT.get(kind, "beyond the target")
    quantity = f"{quantity_text(trace.quantity, trace.unit)} {what}"
    console.print(
        indented(f"{value} against {threshold_text(attainment.threshold, kind)}{clause}: {quantity}", 2)
    )


def _target(breach: Breach) -> Fraction | None:
    threshold = breach.attainment.threshold
    return None if threshold is None else threshold.value


def _who(row: Responsibility) -> str:
    if row.reason is Reason.CUSTOMER:
        return f"{row.party} (the customer itself)"
    name = row.party or _NOBODY.get(row.reason, "nobody")
    return f"{name}: {row.cause}" if row.cause else name


def _through(row: Responsibility) -> str:
    """Through which services, under which contract, and who can be held to it if that is somebody else."""
    parts = [", ".join(part.service for part in row.services)] if row.services else []
    if row.party is not None and row.reason is not Reason.CUSTOMER:
        parts.append(row.agreement or "no agreement")
    if others := [name for name in row.answerables if name != row.party]:
        parts.append(f"{', '.join(others)} answers")
    return f" {', '.join(parts)}" if parts else ""


def _without(row: Responsibility, breach: Breach) -> str:
    """What the value would have been without the party, and whether the target would have held."""
    if row.value_without is None:
        return "–"
    value = value_text(row.value_without, breach.attainment.of.level.metric.kind, near=_target(breach))
    return f"{value} {'met' if row.is_necessary else 'missed'}"


def _row_lines(breach: Breach) -> Iterator[list[str]]:
    """For each row: its part, its money, whether it was necessary and sufficient, and its paths."""
    trace = breach.trace
    rows = trace.responsibilities
    names = [row.party or "" for row in rows]
    impact = percent_texts([row.impact_share for row in rows], names)
    money = percent_texts([row.credit_share for row in rows], names)
    for i, row in enumerate(rows):
        quantity = quantity_text(row.quantity, trace.unit)
        whole = quantity_text(trace.quantity, trace.unit)
        lines = [f"{quantity} excused; it has no share"]
        if row.impact_share is not None:
            lines = [f"part: {quantity} of {whole}, {impact[i]} (exactly {row.impact_share})"]
        credit = breach.credits[i]
        if row.credit_share is not None and credit is not None:
            lines.append(f"credit: {money_text(credit)}, {money[i]} (exactly {row.credit_share})")
        if row.party is not None:
            lines.append(f"but for it: {_without(row, breach)}, so it was {_necessary(row)}")
            lines.append(f"it alone: {_sufficient(row)}")
        lines += [f"path: {' → '.join(path)}" for path in row.paths if len(path) > 1]
        yield lines


def _necessary(row: Responsibility) -> str:
    return "necessary" if row.is_necessary else "not necessary"


def _sufficient(row: Responsibility) -> str:
    if row.is_sufficient:
        return "would have missed the target, so it was sufficient"
    return "would not have missed the target, so it was not sufficient"


def _print_section(console: Console, title: str, lines: Iterable[str]) -> None:
    for i, line in enumerate(lines):
        if i == 0:
            console.print()
            console.print(Text(f"  {title}", style="bold"))
        console.print(indented(line, 4))


def _relief_lines(trace: Trace) -> Iterator[str]:
    """Each excuse: what it takes off, what it relieves, and how its notice stands."""
    for excuse in trace.excuses:
        who = f"{excuse.kind.value} {excuse.name}" if excuse.name else f"{excuse.kind.value} by cause"
        clause = f", clause {excuse.clause}" if excuse.clause else ""
        said = f"{who} ({excuse.cause}{clause}): {quantity_text(excuse.quantity, trace.unit)}"
        if excuse.status is not None:
            said += f"; {excuse.status}, of {', '.join(excuse.effects)}"
        if excuse.deadline is not None:
            how = "late" if excuse.is_late else "in time"
            given = (
                "no notice"
                if excuse.notice_given is None
                else f"notified {instant_text(excuse.notice_given)}"
            )
            said += f"; {given}, due by {excuse.deadline.isoformat()}: {how}{', so void' if excuse.is_void else ''}"
        yield said


def _money_lines(breach: Breach, settlement: Settlement) -> Iterator[str]:
    line = _credit_line(breach, settlement)
    if line is None:
        yield "This level carries no credit, or none fell due."
        return
    terms = f"scheme {line.scheme}"
    if line.percent is not None and line.base is not None:
        terms = f"{exact_text(line.percent)} % of {money_text(line.base)}, {terms}"
    yield f"credit {money_text(line.amount)} ({terms}); after the agreement's remedies {money_text(line.net)}"
    if breach.trace.money_follows != "credit":
        yield f"the money follows the division by {breach.trace.money_follows}"
    for party, reason in _gap_reasons(breach, settlement):
        who = party or "the contracts themselves"
        yield f"{who}: {money_text(reason.amount)} not recovered, {reason.code.value}: {why_text(reason.explanation)}"


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
    tickets = ["Ticket"] if any(instant.ticket for instant in trace.instants) else []
    made = table(*tickets, "From", "To", "Causes", whole=("Ticket", "From", "To"))
    for instant in trace.instants[:MOST_INSTANTS]:
        ticket = [instant.ticket or ""] if tickets else []
        made.add_row(
            *ticket, instant_text(instant.start), instant_text(instant.end), _causes(instant, trace.unit)
        )
    return made


def _causes(instant: TraceInstant, unit: str) -> str:
    causes = instant.causes
    texts = percent_texts([cause.share for cause in causes], [cause.service for cause in causes])
    words = []
    for cause, share in zip(causes, texts, strict=True):
        who = f"{cause.service} ({cause.party})" if cause.party else cause.service
        excused = f", excused: {cause.excused}" if cause.excused else ""
        words.append(f"{who} {quantity_text(cause.quantity, unit)}, {share}{excused}")
    moved = [] if instant.moved_to is None else [f"its date moved to {instant_text(instant.moved_to)}"]
    return "; ".join((*(words or ["nobody broke a promise"]), *moved))
