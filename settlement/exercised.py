"""What a right that was exercised ends: the agreement, an umbrella with its parts, or some of its services.

The problem: a letter ends a contract as much as an agreed date does. ``notice: P30D`` is the time "from exercise to the
end of the agreement" (2-documents): after that day nothing is promised any more, nothing is owed, and whatever stood on
the contract has lost its support, whether or not somebody also records that it ended.

Example: a right with ``notice: P30D`` is exercised on 20 July 2026: the agreement is judged to 19 August, is
`TERMINATED` from 20 August on, and September has no statement of it.

The way: whether an exercise holds is asked of the figures up to its own day, which its own effect cannot change: an end
never lies before the act. Exercises are taken in the order of their days; what one of them ended is ended for the next.

Limits: acts up to the as-of date only, which an end may lie after: notice that was given is known. An exercise that is
refused ends nothing. What the parties record as the end (`Transition` to terminated) from the exercise to its effect
takes the effect's place (ruling 153).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.agreements import State
from domain.termination.standing import TerminationStatus, standing
from domain.termination.terms import Act, Notice, Scope
from ola.ended import after_ends, under_umbrella
from ola.portfolio import Ended
from settlement.rights import Rights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from ola.portfolio import Portfolio
    from settlement.settle import Settling

__all__ = ["with_exercises"]


def with_exercises(
    portfolio: Portfolio, as_of: date, settling_of: Callable[[Portfolio], Settling]
) -> Portfolio:
    """The portfolio after every right that was exercised by a date; ``settling_of`` settles it on its evidence."""
    plain = portfolio.before_ends or portfolio
    ends: list[Ended] = []
    settling: Settling | None = None
    seen = 0
    for act in _exercises(plain.notices, as_of):
        if settling is None or any(each.last < act.on for each in ends[seen:]):
            # Something that an earlier letter ended may be part of what this one rests on.
            settling, seen = settling_of(after_ends(plain, ends)), len(ends)
        ends += _ended_by(Rights(settling, as_of), act, plain)
    return after_ends(plain, ends)


def _exercises(notices: Iterable[Notice], as_of: date) -> list[Notice]:
    found = [each for each in notices if each.act is Act.EXERCISE and each.on <= as_of]
    return sorted(found, key=lambda each: (each.on, each.agreement, each.right or "", each.name))


def _ended_by(rights: Rights, act: Notice, plain: Portfolio) -> list[Ended]:
    """What an exercise ended; nothing where it was refused, or where the parties recorded another end since."""
    name = act.agreement
    past = next((each for each in rights.pasts(name) if each.terms.name == act.right), None)
    version = rights.settling.version_on(name, act.on)
    if past is None or version is None:
        return []
    stands = standing(past, rights.as_of)
    if stands.status is not TerminationStatus.EXERCISED or stands.acted != act.on or stands.ends is None:
        return []
    life = plain.life(version)
    if life.state is State.TERMINATED and life.since is not None and act.on <= life.since <= stands.ends:
        return []
    terms = stands.terms or past.terms
    concerned = {ground.service for ground in stands.grounds if ground.service is not None}
    services = tuple(sorted(concerned & set(version.services)))
    if terms.scope is Scope.SERVICE and services and len(services) < len(set(version.services)):
        return [Ended(name, services, act.on, stands.ends)]
    names = (name, *under_umbrella(plain, name, act.on))
    return [Ended(each, None, act.on, stands.ends) for each in names]
