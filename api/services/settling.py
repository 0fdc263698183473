"""From a folder of contracts and evidence to a settled period, without a store.

The problem: somebody with a handful of contracts and an export from a ticket tool wants to know what a month came
to, before installing a database. So a folder is enough: its documents are the portfolio, its ``evidence/`` the
facts, and nothing is kept between two calls.

Example: ``settle_folder(Path("examples/halden"), "2026-03")`` is what
``privity settle examples/halden --period 2026-03 --json`` prints.

Limits: everything is read again on each call. By default a period is settled as known on the day after its last day
(ruling 4), and so with what was recorded on that day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from api.errors import PeriodError, RequestError
from api.services.collecting import unhurried
from api.services.folders import (
    Progress,
    evidence_months,
    months_text,
    read_contracts,
    read_evidence,
    require_folder,
)
from api.services.settling_together import settling_together
from api.shapes.parts import Shape
from api.shapes.settlement import settlement_shape
from domain.errors import InvalidValue
from domain.periods import Period, PeriodKind, PeriodRule
from settlement.settle import settled_by

if TYPE_CHECKING:
    from domain.ports import Evidence
    from ola.portfolio import Portfolio
    from settlement.results import Settlement

__all__ = ["FolderSettlement", "asked_period", "settle_folder", "settle_folder_values", "settled_folder"]

_SETTLED_KINDS = frozenset({PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR})

_MANY_ROWS = 1_000_000

_QUICKLY_READ = 20_000_000
"""Evidence of up to so many bytes is read only to say which months it speaks of."""


@dataclass(frozen=True, slots=True)
class FolderSettlement:
    """A settled period with what it was settled from, so that its reader can be told more than the figures."""

    portfolio: Portfolio
    evidence: Evidence
    settlement: Settlement

    def months_with_evidence(self) -> tuple[str, ...]:
        """The months that any row of evidence speaks of."""
        return evidence_months(self.portfolio, self.evidence)

    def lacks_evidence(self) -> bool:
        """Whether no row of evidence speaks of any month of the settled period.

        A folder of more than `_MANY_ROWS` rows is taken to have some: this is a hint for small beginnings.
        """
        if sum(source.rows for source in self.evidence.sources()) > _MANY_ROWS:
            return False
        period = self.settlement.period
        first, last = period.first.isoformat()[:7], period.last.isoformat()[:7]
        return not any(first <= month <= last for month in self.months_with_evidence())


def settle_folder(
    folder: Path, period: str, as_of: date | None = None, progress: Progress | None = None
) -> Shape:
    """The settlement of a folder in the shape of `5-graphql`; raises `RequestError` as `settled_folder` does."""
    return settlement_shape(settle_folder_values(folder, period, as_of, progress))


def settle_folder_values(
    folder: Path, period: str, as_of: date | None = None, progress: Progress | None = None
) -> Settlement:
    """The settlement of a folder as values; raises `RequestError` as `settled_folder` does."""
    return settled_folder(folder, period, as_of, progress).settlement


def settled_folder(
    folder: Path, period: str, as_of: date | None = None, progress: Progress | None = None
) -> FolderSettlement:
    """Settle one period of a folder, as known on ``as_of`` (None: the day after the period's last day).

    Raises FolderError where the folder cannot be used, PeriodError where ``period`` names none, and DocumentsError
    with all errors of all documents. Rows of evidence that cannot be read are quarantined, not raised.
    """
    require_folder(folder)
    asked = asked_period(folder, period)
    contracts = read_contracts(folder, progress)
    as_of = asked.day_after if as_of is None else as_of
    evidence, notices = read_evidence(folder, contracts, as_of, progress)
    if progress is not None:
        progress(f"Settling {asked.name}", 0, 0)
    months = len(PeriodRule.month().ending_in(asked))
    with unhurried(), settling_together(contracts.portfolio, evidence, as_of, months=months) as settling:
        settlement = settled_by(settling, asked, progress)
    settlement = replace(settlement, findings=(*settlement.findings, *notices))
    return FolderSettlement(contracts.portfolio, evidence, settlement)


def asked_period(folder: Path | None, text: str) -> Period:
    """The month, quarter or year of a text. Raises PeriodError, with the months that a folder has evidence for."""
    try:
        asked = Period.parse(text)
    except InvalidValue as error:
        raise PeriodError(text, f'"{text}" is not a period', _months_quickly(folder)) from error
    if asked.kind not in _SETTLED_KINDS:
        reason = (
            f"{asked.name} is not settled by itself: its levels are printed with the month that it ends in"
        )
        raise PeriodError(text, reason, _months_quickly(folder))
    return asked


def _months_quickly(folder: Path | None) -> str:
    """The months that a folder's evidence speaks of; "" where finding out would take long or cannot be done."""
    if folder is None:
        return ""
    size = sum(path.stat().st_size for path in (folder / "evidence").rglob("*") if path.is_file())
    if not 0 < size <= _QUICKLY_READ:
        return ""
    try:
        contracts = read_contracts(folder)
    except (
        RequestError
    ):  # The wrong period is what was asked about; broken documents are told when it is right.
        return ""
    evidence, _ = read_evidence(folder, contracts, None)
    return months_text(evidence_months(contracts.portfolio, evidence))
