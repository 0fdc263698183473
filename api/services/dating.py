"""When an act was done, and what it means that it is recorded on a later day.

The problem: a letter that was sent in time may be entered late. Then it counts from its own day on, but nobody who
answered a question in between can have known of it, and who reads the record should see that (ruling 154).

Example: an exercise of 20 May that is recorded on 28 May, when the right had lapsed on the 25th, is recorded with the
warning that says so and asks to keep the proof of the day.

Limits: whether the act may be done on its day is asked elsewhere (`api.services.preparing`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from api.services.acts import ActOnRight, ActOrder, DecideRelief
from domain.instants import local_instant
from domain.termination.standing import standing
from domain.termination.terms import Notice

if TYPE_CHECKING:
    from ola.portfolio import Portfolio
    from settlement.rights import Rights

__all__ = ["RightsOnDay", "dated_back", "instant_of"]

RightsOnDay: TypeAlias = "Callable[[Portfolio, date], Rights]"
"""The rights of a portfolio on a date, on all evidence that is known now."""


def instant_of(order: ActOrder, portfolio: Portfolio) -> int | None:
    """When an act was done (None: now); a day is its own midnight on the clocks of the agreement that it is about."""
    at: int | date | None = getattr(order, "at", None)
    if not isinstance(at, date):
        return at
    name: str | None = getattr(order, "agreement", None)
    if isinstance(order, DecideRelief):
        name = next((each.agreement for each in portfolio.reliefs if each.name == order.relief), None)
    texts = portfolio.texts(name or "")
    return local_instant(datetime.combine(at, time()), texts[-1].calendar.zone if texts else ZoneInfo("UTC"))


def dated_back(
    order: ActOrder, on: date, today: date, portfolio: Portfolio, rights: RightsOnDay
) -> str | None:
    """What follows from dating an act back: from when it counts, and who cannot have known of it; None: it is not."""
    if on >= today:
        return None
    told = (
        f"dated back: it counts from {on} on and is known from {today} on; an answer as of a day before does not show "
        "it, and what was issued before stands until it is adjusted"
    )
    if isinstance(order, ActOnRight) and (why := _closed_by_now(order, portfolio, rights, today)):
        told += f". On {today} it could not be done any more ({why}): keep the proof that it was done on {on}"
    return told


def _closed_by_now(order: ActOnRight, portfolio: Portfolio, rights: RightsOnDay, today: date) -> str | None:
    """Why an act on a right could not be done on a later day; None where it still could."""
    pasts = rights(portfolio, today).pasts(order.agreement)
    past = next((each for each in pasts if each.terms.name == order.right), None)
    if past is None:
        return None
    late = Notice("today", order.agreement, order.act, today, order.right)
    found = standing(replace(past, acts=(*past.acts, late)), today)
    return next((why for act, why in found.refused if act is late), None)
