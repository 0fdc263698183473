"""Which agreements have to do with each other's money, and how a portfolio is dealt out to be settled side by side.

The problem: two processes that settle half of the agreements each are twice as fast only if neither works out what the
other does. An umbrella's caps look at all its parts, a credit that is passed on at the customers' credits, a shared
level at those who share it; whoever settles one of them should settle them all.

Example: an umbrella with parts a and b, and an agreement c by itself: the umbrella, a and b are one group, c another.

Limits: this is about speed alone. A settling of all documents gives the same result of an agreement whichever other
agreements it is asked for, so that any way of dealing gives the same figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from domain.agreements import Agreement, CompositeMetric, PassThroughCredit
from domain.credits.when import agreements_asked
from ola.portfolio import Portfolio

__all__ = ["dealt", "groups_of"]


@dataclass(slots=True)
class _Joined:
    """Names put together; each set is known by one of its names."""

    above: dict[str, str] = field(default_factory=dict)

    def top(self, name: str) -> str:
        """The name that a name's set is known by."""
        while (above := self.above.get(name, name)) != name:
            self.above[name] = self.above.get(above, above)
            name = above
        return name

    def join(self, one: str, other: str) -> None:
        """Put the sets of two names together."""
        first, last = sorted((self.top(one), self.top(other)))
        self.above[last] = first


def groups_of(portfolio: Portfolio) -> tuple[tuple[str, ...], ...]:
    """The agreements by name, those together that look at each other's money or levels."""
    joined, names = _Joined(), {agreement.name for agreement in portfolio.agreements}
    by_provider: dict[str, set[str]] = {}
    for agreement in portfolio.agreements:
        by_provider.setdefault(portfolio.top_party(agreement.provider), set()).add(agreement.name)
    for agreement in portfolio.agreements:
        for other in _named_by(agreement):
            if other in names:
                joined.join(agreement.name, other)
        passes_on = any(isinstance(level.credit, PassThroughCredit) for level in agreement.levels)
        if passes_on and agreement.consumer != "*":
            for other in sorted(by_provider.get(portfolio.top_party(agreement.consumer), ())):
                joined.join(agreement.name, other)
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        found.setdefault(joined.top(name), []).append(name)
    return tuple(tuple(found[top]) for top in sorted(found))


def _named_by(agreement: Agreement) -> Iterable[str]:
    """The agreements that an agreement's own terms name."""
    if agreement.part_of is not None:
        yield agreement.part_of
    for level in agreement.levels:
        if level.shared is not None:
            yield from (other for other, _ in level.shared.others)
        if isinstance(level.metric, CompositeMetric):
            yield from (part.agreement for part in level.metric.of)
        yield from sorted(agreements_asked(level))


def dealt(portfolio: Portfolio, hands: int, *, busy: Fraction = Fraction(0)) -> tuple[frozenset[str], ...]:
    """The agreements in as many parts as there are hands, alike in their number of levels; some may be empty.

    Whole groups are dealt, the largest first, each to whoever has least so far. The first hand is ``busy`` besides with
    so much as that part of all levels costs, and gets less.
    """
    sizes: dict[str, int] = {}
    for agreement in portfolio.agreements:
        sizes[agreement.name] = max(sizes.get(agreement.name, 0), 1 + len(agreement.levels))
    groups = sorted(groups_of(portfolio), key=lambda group: (-_size(group, sizes), group))
    parts: list[set[str]] = [set() for _ in range(hands)]
    held = [int(busy * sum(sizes.values())), *[0] * (hands - 1)]
    for group in groups:
        least = held.index(min(held))
        parts[least].update(group)
        held[least] += _size(group, sizes)
    return tuple(frozenset(part) for part in parts)


def _size(group: Sequence[str], sizes: dict[str, int]) -> int:
    return sum(sizes[name] for name in group)
