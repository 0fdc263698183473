"""Other people's files, mapped and not reprogrammed.

The problem: a ticket tool exports its own columns, its own statuses and its own way to write a date. What they mean is
said once, as data, in a Feed document, and read here as one value.

Example: ``columns={"ticket_id": "number"}`` says that the column ``number`` of the file holds the ticket's id, and
``values={"holder": {"Group 70": "service-desk", "*": "unmapped"}}`` who holds it.

Where it takes two columns to say what a row is about (a product and a region, say), ``service_columns`` names them and
the keys of ``service_values`` say one part a column: ``"Compute | eu-west"``, ``"Compute | *"``, ``"Compute |"`` for an
empty region, and ``"*"`` for everything else.

Limits: a mapping renames and translates; it never calculates. Only texts are translated, not times or numbers. A text
that holds ``|`` cannot be a part of such a key; ``*`` stands for it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from types import MappingProxyType
from zoneinfo import ZoneInfo

from domain.evidence_kinds import TICKET_EVENTS, TICKETS, Cell, EvidenceKind, kind_of
from domain.findings import Finding, FindingKind, Severity
from vendors.feeds.declared import nearest
from vendors.feeds.instants import IsoTimes, TimeReader
from vendors.feeds.opening import Format
from vendors.feeds.time_formats import FormatTimes, UnknownTimeFormat

ANY = "*"
"""Stands for every value that is not named."""

PART = "|"
"""Stands between the parts of a key that is made of several columns."""

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_VALUES: Mapping[str, Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FeedMapping:
    """What a Feed document says (2-documents, "Evidence").

    ``files`` is a pattern within ``evidence/``: without a slash it is matched with the file's name at any depth, with
    one against the path. ``reads`` is csv, ndjson or parquet. ``columns`` maps a column of the kind to a column of the
    file; ``values`` maps, per column of the kind, what the file says to what it means, "*" standing for everything
    else; a value that it does not name puts the row in quarantine. Empty cells stay empty unless "" is named; a
    value may mean nothing (""). A column that ``columns`` does not map is what "*" says in every row (ruling 128).

    ``service_column`` and ``service_values`` say which service a row is about; without a column the value of "*" is
    the service of every row, and with one "*" stands for an empty cell too, for every row needs a service.
    ``service_columns`` are several columns that say it together; ``service_column`` is None then.
    """

    name: str
    files: str
    reads: str
    produces: tuple[str, ...]
    columns: Mapping[str, str]
    nulls: tuple[str, ...] = ("",)
    timezone: str = "UTC"
    time_format: str | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NO_VALUES)
    service_column: str | None = None
    service_values: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    service_columns: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","

    def claims(self, path: str) -> bool:
        """Whether a file, by its path within ``evidence/``, is the feed's to read."""
        if "/" in self.files:
            return fnmatchcase(path, self.files)
        return fnmatchcase(path.rsplit("/", 1)[-1], self.files)

    def kinds(self) -> tuple[EvidenceKind, ...]:
        """The kinds that its rows are, by name. Raises KeyError for one that there is not."""
        return tuple(kind_of(name) for name in sorted(set(self.produces)))

    def format(self) -> Format | None:
        """How its files are written; None for a connector, of which there is none yet."""
        return Format(self.reads) if self.reads in set(Format) else None

    def sources(self) -> frozenset[str]:
        """The columns of the file that are read."""
        named = frozenset((*self.columns.values(), *self.service_columns))
        return named if self.service_column is None else named | {self.service_column}

    def service_of(self, cells: Sequence[str]) -> str | None:
        """The service that the cells of ``service_columns`` mean together; None where the mapping does not say.

        Of the keys that fit, the one that names an earlier column outright holds before one that leaves it to "*".
        """
        parts = tuple("" if cell in self.nulls else cell for cell in cells)
        fitting = [
            ([part == ANY for part in wanted], service)
            for key, service in self.service_values.items()
            if len(wanted := parts_of(key, len(parts))) == len(parts)
            and all(part in (ANY, cell) for part, cell in zip(wanted, parts, strict=True))
        ]
        return min(fitting)[1] if fitting else None

    def times(self) -> TimeReader:
        """How its times are read. Raises UnknownTimeFormat."""
        zone = None if self.timezone == "UTC" else ZoneInfo(self.timezone)
        return IsoTimes(zone) if self.time_format is None else FormatTimes(self.time_format, zone)

    def digest(self) -> str:
        """A hash of everything the mapping says, for two mappings read one file differently."""
        said = []
        for each in fields(self):
            value = getattr(self, each.name)
            said.append((each.name, _sorted(value) if isinstance(value, Mapping) else value))
        return hashlib.sha256(repr(said).encode("utf-8")).hexdigest()

    def faults(self) -> tuple[str, ...]:
        """Why no file can be read by this mapping; nothing where all is well."""
        found: list[str] = []
        for kind in self.kinds():
            missing = [name for name in kind.required() if not self._says(name)]
            if missing:
                found.append(f"it does not say which column is {', '.join(missing)}, which {kind.name} need")
                if kind is TICKETS and missing == ["opened_at"] and TICKET_EVENTS in self.kinds():
                    # Not the first event: in a log that begins later, or is cut in two, it is no opening (ruling 79).
                    found[-1] += (
                        "; a log of events alone produces ticket_events, and tickets*.csv says when each opened"
                    )
        try:
            self.times()
        except UnknownTimeFormat as fault:
            found.append(str(fault))
        try:
            "".encode(self.encoding)
        except LookupError:
            found.append(f"{self.encoding!r} is no encoding that is known; most files are utf-8 or cp1252")
        count = len(self.service_columns)
        found.extend(
            f"the service {key!r} does not say {count} parts, one for each of {', '.join(self.service_columns)}"
            for key in sorted(self.service_values)
            if count and len(parts_of(key, count)) != count
        )
        if len(self.delimiter) != 1 or not self.delimiter.isascii() or self.delimiter in '"\r\n':
            found.append(f"the delimiter {self.delimiter!r} is not one plain letter such as ; or a tab")
        if self.format() is None:
            found.append(
                f"it reads {self.reads!r}, and no such connector is there: csv, ndjson and parquet are"
            )
        return tuple(found)

    def notices(self) -> tuple[Finding, ...]:
        """What the mapping says of columns that no kind it produces has."""
        known = {
            column.name: column for kind in self.kinds() for column in kind.columns if not column.derived
        }
        found: list[Finding] = []
        for name in sorted({*self.columns, *self.values} - set(known)):
            near = nearest(name, known)
            meant = "" if near is None else f" Did you mean {near}?"
            found.append(
                self._notice(
                    f"The feed {self.name} maps {name}, which {self._kinds_text()} do not have.{meant}"
                )
            )
        found.extend(
            self._notice(f"The feed {self.name} translates values of {name}, but only texts are translated.")
            for name in sorted(self.values)
            if name in known and known[name].cell is Cell.INSTANT
        )
        return tuple(found)

    def _says(self, column: str) -> bool:
        said = self.service_column is not None or self.service_columns or ANY in self.service_values
        if column == "service" and said:
            return True
        return column in self.columns or bool(self.constant(column))

    def constant(self, column: str) -> str | None:
        """What every row says in a column that the file does not have; None where nothing is said of it."""
        return None if column in self.columns else self.values.get(column, _NOTHING).get(ANY)

    def _kinds_text(self) -> str:
        return " and ".join(kind.name for kind in self.kinds())

    def _notice(self, message: str) -> Finding:
        cure = "Put the Feed document right."
        return Finding("FEED_UNKNOWN_COLUMN", Severity.WARNING, FindingKind.EVIDENCE, message, cure=cure)


def _sorted(value: Mapping[str, object]) -> list[tuple[str, object]]:
    return [
        (key, _sorted(inner) if isinstance(inner, Mapping) else inner) for key, inner in sorted(value.items())
    ]


def parts_of(key: str, count: int) -> tuple[str, ...]:
    """The parts of a key made of ``count`` columns; "*" alone leaves every part open."""
    return (ANY,) * count if key == ANY else tuple(part.strip() for part in key.split(PART))


def claimants(path: str, feeds: Iterable[FeedMapping]) -> tuple[FeedMapping, ...]:
    """The feeds that claim a file, by name."""
    return tuple(sorted((feed for feed in feeds if feed.claims(path)), key=lambda feed: feed.name))
