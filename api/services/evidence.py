"""The evidence of a portfolio's folder, composed from the readers of files and the rules of the lake.

The problem: readers of files and the lake do not know each other (4-architecture). Somebody has to bring what the one
gives to the other, and a folder may hold ten rows or ten million.

Example: ``read_folder_evidence(Path("examples/halden"), declared, (), known_at=None)`` gives the evidence of that
folder and the notices of everything in it that a person should look at.

Limits: nothing is written into the folder. What would not fit well into memory goes through a lake of its own in the
system's temporary folder, which is gone with the evidence; a folder with one file twice is read into memory, whatever
its size.
"""

import weakref
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp

from api.services.memory import give_back, take_large_blocks_apart
from domain.evidence_quality import SourceQuality
from domain.findings import Finding
from domain.ports import Evidence, EvidenceSource
from store.engines.local import LocalEngine
from store.engines.quality import evidence_quality
from store.lake.catalogue import MemoryCatalogue
from store.lake.lake import Lake
from store.lake.reading import Progress, read_sources
from vendors.feeds.declared import Declared
from vendors.feeds.folder import evidence_in
from vendors.feeds.mapping import FeedMapping

MANY_BYTES = 256 * 1024 * 1024
"""Evidence of more bytes, about three million rows of CSV, is not read into memory."""

_PACKED = 5
"""Bytes of text that a byte of a compressed file, or of Parquet, stands for."""


def read_folder_evidence(
    folder: Path,
    declared: Declared,
    feeds: Sequence[FeedMapping] = (),
    known_at: int | None = None,
    progress: Progress | None = None,
    *,
    many_bytes: int = MANY_BYTES,
    now: int | None = None,
) -> tuple[Evidence, tuple[Finding, ...]]:
    """The evidence in ``folder/evidence`` as known at an instant (None: all that was ever recorded), and its notices.

    ``progress`` is told the file, the bytes read so far and the bytes there are. Evidence of more than ``many_bytes``
    stays on disk, with the same answers. ``now`` is what the clock says, where rows may not be ahead of it.
    """
    take_large_blocks_apart()
    found = evidence_in(folder, declared, feeds)
    evidence: Evidence
    if sum(map(_bytes_of_text, found.sources)) > many_bytes and not _any_twice(found.sources):
        evidence, notices = _through_a_lake(found.sources, known_at, progress, now)
    else:
        evidence, notices = read_sources(found.sources, known_at, progress, now)
    give_back()
    return evidence, tuple(sorted((*found.notices, *notices), key=lambda notice: notice.order()))


def folder_quality(
    folder: Path,
    declared: Declared,
    feeds: Sequence[FeedMapping],
    now: int,
    progress: Progress | None = None,
) -> tuple[SourceQuality, ...]:
    """How good the evidence of each source in ``folder/evidence`` is, as a store that took it in would say.

    Raises OSError where a file cannot be opened.
    """
    take_large_blocks_apart()
    with TemporaryDirectory(prefix="privity-") as place:
        lake = _taken_in(evidence_in(folder, declared, feeds).sources, Path(place), progress, now)
        found = evidence_quality(lake.evidence(now), now, scratch=Path(place))
    give_back()
    return found


def _bytes_of_text(source: EvidenceSource) -> int:
    packed = source.file.lower().endswith((".gz", ".parquet"))
    return source.size * (_PACKED if packed else 1)


def _any_twice(sources: Sequence[EvidenceSource]) -> bool:
    """Whether two files are the same bytes, or one cannot be opened: reading into memory says so in its own way."""
    try:
        seen = [(source.sha256(), source.reading) for source in sources]
    except OSError:
        return True
    return len(set(seen)) < len(seen)


def _through_a_lake(
    sources: Sequence[EvidenceSource], known_at: int | None, progress: Progress | None, now: int | None
) -> tuple[LocalEngine, tuple[Finding, ...]]:
    """The evidence of some files by way of a lake that lasts as long as somebody asks the engine."""
    place = Path(mkdtemp(prefix="privity-"))
    try:
        lake = _taken_in(sources, place, progress, now)
        engine = LocalEngine(lake.evidence(known_at), scratch=place)
    except BaseException:
        rmtree(place, ignore_errors=True)
        raise
    weakref.finalize(engine, rmtree, place, ignore_errors=True)
    return engine, engine.notices()


def _taken_in(
    sources: Sequence[EvidenceSource], place: Path, progress: Progress | None, now: int | None
) -> Lake:
    """A lake in some folder with the rows of all files."""
    lake = Lake(place, MemoryCatalogue())
    total, done = sum(source.size for source in sources), 0
    for source in sorted(sources, key=lambda source: source.file):
        lake.take_in(source, 0, _within(progress, done, total), now)
        done += source.size
    return lake


def _within(progress: Progress | None, done: int, total: int) -> Progress | None:
    """Progress of one file as progress of all of them."""
    if progress is None:
        return None
    return lambda file, read, _: progress(file, min(done + read, total), total)
