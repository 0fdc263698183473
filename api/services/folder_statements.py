"""The statements of a folder, as drafts: what would be issued if its contracts and evidence were loaded.

The problem: whoever has a folder and no store wants the statement itself, with its explanation, as the other party
would get it.

Example: ``folder_statements(Path("examples/halden"), "2026-03", "sla-web-shop", None, None)``.

Limits: a folder keeps nothing, so its statements are drafts; each call reads it anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.errors import Fault, RequestError, UnknownNameError
from api.services.records import StatementView
from api.services.settling import settled_folder
from domain.periods import PeriodRule
from settlement.explain import line_explanations
from settlement.records.documents import document_of
from settlement.records.record import document_explanation
from settlement.settle import Settling

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from api.services.folders import Progress
    from domain.explanation import Explanation

__all__ = ["folder_statements"]


def folder_statements(
    folder: Path,
    period: str,
    agreement: str,
    consumer: str | None,
    as_of: date | None,
    progress: Progress | None = None,
) -> tuple[tuple[StatementView, Explanation], ...]:
    """The statements of one agreement for each month of a period, by month and consumer, with their explanations.

    Raises RequestError where the folder cannot be settled, or the agreement has no such statement.
    """
    settled = settled_folder(folder, period, as_of, progress)
    settlement = settled.settlement
    names = {each.agreement for each in settlement.statements}
    if agreement not in names:
        known = {attainment.of.agreement.name for attainment in settlement.attainments}
        if agreement in known:
            raise RequestError(
                Fault(
                    "NAME",
                    f"{agreement} has no statement: none of its levels carries a credit",
                    "Choose an agreement with a critical level"
                    + (f": {', '.join(sorted(names))}" if names else ""),
                    value=agreement,
                )
            )
        raise UnknownNameError(f"agreement with a statement of {period}", agreement, names)
    chosen = [
        each
        for each in settlement.statements
        if each.agreement == agreement and consumer in (None, each.consumer)
    ]
    if not chosen:
        consumers = [each.consumer for each in settlement.statements if each.agreement == agreement]
        raise UnknownNameError("consumer of this statement", consumer or "", consumers)
    settling = Settling.of(settled.portfolio, settled.evidence, settlement.as_of)
    found = []
    months = {month.name: month for month in PeriodRule.month().ending_in(settlement.period)}
    for each in sorted(chosen, key=lambda one: (one.period.last, one.consumer)):
        trees = line_explanations(settling, months[each.period.name], agreement, each.consumer)
        tree = document_explanation(each, trees)
        view = StatementView(
            agreement, each.consumer, each.period, None, document_of(each), None, settlement.as_of, each
        )
        found.append((view, tree))
    return tuple(found)
