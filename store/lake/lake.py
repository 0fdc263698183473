"""The evidence lake: a folder of immutable Parquet that any number of processes may read.

The problem: evidence has to be kept as it came, for as long as a contract can be disputed, so that what was known on a
day can be read again on any later day.

Example: ``Lake(folder, FolderCatalogue(folder / "catalogue")).take_in(source, recorded_at)`` takes in one file; taking
it in again changes nothing. ``lake.evidence(known_at)`` is the evidence as known at an instant.

Limits: taking in is atomic per file: its batches are written aside, moved into place under the hash of their bytes, and
count only from the moment its entry stands in the catalogue. What a crash leaves behind is never read. A file that
cannot be read as a whole is entered too, with its fault in quarantine and no batch.
"""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from domain.ports import EvidenceSource
from store.lake.catalogue import BatchEntry, CataloguePort, KindCount, SourceEntry, source_key
from store.lake.lake_evidence import LakeEvidence, current
from store.lake.parquet import ROWS_IN_A_FILE, BatchWriter
from store.lake.reading import Progress, StagedFile, stage


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of taking in a file: its entry, and whether the lake had it before."""

    entry: SourceEntry
    known_before: bool


class Lake:
    """A lake in a folder, with its catalogue behind a port; its files hold about ``rows_in_a_file`` rows at most."""

    def __init__(
        self, folder: Path, catalogue: CataloguePort, *, rows_in_a_file: int = ROWS_IN_A_FILE
    ) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._rows_in_a_file = rows_in_a_file

    def take_in(
        self,
        source: EvidenceSource,
        recorded_at: int,
        progress: Progress | None = None,
        now: int | None = None,
    ) -> TakenIn:
        """Take in one file, as recorded at an instant (microseconds); ``now`` where rows may not be ahead of the clock.

        The same bytes read in the same way add nothing, unless rows of them were set aside before and come out
        differently now. Raises OSError where the file cannot be opened at all: there is nothing to keep then.
        """
        digest = source.sha256()
        key = source_key(digest, source.reading)
        before = self._catalogue.revisions(key)
        if before and not before[-1].quarantine:
            return TakenIn(before[-1], known_before=True)
        waiting = self._folder / "staging"
        waiting.mkdir(parents=True, exist_ok=True)
        writer = BatchWriter(Path(tempfile.mkdtemp(prefix="file-", dir=waiting)), self._rows_in_a_file)
        try:
            staged = stage(source, digest, writer.add, progress, now)
            batches = () if staged.broken else writer.publish(self._folder)
        finally:
            writer.forget()
        entry = _entry(source, staged, len(before) + 1, recorded_at, batches)
        if before and entry.says_the_same(before[-1]):
            return TakenIn(before[-1], known_before=True)
        return TakenIn(self._catalogue.add(entry), known_before=False)

    def evidence(self, known_at: int | None, recorded_by: int | None = None) -> LakeEvidence:
        """The evidence as known at an instant (None: all that was ever recorded).

        ``known_at`` is compared with what the rows themselves say (``recorded_at``); ``recorded_by``, where given,
        also leaves out whatever the lake itself took in after that instant, so that an earlier run can be repeated.
        """
        return LakeEvidence(self._folder, current(self._catalogue.entries(), recorded_by), known_at)

    def damaged(self) -> tuple[str, ...]:
        """The batches that are gone, or whose bytes are no longer what their name says; none in a sound lake."""
        found: set[str] = set()
        for batch in {batch for entry in self._catalogue.entries() for batch in entry.batches}:
            path = self._folder / batch.path
            if not path.is_file():
                found.add(batch.path)
                continue
            with path.open("rb") as opened:
                if hashlib.file_digest(opened, "sha256").hexdigest() != batch.sha256:
                    found.add(batch.path)
        return tuple(sorted(found))


def _entry(
    source: EvidenceSource,
    staged: StagedFile,
    revision: int,
    recorded_at: int,
    batches: tuple[BatchEntry, ...],
) -> SourceEntry:
    counts = tuple(
        KindCount(kind, 0 if staged.broken else staged.rows.get(kind, 0), staged.set_aside.get(kind, 0))
        for kind in staged.kinds
    )
    return SourceEntry(
        file=source.file,
        sha256=staged.sha256,
        reading=source.reading,
        revision=revision,
        recorded_at=recorded_at,
        counts=counts,
        batches=batches,
        quarantine=tuple(sorted(staged.quarantined, key=lambda row: (row.file, row.line, row.reason))),
        notices=tuple(staged.notices),
    )
