"""What a chain guarantees whatever the overlap: the bound that holds however unluckily outages fall.

The problem: two suppliers at 99 % may fail at the same time, or one after the other. What is expected takes them as
independent; what may be *promised* without a bet has to hold in the worst case.

Example (E25): two at 99 % in series: 98. 2 of 3 at 99.9, 99 and 95: 98.9, because without the third at all, the other
two are both needed. Two tiers that need the same 99.9 data centre: 99.9, not 99.8.

The rule, in downtime: a gate that fails when m of its members are down is down for at most (the sum of their
downtimes) / m, and if the r worst are taken as always down, for at most (the sum of the others') / (m - r); the least
of these. With m = 1 that is the sum (series), with all members down together the least (parallel).

Limits: gate by gate; only gates that need all, one inside the other, are taken as one, with what they share once.
Below that the bound is valid but may be wide.

References: B. Rüger, "Das maximale Signifikanzniveau des Tests: Lehne H0 ab, wenn k unter n gegebenen Tests zur
Ablehnung führen", Metrika 25 (1978).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from ola.alignment.modules import members_of
from ola.alignment.structure import UP, AtLeastOf, Formula, Promised

_NONE, _ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True, eq=False)
class Failures:
    """How long a formula can be down, ready to be reckoned for one downtime of its services after another.

    ``steps`` are its gates (place, how many of its parts it needs, their places), each after its parts; ``leaves`` are
    the places of its promised services.
    """

    top: int
    steps: tuple[tuple[int, int, tuple[int, ...]], ...]
    leaves: Mapping[str, int]

    @classmethod
    def of(cls, formula: Formula) -> "Failures":
        """The gates of a formula, those that need all of their members and lie in one another taken as one."""
        steps: list[tuple[int, int, tuple[int, ...]]] = []
        leaves: dict[str, int] = {}
        parts: dict[int, tuple[int, ...]] = {}
        known: set[int] = set()
        waiting = [] if formula.top == UP else [formula.top]
        while waiting:
            place = waiting[-1]
            node = formula.nodes[place]
            if place in known:
                waiting.pop()
            elif isinstance(node, Promised):
                leaves[node.service] = place
                known.add(place)
                waiting.pop()
            else:
                if place not in parts:
                    parts[place] = _parts(formula, place, node)
                unknown = [part for part in parts[place] if part not in known]
                waiting += unknown
                if not unknown:
                    steps.append((place, len(parts[place]) if node.needs_all else node.needed, parts[place]))
                    known.add(place)
                    waiting.pop()
        return cls(formula.top, tuple(steps), leaves)

    def longest(self, downtime: Mapping[str, Fraction]) -> dict[int, Fraction]:
        """The largest part of the time (0 to 1) that each place can be down, given each promised service's."""
        known = {place: downtime[service] for service, place in self.leaves.items()}
        for place, needed, parts in self.steps:
            known[place] = longest_failure(needed, [known[part] for part in parts])
        return known

    def longest_with(self, known: Mapping[int, Fraction], service: str, downtime: Fraction) -> Fraction:
        """The same of the whole if one service were down for another part; only what stands on it is reckoned anew."""
        changed = {self.leaves[service]: downtime}
        for place, needed, parts in self.steps:
            if changed.keys().isdisjoint(parts):
                continue
            found = longest_failure(needed, [changed.get(part, known[part]) for part in parts])
            if found != known[place]:
                changed[place] = found
        return changed.get(self.top, known[self.top])


def most_downtime(formula: Formula, downtime: Mapping[str, Fraction]) -> Fraction:
    """The largest part of the time (0 to 1) that the whole can be down, given each promised service's.

    ``downtime`` is by service, as a part of the time.
    """
    return _NONE if formula.top == UP else Failures.of(formula).longest(downtime)[formula.top]


def longest_failure(needed: int, downtimes: Sequence[Fraction]) -> Fraction:
    """How long a gate that needs so many of its members can fail, given how long each member can (Rüger)."""
    together = len(downtimes) - needed + 1
    if together == 1:
        total = _sum(downtimes)
        return total if total.numerator < total.denominator else _ALL
    if needed == 1:
        return min(_ALL, *downtimes)
    ordered = sorted(downtimes)
    rest = _sum(ordered)
    bound = _ALL
    for always_down in range(together):
        bound = min(bound, rest / (together - always_down))
        rest -= ordered[len(ordered) - 1 - always_down]
    return bound


def _sum(parts: Sequence[Fraction]) -> Fraction:
    """Their sum over one denominator; one fraction after another would be shortened at each step."""
    common = lcm(*{part.denominator for part in parts})
    return Fraction(sum(part.numerator * (common // part.denominator) for part in parts), common)


def _parts(formula: Formula, place: int, node: AtLeastOf) -> tuple[int, ...]:
    """The members of a gate; of one that needs all, with the members of those within it that need all, each once."""
    if not node.needs_all:
        return node.members
    found: dict[int, None] = {}
    seen = {place}
    waiting = list(reversed(node.members))
    while waiting:
        member = waiting.pop()
        inner = formula.nodes[member]
        if member in seen:
            continue
        seen.add(member)
        if isinstance(inner, AtLeastOf) and inner.needs_all:
            waiting += reversed(members_of(formula, member))
        else:
            found[member] = None
    return tuple(found)
