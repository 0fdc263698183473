"""Dependencies that go round: found once each, told as a finding, never as an error (ruling 39).

The problem: "a needs b, b needs a" has no first failure. A settlement goes on, reading the edge that closes the circle
as up, and a person is asked to mend the documents.

Example: a -> b -> a gives DEPENDENCY_CYCLE with the services "a -> b -> a".

Limits: of several circles through the same services one is shown, the one found first in the order of names.

References: R. Tarjan, "Depth-first search and linear graph algorithms" (1972), for the components.
"""

from collections.abc import Collection, Mapping, Sequence

from domain.findings import Finding, FindingKind, Severity
from domain.services import Service, needed_by_gate

__all__ = ["cycle_findings"]


def cycle_findings(services: Mapping[str, Service]) -> tuple[Finding, ...]:
    """One finding for each set of services that need each other in a circle."""
    written = {name: needed_by_gate(each.depends_on) for name, each in services.items()}
    left = _without_ends(written)
    needs = {name: sorted(written[name] & left) for name in sorted(left)}
    findings = []
    for component in _components(needs):
        if len(component) > 1 or component[0] in needs[component[0]]:
            circle = _circle(needs, component)
            findings.append(
                Finding(
                    "DEPENDENCY_CYCLE",
                    Severity.ERROR,
                    FindingKind.ALIGNMENT,
                    f"Services need each other in a circle: {' -> '.join(circle)}. "
                    "What closes the circle is read as up.",
                    service=circle[0],
                    cure="Remove one of the dependencies, or split the service whose parts are meant.",
                )
            )
    return tuple(sorted(findings, key=Finding.order))


def _without_ends(needs: Mapping[str, Collection[str]]) -> set[str]:
    """The services that are left when whatever needs nothing is taken away, again and again.

    These are circles and what stands on them: of most portfolios none, and no component has to be looked for.
    """
    needed_by: dict[str, list[str]] = {name: [] for name in needs}
    missing: dict[str, int] = {}
    for name, below in needs.items():
        missing[name] = 0
        for need in below:
            if need in needed_by:
                needed_by[need].append(name)
                missing[name] += 1
    ends = [name for name, count in missing.items() if not count]
    for end in ends:
        for above in needed_by[end]:
            missing[above] -= 1
            if not missing[above]:
                ends.append(above)
    return missing.keys() - ends


def _circle(needs: Mapping[str, Sequence[str]], component: Sequence[str]) -> list[str]:
    """A shortest circle through the first service of a component, from it back to it."""
    start, inside = min(component), set(component)
    came_from: dict[str, str] = {}
    edge = [start]
    while edge:
        following = []
        for name in edge:
            for need in needs[name]:
                if need == start:
                    back = [name]
                    while back[-1] != start:
                        back.append(came_from[back[-1]])
                    return [*reversed(back), start]
                if need in inside and need not in came_from:
                    came_from[need] = name
                    following.append(need)
        edge = following
    return [start]


def _components(needs: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The strongly connected components, without recursion, because a chain may be long."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root in needs:
        if root in index:
            continue
        work: list[tuple[str, int]] = [(root, 0)]
        while work:
            name, place = work.pop()
            if place == 0:
                index[name] = low[name] = len(index)
                stack.append(name)
                on_stack.add(name)
            for offset in range(place, len(needs[name])):
                need = needs[name][offset]
                if need not in index:
                    work.extend([(name, offset + 1), (need, 0)])
                    break
                if need in on_stack:
                    low[name] = min(low[name], index[need])
            else:
                if low[name] == index[name]:
                    # Looked for from the end, where it is: a stack may be as long as the longest chain.
                    cut = len(stack) - 1
                    while stack[cut] != name:
                        cut -= 1
                    found.append(sorted(stack[cut:]))
                    on_stack.difference_update(stack[cut:])
                    del stack[cut:]
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
    return found
