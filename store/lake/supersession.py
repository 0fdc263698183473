"""Which rows are gone because another row took their place.

The problem: evidence is never edited; a correction is a new row that names the old one. Corrections are corrected in
turn, name ids that two sources both use, and now and then name each other.

Example: B supersedes A and C supersedes B: only C is left, and A does not come back.

Limits: the rows are those already known at the instant asked for, so a correction recorded later has no effect yet.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Coded, Micros


@dataclass(frozen=True, slots=True)
class Successions:
    """The columns that say who replaces whom, row by row, in an order that does not depend on arrival."""

    identity: Coded
    supersedes: Coded
    source: Coded
    recorded: Micros


@dataclass(frozen=True, slots=True)
class Superseded:
    """Which rows are gone; names that no row bears; circles of rows that supersede each other."""

    gone: NDArray[np.bool_]
    unknown: frozenset[str]
    circles: tuple[tuple[str, ...], ...]


def superseded_rows(rows: Successions) -> Superseded:
    """Which rows are superseded by another."""
    gone = np.zeros(len(rows.recorded), dtype=np.bool_)
    successors = np.flatnonzero(rows.supersedes.codes >= 0)
    wanted = {rows.supersedes.names[code] for code in np.unique(rows.supersedes.codes[successors])}
    bearers = _rows_named(rows.identity, wanted)
    unknown = {name for name in wanted if name not in bearers}
    replaced_by: dict[int, list[int]] = {}
    for successor in successors.tolist():
        name = rows.supersedes[successor]
        for row in _replaced(rows, successor, bearers.get(name or "", ())):
            replaced_by.setdefault(row, []).append(successor)
    for row in replaced_by:
        gone[row] = True
    circles = _circles(replaced_by)
    for circle in circles:
        members = set(circle)
        if all(successor in members for row in circle for successor in replaced_by[row]):
            gone[max(circle, key=lambda row: (int(rows.recorded[row]), row))] = False
    named = tuple(sorted(tuple(sorted(rows.identity[row] or "" for row in circle)) for circle in circles))
    return Superseded(gone, frozenset(unknown), named)


def _rows_named(identity: Coded, wanted: set[str]) -> dict[str, tuple[int, ...]]:
    """The rows that bear each of some names, where any does."""
    asked = np.array([name in wanted for name in identity.names] + [False], dtype=np.bool_)
    found: dict[str, list[int]] = {}
    for row in np.flatnonzero(asked[identity.codes]).tolist():
        found.setdefault(identity.names[identity.codes[row]], []).append(row)
    return {name: tuple(rows) for name, rows in found.items()}


def _replaced(rows: Successions, successor: int, bearers: tuple[int, ...]) -> list[int]:
    """The rows that one successor replaces, of those that bear the name it gives."""
    own_source = [row for row in bearers if rows.source.codes[row] == rows.source.codes[successor]]
    others = [row for row in own_source if row != successor]
    candidates = others if own_source else list(bearers)
    if successor not in bearers:
        return candidates
    # It supersedes its own id: the rows before it, by recorded time and then by what they say.
    mine = (int(rows.recorded[successor]), successor)
    return [
        row
        for row in candidates
        if rows.supersedes.codes[row] != rows.supersedes.codes[successor]
        or (int(rows.recorded[row]), row) < mine
    ]


def _circles(replaced_by: dict[int, list[int]]) -> list[tuple[int, ...]]:
    """The groups of rows each of which is replaced, over however many steps, by each of the others (Tarjan, 1972)."""
    found: list[tuple[int, ...]] = []
    numbers: dict[int, int] = {}
    lowest: dict[int, int] = {}
    stack: list[int] = []
    for root in sorted(replaced_by):
        if root in numbers:
            continue
        path = [(root, iter(replaced_by[root]))]
        numbers[root] = lowest[root] = len(numbers)
        stack.append(root)
        while path:
            row, successors = path[-1]
            deeper = next((each for each in successors if each in replaced_by), None)
            if deeper is None:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[row])
                if lowest[row] == numbers[row]:
                    group = stack[stack.index(row) :]
                    del stack[stack.index(row) :]
                    if len(group) > 1:
                        found.append(tuple(sorted(group)))
            elif deeper not in numbers:
                numbers[deeper] = lowest[deeper] = len(numbers)
                stack.append(deeper)
                path.append((deeper, iter(replaced_by[deeper])))
            elif deeper in stack:
                lowest[row] = min(lowest[row], numbers[deeper])
    return found
