"""Where a store lies and where the API listens: what differs from one installation to the next.

The problem: the same program serves a desk, with everything in one folder, and a server with a database beside it.

Example: ``PRIVITY_STORE=shop privity status`` looks at the store in the folder ``shop``.

Limits: three settings, from the environment; a command's own option goes before them. Nothing is read at import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """``folder`` holds the evidence lake, and the database unless ``database_url`` names a server's."""

    folder: Path
    database_url: str

    @classmethod
    def of(cls, folder: Path, database_url: str | None = None) -> Settings:
        """The settings of a store in a folder; without a URL its database is a SQLite file in it."""
        return cls(folder, database_url or f"sqlite:///{folder / 'privity.db'}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], folder: Path | None = None) -> Settings:
        """The settings of PRIVITY_STORE (default ``.privity``) and PRIVITY_DATABASE_URL (default SQLite)."""
        where = folder if folder is not None else Path(environment.get("PRIVITY_STORE") or ".privity")
        return cls.of(where, environment.get("PRIVITY_DATABASE_URL") or None)

    @property
    def lake(self) -> Path:
        """The folder of the evidence lake."""
        return self.folder / "lake"
