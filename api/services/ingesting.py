"""Evidence into the store, a file at a time, wholly or not at all.

The problem: an export of a million rows breaks off, is sent twice, or is sent by two people at once; after each of
these the store has to hold what it held before, or all of the file, once.

Example: ``evidence_submit(store, "evidence/outages.csv", Path("outages.csv"), "ada", "April", None)``.

Limits: a file is read by the feed that claims it, else by its name. It may be read again after further services were
declared: rows that were set aside before and are good now make another revision.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError
from api.services.storing import no_documents, order_answer
from domain.evidence_kinds import KINDS, kind_named
from domain.instants import DAY
from store.codec import Codec, Json
from store.lake.lake import Lake
from store.mappers import hash_of
from store.records import EvidenceFile
from store.repositories.evidence import SqlCatalogue
from vendors.feeds.declared import Declared
from vendors.feeds.folder import EVIDENCE_FOLDER
from vendors.feeds.mapping import claimants
from vendors.feeds.opening import format_named
from vendors.feeds.sources import FeedSource, FileSource, RefusedSource

if TYPE_CHECKING:
    from api.services.reading import Progress
    from api.services.storing import Contracts, Store
    from domain.ports import EvidenceSource
    from store.lake.catalogue import SourceEntry

__all__ = ["evidence_files", "evidence_submit"]

ACTION = "evidenceSubmit"

_CODEC = Codec()


class _Waiting:
    """The catalogue as the lake sees it while a file is read: an entry that is added waits for the transaction."""

    def __init__(self, catalogue: SqlCatalogue) -> None:
        self._catalogue = catalogue

    def revisions(self, key: str) -> tuple[SourceEntry, ...]:
        return self._catalogue.revisions(key)

    def add(self, entry: SourceEntry) -> SourceEntry:
        return entry

    def entries(self) -> tuple[SourceEntry, ...]:
        return self._catalogue.entries()


def evidence_submit(
    store: Store,
    file: str,
    content: bytes | Path,
    actor: str,
    reason: str,
    key: str | None,
    progress: Progress | None = None,
) -> EvidenceFile:
    """Take in one file. Raises RequestError where it cannot be: then nothing has changed."""
    name = _place(file)
    _sweep(store)
    contracts = store.current()
    if contracts is None:
        raise no_documents()
    if isinstance(content, Path):
        return _take_in(store, contracts, name, content, actor, reason, key, progress)
    waiting = store.lake_folder / "staging"
    waiting.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sent-", dir=waiting) as folder:
        path = Path(folder) / PurePosixPath(name).name
        path.write_bytes(content)
        return _take_in(store, contracts, name, path, actor, reason, key, progress)


def evidence_files(folder: Path) -> tuple[tuple[str, Path], ...]:
    """The files in a portfolio's evidence folder, by the name under which they are taken in; there may be none."""
    root = folder / EVIDENCE_FOLDER
    found = [path for path in root.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return tuple(sorted((path.relative_to(folder).as_posix(), path) for path in found))


def _take_in(
    store: Store,
    contracts: Contracts,
    name: str,
    path: Path,
    actor: str,
    reason: str,
    key: str | None,
    progress: Progress | None,
) -> EvidenceFile:
    source = _source(contracts, name, path)
    try:
        order: dict[str, Json] = {"file": name, "sha256": source.sha256()}
    except OSError as error:
        raise RequestError(
            Fault("FILE", f"{path.name} cannot be opened: {error.strerror}", file=name)
        ) from error
    with store.reading() as work:
        if answered := order_answer(work, key, ACTION, order):
            return _CODEC.decode(EvidenceFile, answered)
    now = store.clock()
    taken = Lake(store.lake_folder, _Waiting(SqlCatalogue(store.database))).take_in(
        source, now, progress, now
    )
    with store.writing() as work:
        if answered := order_answer(work, key, ACTION, order):
            return _CODEC.decode(EvidenceFile, answered)
        known_before = taken.known_before or bool(
            [each for each in work.evidence.revisions(taken.entry.key) if each.says_the_same(taken.entry)]
        )
        entry = taken.entry if known_before else work.evidence.add(taken.entry)
        answer = EvidenceFile(
            entry.file,
            entry.sha256,
            entry.recorded_at,
            tuple((count.kind, count.rows) for count in entry.counts),
            len(entry.quarantine),
            entry.notices,
            known_before,
        )
        after = _CODEC.encode(answer)
        work.audit.write(now, actor, ACTION, name, reason, key, before=None, after=after)
        work.audit.keep(key, ACTION, hash_of(order), after)
    return answer


def _sweep(store: Store) -> None:
    """Throw away what processes that were killed left beside the lake more than a day ago."""
    waiting = store.lake_folder / "staging"
    for left in sorted(waiting.iterdir()) if waiting.is_dir() else ():
        with suppress(OSError):  # Another process may be sweeping too.
            if left.stat().st_mtime * 1_000_000 < store.clock() - DAY:
                shutil.rmtree(left, ignore_errors=True)


def _place(file: str) -> str:
    """The name of a file within a portfolio's folder; it begins with the folder of evidence."""
    path = PurePosixPath(file.replace("\\", "/"))
    if not path.name or path.is_absolute() or ".." in path.parts:
        raise RequestError(
            Fault("FILE", f'"{file}" is no name of a file', "Name it like evidence/outages.csv", value=file)
        )
    inside = path if path.parts[0] == EVIDENCE_FOLDER else PurePosixPath(EVIDENCE_FOLDER) / path
    return inside.as_posix()


def _source(contracts: Contracts, name: str, path: Path) -> EvidenceSource:
    """The file as a feed reads it, or as its name says. Raises RequestError where neither knows how."""
    portfolio = contracts.portfolio
    declared = Declared(frozenset(portfolio.services), frozenset(portfolio.parties))
    claiming = claimants(PurePosixPath(name).relative_to(EVIDENCE_FOLDER).as_posix(), contracts.feeds)
    if len(claiming) > 1:
        names = " and ".join(feed.name for feed in claiming)
        return RefusedSource(
            path, name, f"The feeds {names} both claim it: let the patterns of only one of them fit"
        )
    if claiming:
        return FeedSource(path, name, claiming[0], declared)
    kind = kind_named(path.name)
    if kind is None or format_named(path.name) is None:
        kinds = ", ".join(f"{each.name}*" for each in KINDS)
        raise RequestError(
            Fault(
                "FILE",
                f"{name} is not read: nobody knows what it holds",
                f"Begin its name with one of {kinds}, end it with .csv, .ndjson, .jsonl or .parquet (each also .gz), "
                "or claim it with a Feed",
                file=name,
            )
        )
    return FileSource(path, name, kind, declared)
