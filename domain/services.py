"""What one party runs for others, and what it needs in turn.

The problem: "online banking needs hosting, one of two networks, and two of three nodes" must be said once, as data,
so that the measure, the trace and the alignment all read the same words.

Example: ``AllOf((Dependency("hosting"), AnyOf((Dependency("wan-a"), Dependency("wan-b")))))``.

Limits: a gate says what is needed, not how good it must be; the promises stand in the agreements.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar


class Measured(StrEnum):
    """Where the truth about a service's downtime comes from (3-calculations, 3.1)."""

    DIRECTLY = "directly"
    FROM_DEPENDENCIES = "fromDependencies"


@dataclass(frozen=True, slots=True)
class Dependency:
    """The need for one service; each of its outages reads as longer by ``recovery_lag`` microseconds."""

    service: str
    recovery_lag: int = 0


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds while every member holds."""

    members: tuple["Gate", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds while at least one member holds."""

    members: tuple["Gate", ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Holds while at least ``count`` members hold."""

    count: int
    members: tuple["Gate", ...]


Gate = Dependency | AllOf | AnyOf | AtLeast


Inner = AllOf | AnyOf | AtLeast
"""A gate with members."""

Found = TypeVar("Found")


def dependencies_of(gate: Gate | None) -> Iterator[Dependency]:
    """Every dependency that a gate names, in the order of the document; nothing for no gate."""
    waiting = [] if gate is None else [gate]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Dependency):
            yield each
        else:
            waiting += reversed(each.members)


def needed_by_gate(gate: Gate | None) -> set[str]:
    """The services that a gate names, in no order; nothing for no gate."""
    found: set[str] = set()
    waiting = [] if gate is None else [gate]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Dependency):
            found.add(each.service)
        else:
            waiting += each.members
    return found


def folded(
    gate: Gate, of_dependency: Callable[[Dependency], Found], of_gate: Callable[[Inner, list[Found]], Found]
) -> Found:
    """What a gate comes to, from the inside outwards: each dependency's value, then each gate's of its members'.

    Written without recursion, because gates may nest deeper than the interpreter's stack.
    """
    done: list[Found] = []
    waiting: list[tuple[Gate, bool]] = [(gate, False)]
    while waiting:
        each, is_ready = waiting.pop()
        if isinstance(each, Dependency):
            done.append(of_dependency(each))
        elif is_ready:
            first = len(done) - len(each.members)
            members = done[first:]
            del done[first:]
            done.append(of_gate(each, members))
        else:
            waiting.append((each, True))
            waiting += [(member, False) for member in reversed(each.members)]
    return done[0]


@dataclass(frozen=True, slots=True)
class Service:
    """A service, the one party that answers for running it, and the gate of what it needs (None: nothing)."""

    name: str
    title: str
    provider: str
    measured: Measured = Measured.DIRECTLY
    depends_on: Gate | None = None
