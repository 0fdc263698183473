"""A folder that is watched: each file that comes to rest there is taken in, once.

The problem: monitors and ticket tools drop exports into a folder at all hours. A file must not be taken in while it is
still being written, nor twice, and one that cannot be read must not stop the others.

Example: ``Watch(folder).ready()`` gives the files that have not changed since the look before, and that were not given
before as they are now.

Limits: the folder is looked at again and again (plain polling), for what reports changes differs between systems and is
silent on network drives. A file is at rest when its size and its time of change were the same in two looks; whoever
writes more slowly than that should write under another name that begins with a dot, and rename. A file that changes
later is taken in again, as a file of its own content; the lake knows what it has had by its hash.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Watch", "watched_part"]

_Look = tuple[int, int]
"""The size of a file and the time of its last change, in nanoseconds."""


def watched_part(folder: Path) -> Path:
    """What of a folder is watched: of a portfolio's, which holds contracts too, its evidence alone; else all of it."""
    evidence = folder / "evidence"
    return evidence if evidence.is_dir() else folder


@dataclass(slots=True)
class Watch:
    """What was seen of a folder so far."""

    folder: Path
    _seen: dict[Path, _Look] = field(default_factory=dict)
    _given: dict[Path, _Look] = field(default_factory=dict)

    def ready(self) -> tuple[Path, ...]:
        """The files that are at rest and new, or changed since they were given, by name.

        Files whose names begin with a dot are left alone, and so is what cannot be looked at just now.
        """
        now = dict(self._looks())
        found = [
            path
            for path in sorted(now)
            if self._seen.get(path) == now[path] and self._given.get(path) != now[path]
        ]
        self._seen = now
        for path in found:
            self._given[path] = now[path]
        return tuple(found)

    def waiting(self) -> tuple[Path, ...]:
        """The files that were seen and have not come to rest yet, by name."""
        return tuple(path for path in sorted(self._seen) if self._given.get(path) != self._seen[path])

    def _looks(self) -> list[tuple[Path, _Look]]:
        found = []
        for path in self.folder.rglob("*"):
            if any(part.startswith(".") for part in path.relative_to(self.folder).parts):
                continue
            try:
                if path.is_file():
                    stat = path.stat()
                    found.append((path, (stat.st_size, stat.st_mtime_ns)))
            except OSError:  # It went away between two looks.
                continue
        return found
