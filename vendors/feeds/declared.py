"""The names that documents declare, and the nearest of them to one that they do not.

The problem: ``portall`` for ``portal`` is one letter, and a month of outages that count for nobody. A row that names
what no document declares goes to quarantine, and its reason says which name was probably meant.

Example: ``Declared(frozenset({"portal"}), frozenset()).service_fault("portall")`` names ``portal``.

Limits: the nearest name is a guess for people; nothing is ever read by it. After a few thousand guesses the rest are
left out, so that a file of nothing but unknown names is not slower to read than a good one.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches

_MOST_COMPARISONS = 200_000


@dataclass(frozen=True, slots=True)
class Declared:
    """The services and parties that the documents declare."""

    services: frozenset[str]
    parties: frozenset[str]


@dataclass(slots=True)
class Guesses:
    """Nearest names, each worked out once, within a bound on the work."""

    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _compared: int = 0

    def hint(self, what: str, name: str, names: Collection[str]) -> str:
        """A clause that names the nearest of ``names``, to follow a reason; empty where nothing is near."""
        key = (what, name)
        if key not in self._known:
            self._known[key] = self._guess(name, names)
        return self._known[key]

    def _guess(self, name: str, names: Collection[str]) -> str:
        self._compared += len(names)
        if self._compared > _MOST_COMPARISONS and self._compared > len(names):
            return ""
        near = nearest(name, names)
        return "" if near is None else f"; did you mean {near!r}?"


def nearest(name: str, names: Collection[str]) -> str | None:
    """The one of ``names`` that looks most like ``name``; None where none looks like it."""
    folded = {other.strip().casefold().replace(" ", "_"): other for other in sorted(names, reverse=True)}
    found = get_close_matches(name.strip().casefold().replace(" ", "_"), sorted(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None
