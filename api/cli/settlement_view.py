"""A settled period as a person reads it: what was kept, what was broken, who answers, and what it costs whom.

The problem: a month of a service provider is dozens of promises, and a reader wants the sentence first, the misses
next, and the money to the penny. So the overview comes first, then one section a question, each with its totals.

Example: ``print_settlement(console, settlement)`` is what ``privity settle`` prints without ``--json``.

Limits: long lists of findings and quarantined rows are cut with a word on how many more there are; ``--json`` and
``privity check`` have them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from api.cli.rights_view import print_rights
from api.cli.tables import indented, status_text, table
from api.cli.trace_view import print_breach
from api.cli.wording import (
    amount_text,
    exact_text,
    margin_text,
    money_text,
    threshold_text,
    value_text,
    why_text,
)
from api.shapes.settlement import ordered_attainments, ordered_breaches, ordered_findings, ordered_statements
from domain.attainment import AttainmentStatus
from domain.findings import Severity
from domain.measure.judging import minimum_of, misses_minimum

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from domain.attainment import Attainment
    from domain.evidence import QuarantinedRow
    from domain.findings import Finding
    from settlement.results import CreditImpact, CreditLine, PartyImpact, Settlement, Statement

__all__ = [
    "counted_statuses",
    "print_credit_impact",
    "print_findings",
    "print_quarantine",
    "print_settlement",
]

_MOST_FINDINGS = 20
_MOST_QUARANTINED = 10
_MOST_WITHOUT_A_TABLE = 20
_STATUS_WORDS = {
    AttainmentStatus.MET: "met",
    AttainmentStatus.MISSED: "missed",
    AttainmentStatus.NO_DATA: "without data",
    AttainmentStatus.NOT_DUE: "not due",
}
_SEVEREST_FIRST = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def print_settlement(console: Console, settlement: Settlement) -> None:
    """Everything that a settlement says, in the order in which a person asks."""
    _print_overview(console, settlement)
    _print_attainments(console, settlement)
    if settlement.breaches:
        _print_title(console, "Breaches, and who answers")
        for breach in ordered_breaches(settlement):
            print_breach(console, breach)
    _print_statements(console, settlement)
    for impact in sorted(settlement.credit_impact, key=lambda impact: impact.currency):
        print_credit_impact(console, impact)
    print_rights(console, settlement.rights)
    print_findings(console, settlement.findings, at_most=_MOST_FINDINGS)
    print_quarantine(console, settlement.quarantine, at_most=_MOST_QUARANTINED)


def counted_statuses(attainments: Sequence[Attainment]) -> str:
    """How many service levels there are, and of which status: "3 service levels: 1 met, 2 missed."."""
    counts = Counter(attainment.status for attainment in attainments)
    parts = [f"{counts[status]:,} {word}" for status, word in _STATUS_WORDS.items() if counts[status]]
    many = len(attainments)
    levels = "1 service level" if many == 1 else f"{many:,} service levels"
    return f"{levels}{': ' if parts else ''}{', '.join(parts)}."


def print_findings(
    console: Console,
    findings: Sequence[Finding],
    *,
    at_most: int | None = None,
    of_each: int | None = None,
    has_all: str = "--json has them all",
) -> None:
    """Findings, the severest first: where, what, and what would cure it.

    ``at_most`` in all, and ``of_each`` code; of more there is a table first of how many there are of each code, and
    at the end a word on how many are not shown and where they are (``has_all``).
    """
    if not findings:
        return
    _print_title(console, "Findings")
    ordered = sorted(ordered_findings(findings), key=lambda finding: _SEVEREST_FIRST[finding.severity])
    if len(ordered) > _MOST_WITHOUT_A_TABLE:
        _print_counts(console, ordered)
    told: Counter[tuple[Severity, str]] = Counter()
    hidden: Counter[str] = Counter()
    for number, finding in enumerate(ordered):
        kind = (finding.severity, finding.code)
        if (at_most is not None and number >= at_most) or (of_each is not None and told[kind] >= of_each):
            hidden[finding.code] += 1
            continue
        told[kind] += 1
        place = " · ".join(
            part for part in (finding.agreement, finding.service_level, finding.service) if part
        )
        head = status_text(finding.severity.value).append(f" {finding.code}", style="bold not red not yellow")
        console.print(head.append(f"  {place}", style="not bold") if place else head)
        console.print(indented(finding.message, 4))
        known = {finding.agreement, finding.service_level, f"{finding.agreement} {finding.service_level}"}
        cited = [clause for clause in finding.clauses if clause not in known]
        if cited:
            console.print(indented(f"Clauses: {'; '.join(cited)}", 4))
        if finding.cure:
            console.print(indented(f"→ {finding.cure}", 4))
    if hidden:
        rest = ", ".join(f"{count:,} {code}" for code, count in sorted(hidden.items()))
        console.print(f"… and {hidden.total():,} more ({rest}); {has_all}")
    console.print()


def _print_counts(console: Console, findings: Sequence[Finding]) -> None:
    """How many findings there are of each code, the severest first, and how many agreements they are about."""
    counts = table("Severity", "Code", "Findings", "Agreements", right=("Findings", "Agreements"))
    about: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        about.setdefault((finding.severity, finding.code), []).append(finding)
    ordered = sorted(about, key=lambda kind: (_SEVEREST_FIRST[kind[0]], -len(about[kind]), kind[1]))
    for severity, code in ordered:
        alike = about[severity, code]
        agreements = len({each.agreement for each in alike if each.agreement is not None})
        counts.add_row(status_text(severity.value), code, f"{len(alike):,}", f"{agreements:,}")
    console.print(counts)
    console.print()


def print_quarantine(console: Console, rows: Sequence[QuarantinedRow], *, at_most: int | None = None) -> None:
    """The rows that could not be read, with file, line and reason."""
    if not rows:
        return
    many = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
    _print_title(console, f"Quarantine: {many} of evidence could not be read and changed nothing")
    ordered = sorted(rows, key=lambda row: (row.file, row.line, row.reason))
    for row in ordered[:at_most]:
        console.print(f"{row.file}:{row.line}  {row.reason}")
    if at_most is not None and len(ordered) > at_most:
        console.print(f"… and {len(ordered) - at_most:,} more; --json has them all")
    console.print()


def _print_title(console: Console, title: str) -> None:
    console.print(Text(title, style="bold underline"))
    console.print()


def _print_overview(console: Console, settlement: Settlement) -> None:
    console.print(Text(f"{settlement.period.name}, as known on {settlement.as_of.isoformat()}", style="bold"))
    console.print(counted_statuses(settlement.attainments))
    for impact in sorted(settlement.credit_impact, key=lambda impact: impact.currency):
        console.print(
            f"Payable to customers {money_text(impact.payable)}, recoverable {money_text(impact.recoverable)}, "
            f"gap {money_text(impact.gap)}."
        )
    console.print()


def _print_attainments(console: Console, settlement: Settlement) -> None:
    if not settlement.attainments:
        return
    _print_title(console, "Service levels")
    several = len({attainment.period for attainment in settlement.attainments}) > 1
    right = ("Target", "Value", "Margin")
    made = table(
        "Promise", *(["Period"] if several else []), *right, "Status", right=right, whole=("Status", "Period")
    )
    agreement = owed_by = ""
    for attainment in sorted(ordered_attainments(settlement), key=_by_who_owes):
        of, kind = attainment.of, attainment.of.level.metric.kind
        if of.agreement.name != agreement:
            agreement, owed_by = of.agreement.name, of.agreement.provider
            made.add_row(Text(agreement, style="bold"))
        if of.owed_by != owed_by:
            # The consumer's own performance stands beside the provider's, and is told apart from it (3.4).
            owed_by = of.owed_by
            whose = "all customers" if owed_by == "*" else owed_by
            made.add_row(indented(f"duties of {whose}", 1))
        near = None if attainment.threshold is None else attainment.threshold.value
        made.add_row(
            indented(" · ".join(part for part in (of.level.name, of.service, of.customer) if part), 2),
            *([attainment.period.name] if several else []),
            threshold_text(attainment.threshold, kind),
            value_text(attainment.value, kind, near=near),
            margin_text(attainment),
            _status_words(attainment),
        )
    console.print(made)
    console.print()


def _by_who_owes(attainment: Attainment) -> tuple[str, bool]:
    """The levels of an agreement, then the duties of its consumer."""
    of = attainment.of
    return (of.agreement.name, of.owed_by != of.agreement.provider)


def _status_words(attainment: Attainment) -> Text:
    """The status, and under it the minimum where the contract has one and it was missed too."""
    words = status_text(attainment.status.value)
    minimum = minimum_of(attainment)
    if minimum is not None and misses_minimum(attainment):
        words.append(
            f"\nminimum {threshold_text(minimum, attainment.of.level.metric.kind)}", style="not bold"
        )
    return words


def _print_statements(console: Console, settlement: Settlement) -> None:
    statements = ordered_statements(settlement)
    if not statements:
        return
    _print_title(console, "Statements")
    right = ("Credit", "Amount", "Net")
    made = table("Statement", *right, "Claim by", right=right, whole=("Claim by",))
    for statement in statements:
        if statement.lines or statement.bonuses:
            _add_statement(made, statement)
    if made.row_count:
        console.print(made)
        console.print()
    if nothing := [statement.agreement for statement in statements if not statement.lines]:
        console.print(f"No credit is due under {', '.join(sorted(set(nothing)))}.")
        console.print()


def _add_statement(made: Table, statement: Statement) -> None:
    claim = "" if statement.claim_by is None else statement.claim_by.isoformat()
    if statement.is_claim_missed:
        claim += "\nmissed"
    heading = Text(statement.agreement, style="bold")
    heading.append(f"\n{statement.provider} owes {statement.consumer}", style="not bold dim")
    made.add_row(
        heading, "", Text(money_text(statement.gross), "bold"), Text(money_text(statement.net), "bold"), claim
    )
    for line in statement.lines:
        made.add_row(
            indented(f"{line.of.level.name} · {line.of.service}", 2),
            _credit_words(line),
            amount_text(line.amount),
            amount_text(line.net),
        )
    for line in statement.bonuses:
        made.add_row(
            indented(f"{line.of.level.name} · {line.of.service}, bonus owed to {statement.provider}", 2),
            _credit_words(line),
            amount_text(line.amount),
            "",
        )


def _credit_words(line: CreditLine) -> str:
    if line.percent is None or line.base is None:
        return line.scheme
    return f"{exact_text(line.percent)} % of {amount_text(line.base)}"


def print_credit_impact(console: Console, impact: CreditImpact) -> None:
    """Both sides of the money in one currency, party by party, and why what was caused does not come back."""
    _print_title(console, f"Credit impact in {impact.currency}: what each caused, and what it owes back")
    right = ("Caused", "Recoverable", "Internal", "Gap", "Over-recovery")
    made = table("Party", *right, right=right)
    parties = sorted(impact.parties, key=lambda party: (party.party is None, party.party or ""))
    for party in parties:
        amounts = (party.caused, party.recoverable, party.internal, party.gap, party.over_recovery)
        if any(amounts):
            made.add_row(party.party or "the contracts", *(amount_text(amount) for amount in amounts))
    totals = (impact.payable, impact.recoverable, impact.internal, impact.gap, impact.over_recovery)
    made.add_section()
    made.add_row(Text("total", "bold"), *(Text(amount_text(total), "bold") for total in totals))
    console.print(made)
    console.print()
    _print_gap(console, parties)


def _print_gap(console: Console, parties: Sequence[PartyImpact]) -> None:
    """Why what was caused is not recovered, a row a reason."""
    made = table(
        "Why there is a gap", "Reason", "Amount", "Of which credit", right=("Amount",), whole=("Reason",)
    )
    for party in parties:
        who = party.party or "the contracts"
        for reason in party.reasons:
            words = " · ".join(
                part for part in (reason.agreement, reason.service_level, reason.service) if part
            )
            text = "\n".join(part for part in (words, why_text(reason.explanation)) if part)
            made.add_row(who, reason.code.value, amount_text(reason.amount), text)
            who = ""
    if made.row_count:
        console.print(made)
        console.print()
