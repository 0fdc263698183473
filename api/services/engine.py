"""Which rules, and which time-zone data, a settlement was worked out with.

The problem: a run that is repeated after an upgrade may rightly give another figure; so what worked it out is one of
its inputs, and a result that other rules gave is never kept.

Example: ``engine()`` is "0.1.0+3f2a…": the version, and the hash of the source of the rules.

Limits: the rules are the packages domain, ola and settlement; the hash is of their text, so a changed comment changes
it.
"""

from __future__ import annotations

import hashlib
import zoneinfo
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import domain
import ola
import settlement

__all__ = ["engine", "rules", "time_zones"]


@cache
def engine() -> str:
    """The version of the rules."""
    digest = hashlib.sha256()
    for package in (domain, ola, settlement):
        root = Path(str(package.__file__)).parent
        for path in sorted(root.rglob("*.py"), key=lambda path: path.relative_to(root).as_posix()):
            digest.update(f"{package.__name__}/{path.relative_to(root).as_posix()}\n".encode())
            digest.update(path.read_bytes())
    return f"{_version('privity')}+{digest.hexdigest()[:16]}"


def rules() -> str:
    """Everything that works figures out besides contracts and evidence: the rules, and the time-zone data."""
    return f"{engine()} {time_zones()}"


@cache
def time_zones() -> str:
    """The version of the time-zone data: of the operating system's, or of the package that stands in for it."""
    for folder in zoneinfo.TZPATH:
        for name in ("tzdata.zi", "+VERSION"):
            path = Path(folder) / name
            if path.is_file():
                with path.open(encoding="utf-8") as opened:
                    return opened.readline().removeprefix("# version").strip()
        if Path(folder, "UTC").is_file():
            return "of the operating system"
    return _version("tzdata")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "0"
