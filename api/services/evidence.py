"""The evidence of a portfolio's folder, composed from the readers of files and the rules of the lake.

The problem: readers of files and the lake do not know each other (4-architecture). Somebody has to bring what the one
gives to the other.

Example: ``read_folder_evidence(Path("examples/halden"), declared, (), known_at=None)`` gives the evidence of that
folder and the notices of everything in it that a person should look at.

Limits: nothing is written, neither into the folder nor elsewhere.
"""

from collections.abc import Sequence
from pathlib import Path

from documents.kinds import FeedDocument
from domain.findings import Finding
from domain.ports import Evidence
from store.lake.reading import Progress, read_sources
from vendors.feeds.declared import Declared
from vendors.feeds.folder import evidence_in
from vendors.feeds.mapping import ANY, FeedMapping


def read_folder_evidence(
    folder: Path,
    declared: Declared,
    feeds: Sequence[FeedMapping] = (),
    known_at: int | None = None,
    progress: Progress | None = None,
) -> tuple[Evidence, tuple[Finding, ...]]:
    """The evidence in ``folder/evidence`` as known at an instant (None: all that was ever recorded), and its notices.

    ``progress`` is told the file, the bytes read so far and the bytes there are.
    """
    found = evidence_in(folder, declared, feeds)
    evidence, notices = read_sources(found.sources, known_at, progress)
    return evidence, tuple(sorted((*found.notices, *notices), key=lambda notice: notice.order()))


def feed_mapping(document: FeedDocument) -> FeedMapping:
    """What a Feed document says, as the readers of files take it."""
    spec = document.spec
    service = spec.service
    if service is None:
        column, values = None, {}
    elif isinstance(service, str):
        column, values = None, {ANY: service}
    else:
        column, values = service.column, dict(service.values)
    return FeedMapping(
        name=document.metadata.name,
        files=spec.files,
        reads=spec.reads,
        produces=tuple(spec.produces),
        columns=dict(spec.columns),
        nulls=tuple(spec.nulls),
        timezone=spec.timezone,
        time_format=spec.time_format,
        values={name: dict(meanings) for name, meanings in spec.values.items()},
        service_column=column,
        service_values=values,
        encoding=spec.encoding or "utf-8",
        delimiter=spec.delimiter or ",",
    )
