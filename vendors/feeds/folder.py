"""Which files of a folder are evidence, and of which kind.

The problem: a folder holds what people put there. A file whose name nobody understands may be a month of outages, so it
is never passed over in silence.

Example: in ``evidence/2026/ticket_events-may.csv.gz`` lie ticket events; ``evidence/outage.csv`` gives a notice that
asks whether outages were meant.

A file that a feed claims is read by that feed and not by its name; one that two feeds claim is not read at all.

Limits: folders are gone through to any depth, without following links to folders.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.evidence_kinds import KINDS, kind_named
from domain.findings import Finding, FindingKind, Severity
from domain.ports import EvidenceSource
from vendors.feeds.declared import Declared, nearest
from vendors.feeds.mapping import FeedMapping, claimants
from vendors.feeds.opening import format_named
from vendors.feeds.sources import FeedSource, FileSource, RefusedSource

EVIDENCE_FOLDER = "evidence"


@dataclass(frozen=True, slots=True)
class FolderOfEvidence:
    """The files that can be read, ordered by name, and what a person should know of the others."""

    sources: tuple[EvidenceSource, ...]
    notices: tuple[Finding, ...]


def evidence_in(folder: Path, declared: Declared, feeds: Sequence[FeedMapping] = ()) -> FolderOfEvidence:
    """The evidence of a portfolio's folder, which lies in its ``evidence`` folder; there may be none."""
    sources: list[EvidenceSource] = []
    notices: list[Finding] = [notice for feed in feeds for notice in feed.notices()]
    idle = {feed.name: feed for feed in feeds}
    root = folder / EVIDENCE_FOLDER
    paths = sorted(_files(root), key=lambda path: path.relative_to(folder).as_posix())
    for path in paths:
        file = path.relative_to(folder).as_posix()
        kind = kind_named(path.name)
        claiming = claimants(path.relative_to(root).as_posix(), feeds) if path.is_file() else ()
        for feed in claiming:
            idle.pop(feed.name, None)
        if len(claiming) > 1:
            names = " and ".join(feed.name for feed in claiming)
            reason = f"The feeds {names} both claim it: let the patterns of only one of them fit"
            sources.append(RefusedSource(path, file, reason))
        elif claiming:
            sources.append(FeedSource(path, file, claiming[0], declared))
        elif kind is None or format_named(path.name) is None or not path.is_file():
            notices.append(_not_read(path, file))
        else:
            sources.append(FileSource(path, file, kind, declared))
    if not paths:
        notices.append(_no_files(root))
    notices.extend(idle_notice(idle[name]) for name in sorted(idle))
    return FolderOfEvidence(tuple(sources), tuple(notices))


def idle_notice(feed: FeedMapping) -> Finding:
    """The notice that a feed found nothing to read."""
    return Finding(
        "FEED_WITHOUT_FILES",
        Severity.INFO,
        FindingKind.EVIDENCE,
        f"The feed {feed.name} reads {feed.files}, and no file of the evidence is called so.",
        cure="Put the pattern right, or the files in the evidence folder.",
    )


def _files(folder: Path) -> Iterable[Path]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield Path(root) / name


def _not_read(path: Path, file: str) -> Finding:
    """The notice that a file is not read, and what its name should be like."""
    kinds = ", ".join(f"{kind.name}*" for kind in KINDS)
    kind = kind_named(path.name)
    if not path.is_file():
        message, cure = f"{file} is no ordinary file, and is not read.", "Put the file itself here."
    elif kind is None:
        near = nearest(path.name.split(".")[0].split("-")[0], [kind.name for kind in KINDS])
        meant = f" Did you mean {near}?" if near is not None else ""
        message = f"{file} is not read: its name begins with no kind of evidence.{meant}"
        cure = f"Begin its name with one of {kinds}, or claim it with a Feed."
    else:
        message = f"{file} is not read: its name says {kind.name}, but not in a format that is read."
        cure = "End its name with .csv, .ndjson, .jsonl or .parquet, each also .gz."
    severity = Severity.INFO if path.name.startswith(".") else Severity.WARNING
    return Finding("EVIDENCE_UNKNOWN_FILE", severity, FindingKind.EVIDENCE, message, cure=cure)


def _no_files(folder: Path) -> Finding:
    state = "holds no file" if folder.is_dir() else "does not exist"
    return Finding(
        "EVIDENCE_NO_FILES",
        Severity.WARNING,
        FindingKind.EVIDENCE,
        f"The folder {folder.name} {state}: nothing that happened is known.",
        cure="Put files such as evidence/outages.csv there.",
    )
