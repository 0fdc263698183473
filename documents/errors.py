"""What is wrong in a document, where exactly, and what would cure it.

The problem: "validation failed" helps nobody who has forty contracts open. An error here is a value: it names the file,
line and column, the path in the document, the value that was read, the nearest valid name, and what to do. A folder's
errors come all at once, in the order in which a person would meet them.

Example::

    agreements.yaml:14:13 spec.serviceLevels[0].metric.kind: "availabilty" is not a metric. Did you mean
    "availability"? Write one of: availability, composite, duration, ...

Limits: an error means that a document cannot be read as a contract. A contract that can be read but is unwise (a gap
between bands, a cycle of dependencies) gives a finding instead.

References: Python's `difflib`, whose ratio of matching blocks (Ratcliff and Metzener, 1988) finds the nearest name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

__all__ = ["DocumentError", "choices_text", "nearest_name"]

_SHOWN = 60
_LISTED = 24


@dataclass(frozen=True, slots=True)
class DocumentError:
    """One thing wrong in a document.

    ``line`` and ``column`` count from 1 (0: the folder or the file as a whole); ``path`` is the place in the document
    ("spec.serviceLevels[0].metric.kind", "" for a whole document); ``value`` is the text that was read, where it is
    short enough to show; ``nearest`` is the valid name closest to it; ``cure`` says what to do.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    value: str | None = None
    nearest: str | None = None
    cure: str = ""

    def text(self) -> str:
        """The error in one line, as an editor's problem list shows it: place, what is wrong, and the cure."""
        place = ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])
        # A key of a broken document may hold anything, also the end of a line.
        path = " ".join(self.path.split())
        words = [f"{place} {path}".rstrip() + ":", _sentence(self.message)]
        if self.nearest is not None:
            words.append(f'Did you mean "{self.nearest}"?')
        if self.cure:
            words.append(_sentence(self.cure))
        return " ".join(words)

    def __str__(self) -> str:
        return self.text()


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that is closest to ``name``, or None where none is close enough to be meant.

    Letter case, hyphens and underscores are looked past first, because they are the usual slips.
    """
    names = sorted(set(known))
    plain = {_plain(candidate): candidate for candidate in reversed(names)}
    if found := plain.get(_plain(name)):
        return found
    close = get_close_matches(_plain(name), list(plain), n=1, cutoff=0.6)
    return plain[close[0]] if close else None


def choices_text(names: Iterable[str]) -> str:
    """A list of valid names for a cure, in order, shortened where it is long: "a, b, c and 12 more"."""
    ordered = sorted(set(names))
    shown = ", ".join(ordered[:_LISTED])
    return shown if len(ordered) <= _LISTED else f"{shown} and {len(ordered) - _LISTED} more"


def shown_value(value: object) -> str | None:
    """A scalar as it was read, shortened for a message; None for what is not a scalar."""
    if not isinstance(value, str):
        return None
    flat = " ".join(value.split())
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").replace(" ", "").casefold()


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."
