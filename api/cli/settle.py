"""``privity settle``: one period of a folder, from contracts and evidence to figures, without a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.console import Waiting, note, print_json, screen
from api.cli.options import AsJson, AsOf, Folder, PeriodName, read_date

if TYPE_CHECKING:
    from api.services.settling import FolderSettlement

__all__ = ["note_what_is_missing", "settle"]


def settle(folder: Folder, period: PeriodName, *, as_json: AsJson = False, as_of: AsOf = None) -> None:
    r"""Settle one period: what was kept and broken, who answers, and what it costs whom.

    Earlier periods in the evidence are settled first, so that yearly caps and history are right; only PERIOD is
    printed. Nothing is stored.

    \b
    Examples:
      privity settle examples/halden --period 2026-03
      privity settle examples/halden --period 2026-03 --as-of 2026-05-15
      privity settle examples/halden --period 2026-Q1 --json > first-quarter.json
    """
    from api.services.settling import settled_folder

    with Waiting() as waiting:
        settled = settled_folder(folder, period, read_date(as_of), waiting)
    if as_json:
        from api.shapes.settlement import settlement_shape

        print_json(settlement_shape(settled.settlement))
    else:
        from api.cli.settlement_view import print_settlement

        with screen() as console:
            print_settlement(console, settled.settlement)
    note_what_is_missing(settled)


def note_what_is_missing(settled: FolderSettlement) -> None:
    """Say on standard error where a period has no evidence at all, and which months have."""
    from api.services.folders import months_text

    period = settled.settlement.period.name
    if not settled.settlement.attainments:
        note(f"No active agreement of this folder has a service level that is measured in {period}.")
    if not settled.lacks_evidence():
        return
    months = months_text(settled.months_with_evidence())
    there = (
        f"There is evidence for {months}."
        if months
        else "There is no evidence at all: put it into evidence/."
    )
    note(f"No evidence speaks of {period}. {there}")
