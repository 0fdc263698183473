"""The calendar and the negotiation of agreements, for a folder and for a store alike.

The problem: both ask contracts, rights, statements and breaches as of one date; where these lie is nobody's business.

Example: ``calendar_of(settling_of_folder(folder, None), None, None, None)`` is what falls due in the coming year.

Limits: nothing is stored.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError, UnknownNameError
from api.services.rights import rights_of_folder
from domain.durations import Duration
from ola.negotiation import NegotiatedLevel, negotiation
from settlement.agenda import agenda

if TYPE_CHECKING:
    from pathlib import Path

    from api.services.folders import Progress
    from domain.agreements import Agreement
    from domain.diary import Entry
    from ola.portfolio import Portfolio
    from settlement.settle import Settling

__all__ = ["calendar_of", "negotiated", "settling_of_folder"]

_A_YEAR = Duration(months=12)


def settling_of_folder(folder: Path, as_of: date | None, progress: Progress | None = None) -> Settling:
    """The contracts and evidence of a folder as of a date; by default the day after its last month of evidence."""
    return rights_of_folder(folder, as_of, progress).settling


def calendar_of(
    settling: Settling, first: date | None, last: date | None, agreement: str | None
) -> tuple[Entry, ...]:
    """What falls due from a day (the settling's own) to a day (a year later)."""
    begin = first or settling.as_of
    end = last or _A_YEAR.after(begin)
    if end < begin:
        raise RequestError(Fault("DATE", f"{end} is before {begin}", "Give a later last day"))
    if agreement is not None and agreement not in settling.versions:
        raise UnknownNameError("agreement", agreement, settling.versions)
    return agenda(settling, begin, end, None if agreement is None else (agreement,))


def negotiated(
    portfolio: Portfolio, name: str, version: int | None
) -> tuple[Agreement, tuple[NegotiatedLevel, ...]]:
    """A version of an agreement (None: the last) with what was asked, what is supported and what is agreed."""
    every = portfolio.texts(name)
    if not every:
        raise UnknownNameError("agreement", name, {each.name for each in portfolio.agreements})
    chosen = [each for each in every if version in (None, each.version)]
    if not chosen:
        has = ", ".join(str(each.version) for each in every)
        raise RequestError(Fault("NAME", f"{name} has no version {version}", f"It has {has}"))
    agreement = max(chosen, key=lambda each: each.version)
    return agreement, negotiation(portfolio, agreement, max(agreement.first, agreement.effective))
