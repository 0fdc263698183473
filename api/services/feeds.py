"""What a Feed document says, as the readers of evidence files want to be told.

The problem: documents and the readers of files do not know each other (4-architecture), so somebody has to hand the
one's words to the other.

Example: a document with ``service: it-support`` becomes a mapping in which any row is about it-support.

Limits: nothing is checked here; the document already was.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from vendors.feeds.mapping import FeedMapping

if TYPE_CHECKING:
    from collections.abc import Iterable

    from documents.kinds import FeedDocument

__all__ = ["feed_mapping", "feed_mappings"]


def feed_mappings(documents: Iterable[FeedDocument]) -> tuple[FeedMapping, ...]:
    """The mappings of all feeds, by name."""
    return tuple(sorted((feed_mapping(document) for document in documents), key=lambda feed: feed.name))


def feed_mapping(document: FeedDocument) -> FeedMapping:
    """The mapping that one Feed document describes."""
    spec = document.spec
    return FeedMapping(
        name=document.metadata.name,
        files=spec.files,
        reads=spec.reads,
        produces=tuple(spec.produces),
        columns=MappingProxyType(dict(spec.columns)),
        nulls=spec.nulls,
        timezone=spec.timezone,
        time_format=spec.time_format,
        values=MappingProxyType(
            {name: MappingProxyType(dict(spec.values[name])) for name in sorted(spec.values)}
        ),
        service_column=spec.service_column,
        service_columns=spec.service_columns,
        service_values=MappingProxyType(dict(spec.service_values)),
        encoding=spec.encoding or "utf-8",
        delimiter=spec.delimiter or ",",
    )
