"""Contracts after something in them was ended by a right that was exercised.

The problem: a termination cuts the term of an agreement, of all parts of an umbrella, or only takes one service out of
an agreement that goes on. Everything that is asked of a day afterwards (what is judged, what stands under what, what
falls due) has to see it, and nothing that is asked as of a day before the act may.

Example: ``Ended("uc-cirrus", None, since=date(2026, 7, 20), last=date(2026, 8, 19))``: its term runs to 19 August.

Limits: whether a right could be exercised is worked out in `settlement.exercised`; here what follows is applied.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from domain.agreements import Agreement, Charge, ServiceLevel, State
from domain.life import TAKES_EFFECT, Life, as_lived
from domain.money import Money
from ola.portfolio import Ended, Portfolio

__all__ = ["after_ends", "under_umbrella"]

_ONE_DAY = timedelta(days=1)


def under_umbrella(portfolio: Portfolio, umbrella: str, day: date) -> tuple[str, ...]:
    """The agreements in force on a day that are parts of an umbrella, however deep, by name."""
    found: set[str] = set()
    waiting = [umbrella]
    in_force = portfolio.in_force(day)
    while waiting:
        above = waiting.pop()
        below = {each.name for each in in_force if each.part_of == above} - found
        found |= below
        waiting += sorted(below)
    return tuple(sorted(found - {umbrella}))


def after_ends(portfolio: Portfolio, ends: Sequence[Ended]) -> Portfolio:
    """A portfolio in which nothing was ended by a right, after what rights ended; terms only ever become shorter."""
    if not ends:
        return portfolio
    written = portfolio.as_written
    forms = None if written is None else written.forms
    if written is None or forms is None:
        agreements = _cut(portfolio.agreements, ends)
    else:
        # What others inherit from an agreement that was ended ends with it.
        agreements = forms(_cut(as_lived(written.agreements, portfolio.lives), ends))
    lives = dict(portfolio.lives)
    for each in portfolio.agreements:
        ended = _whole(each, ends)
        if ended is not None and each.state is State.ACTIVE:
            life = portfolio.life(each)
            lives[each.name, each.version] = Life(
                State.TERMINATED, ended.since, life.signatures, min(each.last, ended.last)
            )
    for ended in ends:
        if ended.services is not None:
            agreements = _without(agreements, ended, portfolio)
    return replace(portfolio, agreements=agreements, lives=lives, ended=tuple(ends), before_ends=portfolio)


def _whole(agreement: Agreement, ends: Iterable[Ended]) -> Ended | None:
    """What ended an agreement as a whole: the earliest."""
    found = [each for each in ends if each.services is None and each.agreement == agreement.name]
    return min(found, key=lambda each: (each.last, each.since), default=None)


def _cut(agreements: Iterable[Agreement], ends: Sequence[Ended]) -> tuple[Agreement, ...]:
    return tuple(
        each
        if (ended := _whole(each, ends)) is None or each.state is not State.ACTIVE or each.last <= ended.last
        else replace(each, last=ended.last)
        for each in agreements
    )


def _without(agreements: Sequence[Agreement], ended: Ended, portfolio: Portfolio) -> tuple[Agreement, ...]:
    """The agreements after some services of one ended: from the day after on, its terms are about the others."""
    begins = ended.last + _ONE_DAY
    bound = [
        each
        for each in agreements
        if each.name == ended.agreement
        and each.state in TAKES_EFFECT
        and (portfolio.life(each).since or ended.since) <= ended.since
    ]
    held = max(
        (each for each in bound if each.effective <= begins),
        key=lambda each: (each.effective, each.version),
        default=None,
    )
    found: list[Agreement] = []
    for each in agreements:
        if not any(each is one for one in bound):
            found.append(each)
        elif each.effective >= begins:
            found.append(_reduced(each, ended))
        else:
            found.append(_until(each, ended))
            if each is held:
                form = _reduced(each, ended)
                found.append(replace(form, effective=begins, is_changed_from_outside=True))
    return tuple(found)


def _until(agreement: Agreement, ended: Ended) -> Agreement:
    """An agreement up to the end of some of its services: in the month of the end they count, and cost, so far."""
    gone = tuple(ended.services or ())
    begins = ended.last + _ONE_DAY
    unpriced = tuple(
        Charge(charge.service, Money.zero(agreement.currency), charge.customer, begins)
        for charge in agreement.charges
        if charge.service in gone and (charge.since is None or charge.since < begins)
    )
    kept = tuple(
        charge
        for charge in agreement.charges
        if charge.service not in gone or charge.since is None or charge.since < begins
    )
    return replace(
        agreement,
        charges=tuple(dict.fromkeys((*kept, *unpriced))),
        service_ends=(*agreement.service_ends, *((name, ended.last) for name in gone)),
    )


def _reduced(agreement: Agreement, ended: Ended) -> Agreement:
    gone = frozenset(ended.services or ())
    return replace(
        agreement,
        services=tuple(name for name in agreement.services if name not in gone),
        levels=_levels_without(agreement.levels, gone),
        duties=_levels_without(agreement.duties, gone),
        charges=tuple(charge for charge in agreement.charges if charge.service not in gone),
    )


def _levels_without(levels: Iterable[ServiceLevel], gone: frozenset[str]) -> tuple[ServiceLevel, ...]:
    kept = (
        replace(level, services=tuple(name for name in level.services if name not in gone))
        for level in levels
    )
    return tuple(level for level in kept if level.services)
