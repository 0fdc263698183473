"""The evidence of a portfolio's folder, composed from the readers of files and the rules of the lake.

The problem: readers of files and the lake do not know each other (4-architecture). Somebody has to bring what the one
gives to the other.

Example: ``read_folder_evidence(Path("examples/halden"), declared, (), known_at=None)`` gives the evidence of that
folder and the notices of everything in it that a person should look at.

Limits: nothing is written, neither into the folder nor elsewhere.
"""

from collections.abc import Sequence
from pathlib import Path

from api.services.memory import give_back, take_large_blocks_apart
from domain.findings import Finding
from domain.ports import Evidence
from store.lake.reading import Progress, read_sources
from vendors.feeds.declared import Declared
from vendors.feeds.folder import evidence_in
from vendors.feeds.mapping import FeedMapping


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
    take_large_blocks_apart()
    found = evidence_in(folder, declared, feeds)
    evidence, notices = read_sources(found.sources, known_at, progress)
    give_back()
    return evidence, tuple(sorted((*found.notices, *notices), key=lambda notice: notice.order()))
