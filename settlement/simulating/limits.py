"""The limits on values that a simulated level's tables have to tell apart, besides its own target and bands.

The problem: a table says in which row an amount of downtime falls, and two amounts of one row are the same to everybody
who asks. Whoever asks more ("at or below 96.5", "missed below 98", "better than the target") would be told wrongly. So
all such limits are gathered before tables are made.

Example: a right that asks whether availability was below 95 gives every month of that level one row more.

Limits: what is asked of another agreement's level is found by its name; an umbrella asks all its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from domain.agreements import Agreement
from domain.attainment import Attainment
from domain.bounds import Bound, BoundSide
from domain.credit_terms import Misses as Missed
from domain.credit_terms import Several, When
from domain.credits.when import asked_by
from domain.remedies import Kept
from domain.termination.terms import AllParts, AnyPart, Condition, Misses, ValueIs

__all__ = ["asked_limits", "own_limits"]


def own_limits(rows: Iterable[Attainment]) -> list[Bound]:
    """The limits on values that a level's own credit, and what earns it back, ask about."""
    found: list[Bound] = []

    def gather(when: When) -> None:
        if isinstance(when, Several):
            for part in when.parts:
                gather(part)
        elif isinstance(when, Missed) and when.value is not None:
            found.append(when.value)

    for attainment in rows:
        of, threshold = attainment.of, attainment.threshold
        credit, earn_back = of.level.credit, of.agreement.remedies.earn_back
        if credit is not None and credit.when is not None:
            gather(credit.when)
        if earn_back is not None and earn_back.kept is Kept.EXCEEDED and threshold is not None:
            # What exceeds the target is neither at it nor beyond it.
            found += [Bound(side, threshold.value) for side in (BoundSide.ABOVE, BoundSide.BELOW)]
    return found


def asked_limits(
    versions: Mapping[str, Sequence[Agreement | None]], parts: Mapping[str, tuple[str, ...]]
) -> dict[tuple[str, str], list[Bound]]:
    """The limits on values that rights, and conditions of other levels' credits, ask about.

    By agreement and level; "" are those asked of every level. What an umbrella asks it asks of all its parts.
    """
    found: dict[tuple[str, str], list[Bound]] = {}

    def gather(when: Condition, name: str) -> None:
        if isinstance(when, AnyPart | AllParts):
            for part in when.parts:
                gather(part, name)
        limit = when.limit if isinstance(when, ValueIs) else when.value if isinstance(when, Misses) else None
        if limit is not None and isinstance(when, ValueIs | Misses):
            asked = name if when.of is None else when.of.agreement
            for each in (asked, *parts.get(asked, ())):
                key = (each, "" if when.of is None else when.of.level)
                found.setdefault(key, []).append(limit)

    for name, each in versions.items():
        for version in each:
            if version is None:
                continue
            for right in version.rights:
                gather(right.when, name)
            for level in version.levels:
                for condition in asked_by(level):
                    gather(condition, name)
    return {key: list(dict.fromkeys(limits)) for key, limits in found.items()}
