"""A dossier on paper: rights first, then breaches with who answers, money, relief, what is due, and the evidence.

The problem: whoever decides to end a contract reads paper, and whoever disputes that asks for the proof of each line.
Every line says its clause, and the numbers (E1, E2, …) of the rows of evidence it rests on, listed at the end with
their file and line.

Example: ``dossier_pdf(gathered)`` gives the same bytes whenever it is made: it is dated by its as-of date.

Limits: figures are shortened for people; the JSON form has them exactly.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from api.cli.wording import instant_text, money_text, quantity_text, threshold_text, value_text
from api.consequence_words import consequence_words
from api.printing.paper import Paper
from domain.instants import as_datetime, instant
from domain.life import Signature
from domain.termination.standing import TerminationStatus

if TYPE_CHECKING:
    from api.services.dossier import Cited, Gathered
    from settlement.dossier import RightInFull
    from settlement.results import Breach

__all__ = ["dossier_pdf"]


def dossier_pdf(gathered: Gathered) -> bytes:
    """The dossier as a PDF."""
    dossier = gathered.dossier
    made = instant(datetime.combine(dossier.as_of, time(), UTC))
    paper = Paper(f"Dossier of {dossier.subject} as of {dossier.as_of.isoformat()}", made)
    paper.paragraph(f"Months {dossier.months[0].name} to {dossier.months[-1].name}.")
    for each in dossier.agreements:
        title = (
            f"{each.name} (version {each.version}): {each.title}" if each.title != each.name else each.name
        )
        paper.paragraph(title, is_bold=True)
        paper.paragraph(
            f"{each.type.value} of {each.provider} with {each.consumer} on {', '.join(each.services) or 'its parts'}, "
            f"{each.first} to {each.last}."
        )
        for one in each.contacts:
            told = ", ".join(part for part in (one.name, one.email, one.phone) if part)
            paper.paragraph(f"{one.role}: {told}")
    _rights(paper, gathered)
    _breaches(paper, gathered, "Breaches", dossier.breaches, "No target was missed.")
    if dossier.party is not None:
        _breaches(
            paper,
            gathered,
            f"Breaches of other agreements in which {dossier.party} has a part",
            dossier.caused,
            "None.",
        )
    _money(paper, gathered)
    _reliefs(paper, gathered)
    _acts(paper, gathered)
    _evidence(paper, gathered)
    return paper.bytes()


_MAY_END = frozenset({TerminationStatus.EXERCISABLE, TerminationStatus.EXERCISED, TerminationStatus.CURING})
"""Of these it is told what would follow, or follows; of the others the JSON form tells it."""


def _end_words(right: RightInFull) -> str:
    verb = "ends" if right.status.status is TerminationStatus.EXERCISED else "would end"
    if right.consequence.is_partial:
        return f"{', '.join(right.consequence.services)} {verb} under the agreement on"
    return f"the agreement {verb} on"


def _rights(paper: Paper, gathered: Gathered) -> None:
    paper.heading("Rights to terminate")
    if not gathered.dossier.rights:
        paper.paragraph("None.")
    for each in gathered.dossier.rights:
        right = each.status
        clause = f", clause {right.clause}" if right.clause else ""
        paper.paragraph(f"{right.agreement} · {right.name}{clause}: {right.status.value}", is_bold=True)
        for label, day in (
            ("accrued on", right.accrued), ("curing until", right.curing_until),
            ("can be exercised until", right.exercisable_until), (_end_words(each), right.earliest_end),
        ):  # fmt: skip
            if day is not None:
                paper.indented(f"{label} {day.isoformat()}", 1)
        if right.next_trigger:
            paper.indented(f"next: {right.next_trigger}", 1)
        if right.fee is not None:
            paper.indented(f"fee: {money_text(right.fee)}", 1)
        for ground in right.grounds:
            where = " · ".join(part for part in (ground.agreement, ground.level, ground.service) if part)
            struck = f" (struck out: {ground.struck})" if ground.struck else ""
            cited = _cited(gathered.ground_cites(right, ground))
            shown = f" ({cited})" if cited else ""
            about = f"{where} {ground.period}".strip()
            paper.indented(f"rests on {about}: {ground.what}{struck}{shown}", 1)
        if right.status in _MAY_END:
            title, lines = consequence_words(each.consequence)
            paper.indented(f"{title}:", 1)
            for line in lines:
                paper.indented(line, 2)


def _breaches(
    paper: Paper, gathered: Gathered, title: str, breaches: tuple[Breach, ...], nothing: str
) -> None:
    paper.heading(title)
    if not breaches:
        paper.paragraph(nothing)
    for breach in breaches:
        attainment = breach.attainment
        of = attainment.of
        kind = of.level.metric.kind
        clause = f", clause {of.level.clause}" if of.level.clause else ""
        paper.paragraph(
            f"{attainment.period.name} · {of.agreement.name} · {of.level.name} on {of.service}{clause}",
            is_bold=True,
        )
        value = value_text(attainment.value, kind)
        paper.indented(
            f"{value} against {threshold_text(attainment.threshold, kind)}; in question: "
            f"{quantity_text(breach.trace.quantity, breach.trace.unit)}",
            1,
        )
        for row, credit in zip(breach.trace.responsibilities, breach.credits, strict=True):
            who = row.party or ("the contracts themselves" if row.cause is None else f"excused, {row.cause}")
            bound = f" under {row.agreement}" if row.agreement else ""
            share = "" if row.impact_share is None else f", share {row.impact_share}"
            money = "" if credit is None else f", credit {money_text(credit)}"
            part = quantity_text(row.quantity, breach.trace.unit)
            paper.indented(f"{who}{bound}: {part}{share}{money}", 2)
        paper.indented(f"evidence: {_cited(gathered.cites(attainment)) or 'no rows'}", 2)


def _cited(cited: Cited) -> str:
    """The numbers of rows of evidence, runs of them short: "E1, E4 to E9 and 12 more rows"."""
    runs: list[list[int]] = []
    for number in sorted(cited.numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    told = [f"E{first}" if first == last else f"E{first} to E{last}" for first, last in runs]
    return ", ".join(told) + (f" and {cited.more:,} more rows" if cited.more else "")


def _money(paper: Paper, gathered: Gathered) -> None:
    dossier = gathered.dossier
    paper.heading("Statements")
    rows = [
        [each.agreement, each.consumer, each.period.name, str(len(each.lines)), money_text(each.gross),
         money_text(each.net), "" if each.claim_by is None else each.claim_by.isoformat()]
        for each in dossier.statements
    ]  # fmt: skip
    if rows:
        paper.table(
            ["Agreement", "Consumer", "Period", "Lines", "Gross", "Net", "To be claimed by"],
            rows,
            right={3, 4, 5},
        )
    else:
        paper.paragraph("None.")
    lines = [
        [statement.agreement, statement.period.name, line.of.level.name, line.of.level.clause or "",
         money_text(line.amount), money_text(line.net), _cited(gathered.line_cites(statement, line))]
        for statement in dossier.statements
        for line in statement.lines
    ]  # fmt: skip
    if lines:
        paper.table(
            ["Agreement", "Period", "Level", "Clause", "Amount", "Net", "Evidence"], lines, right={4, 5}
        )
    if dossier.claims:
        paper.heading("Claims")
        paper.table(
            ["Agreement", "Period", "Net", "Status", "Last day"],
            [
                [each.agreement, each.period.name, money_text(each.net), each.status.value,
                 "" if each.claim_by is None else each.claim_by.isoformat()]
                for each in dossier.claims
            ],
            right={2},
        )  # fmt: skip


def _reliefs(paper: Paper, gathered: Gathered) -> None:
    dossier = gathered.dossier
    paper.heading("Relief")
    if not dossier.reliefs:
        paper.paragraph("None was claimed.")
    for each in dossier.reliefs:
        relief = each.relief
        clause = f", clause {relief.clause}" if relief.clause else ""
        paper.paragraph(f"{relief.name} ({relief.cause}{clause}): {relief.status.value}", is_bold=True)
        if relief.span is not None:
            paper.indented(f"{instant_text(relief.span[0])} to {instant_text(relief.span[1])}", 1)
        if relief.notice is not None:
            paper.indented(f"notice on {relief.notice.day.isoformat()}", 1)
        if each.timeliness is not None:
            late = f", {each.timeliness.days_late} days late" if each.timeliness.is_late else ", in time"
            void = ": void" if each.is_void else ""
            paper.indented(f"last day for notice {each.timeliness.deadline.isoformat()}{late}{void}", 1)
        if relief.reason:
            paper.indented(relief.reason, 1)
        for decision in dossier.decisions:
            if decision.relief == relief.name:
                why = f": {decision.reason}" if decision.reason else ""
                paper.indented(
                    f"{decision.status.value} on {decision.on.isoformat()} by {decision.by}{why}", 1
                )


def _acts(paper: Paper, gathered: Gathered) -> None:
    dossier = gathered.dossier
    paper.heading("Notices served and acts")
    for notice in dossier.notices:
        what = notice.right or notice.event or notice.period or ""
        why = f": {notice.reason}" if notice.reason else ""
        paper.paragraph(f"{notice.on.isoformat()} {notice.agreement} · {notice.act.value} {what}{why}")
    for act in dossier.acts:
        done = f"signed for {act.party}" if isinstance(act, Signature) else act.to.value
        by = f" by {act.by}" if act.by else ""
        paper.paragraph(f"{act.on.isoformat()} {act.agreement} version {act.version or ''}: {done}{by}")
    if not dossier.notices and not dossier.acts:
        paper.paragraph("None.")
    paper.heading("What falls due")
    if dossier.due:
        paper.table(
            ["Day", "Agreement", "What", "Clause"],
            [[each.day.isoformat(), each.agreement, each.what, each.clause] for each in dossier.due],
            widths=(14, 22, 50, 14),
        )
    else:
        paper.paragraph("Nothing.")
    for finding in dossier.findings:
        paper.paragraph(f"{finding.code}: {finding.message}")


def _evidence(paper: Paper, gathered: Gathered) -> None:
    paper.heading("Evidence")
    if gathered.evidence:
        paper.table(
            ["", "What", "Service", "From", "To", "Says", "File", "Line"],
            [
                [f"E{number}", f"{each.kind} {each.id}".strip(), each.service, instant_text(each.start),
                 "" if each.end is None else instant_text(each.end), each.detail or "", each.file, str(each.line)]
                for number, each in enumerate(gathered.evidence, 1)
            ],
            right={7}, widths=(6, 16, 13, 17, 17, 10, 16, 6), size=6.5,
        )  # fmt: skip
    else:
        paper.paragraph("No row stands behind a breach.")
    paper.heading("Audit trail")
    for entry in gathered.audit:
        when = f"{as_datetime(entry.at):%Y-%m-%d %H:%M} UTC"
        paper.paragraph(f"{when} {entry.actor} · {entry.action} · {entry.subject}: {entry.reason}")
        for label, told in (("before", entry.before), ("after", entry.after)):
            if told:
                paper.indented(f"{label}: {told}", 1)
    if not gathered.audit:
        paper.paragraph("No order was given about it in this store, or there is no store.")
