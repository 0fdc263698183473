"""Other people's files, mapped and not reprogrammed.

The problem: a ticket tool exports its own columns, its own statuses and its own way to write a date. What they mean is
said once, as data, in a Feed document.

Example: ``columns={"ticket_id": "number"}`` says that the column ``number`` of the file holds the ticket's id.

Limits: a mapping renames and translates; it never calculates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_VALUES: Mapping[str, Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FeedMapping:
    """What a Feed document says (2-documents, "Evidence").

    ``files`` is a pattern within ``evidence/``; ``reads`` is csv, ndjson or parquet; ``columns`` maps a column of the
    kind to a column of the file; ``values`` maps, per column of the kind, what the file says to what it means, "*"
    standing for everything else. ``service_column`` and ``service_values`` do the same for the service.
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
    encoding: str = "utf-8"
