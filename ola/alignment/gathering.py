"""What every service below says, gathered once a service and shared by all that stand on it.

The problem: a thousand promises stand on the same hundred thousand services. Walking down from each of them again
takes hours; what a service comes to is the same whoever asks, but for the few services where the asker itself is
bound, which are told apart.

Example: banking and trading both need hosting: what stands under hosting is gathered for the first, and the second
reads it.

`Gathered.within` is what a service comes to seen from one asker. The value of a service is asked for with its asker;
it also says whose views would differ (a set of bits), and only for those it is worked out anew.

Limits: the values of a service may depend on those of what it needs, and on nothing above it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from ola.chain import Chain

EVERYBODY = 0
"""The view of an asker whom nothing below concerns in particular."""


class Seen(Protocol):
    """A value that knows whose views of it would differ."""

    @property
    def differs_for(self) -> int:
        """The bits of the askers who see another value."""


Value = TypeVar("Value", bound=Seen)


@dataclass(frozen=True, slots=True, eq=False)
class Gathered(Generic[Value]):
    """Values of services, each worked out once.

    ``needs_of(service, asker)`` are the services that a value rests on; ``value_of(service, asker, known)`` works it
    out, ``known`` giving the values of those. An asker is a bit, or `EVERYBODY`.
    """

    chain: Chain
    needs_of: Callable[[str, int], Sequence[str]]
    value_of: Callable[[str, int, Callable[[str], Value]], Value]
    _common: dict[str, Value] = field(default_factory=dict)
    _own: dict[int, dict[str, Value]] = field(default_factory=dict)

    def within(self, service: str, asker: int) -> Value:
        """What a service comes to for an asker."""
        common = self._gather(service, EVERYBODY, self._common.get)
        if not common.differs_for & asker:
            return common
        own = self._own.setdefault(asker, {})

        def seen(name: str) -> Value | None:
            shared = self._common.get(name)
            return own.get(name) if shared is None or shared.differs_for & asker else shared

        return self._gather(service, asker, seen)

    def _gather(self, root: str, asker: int, seen: Callable[[str], Value | None]) -> Value:
        found = seen(root)
        if found is not None:
            return found
        known = self._common if asker == EVERYBODY else self._own[asker]
        missing: set[str] = set()
        waiting = [root]
        while waiting:
            service = waiting.pop()
            if service not in missing and seen(service) is None:
                missing.add(service)
                waiting += self.needs_of(service, asker)

        def below(name: str) -> Value:
            value = seen(name)
            if value is None:
                raise KeyError(name)
            return value

        for service in sorted(missing, key=self.chain.rank.__getitem__):
            known[service] = self.value_of(service, asker, below)
        return known[root]
