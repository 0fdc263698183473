"""``privity ingest``: files of evidence into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ExitCode, Waiting, note, print_faults, print_json, screen
from api.cli.options import AsJson
from api.cli.stored import Actor, Reason, StoreFolder, actor_named, opened_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.errors import Fault
    from api.services.reading import Commands
    from api.shapes.parts import JsonValue
    from store.records import EvidenceFile

__all__ = ["ingest"]

Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...",
        help="Files of evidence, or folders of a portfolio, of which evidence/ is taken in.",
        show_default=False,
    ),
]

Watched = Annotated[
    bool,
    typer.Option(
        "--watch",
        help="Go on taking in the files that come into the folders (of a portfolio into its evidence/), each once it "
        "is no longer written to; stop with Ctrl-C.",
    ),
]
_SECONDS_BETWEEN_LOOKS = 1.0


def ingest(
    paths: Paths,
    *,
    store: StoreFolder = None,
    actor: Actor = None,
    reason: Reason = "",
    watch: Watched = False,
    as_json: AsJson = False,
) -> None:
    r"""Take evidence into the store, each file wholly or not at all.

    A file that was taken in before adds nothing. Rows that cannot be read are set aside with their reason. Files that
    nobody knows how to read are named, the others are taken in, and the exit code is 1.

    \b
    Examples:
      privity ingest examples/halden
      privity ingest outages-april.csv --store shop
      privity ingest --watch /var/exports --store shop
    """
    from api.errors import RequestError

    if watch:
        _watch(paths, store, actor_named(actor), reason, as_json=as_json)
        return
    taken: list[EvidenceFile] = []
    faults: list[Fault] = []
    with opened_store(store) as privity:
        for name, path in _files(paths):
            try:
                with Waiting() as waiting:
                    taken.append(
                        privity.commands.evidence_submit(
                            name, path, actor_named(actor), reason, None, waiting
                        )
                    )
            except RequestError as error:
                if error.faults[0].code != "FILE":
                    raise
                faults.extend(error.faults)
    if as_json:
        from api.cli.console import fault_shape

        print_json(
            {"files": [_shape(file) for file in taken], "errors": [fault_shape(fault) for fault in faults]}
        )
    else:
        _print(taken)
        print_faults(faults, as_json=False)
    if faults:
        raise typer.Exit(ExitCode.FAULTY)


def _watch(paths: Sequence[Path], store: Path | None, actor: str, reason: str, *, as_json: bool) -> None:
    """Take in what comes into some folders until somebody interrupts; what cannot be read is said and passed over."""
    from time import sleep

    from api.errors import FolderError
    from api.services.watching import Watch, watched_part

    for path in paths:
        if not path.is_dir():
            raise FolderError.missing(path) if not path.exists() else FolderError.no_folder(path)
    watches = [Watch(watched_part(path)) for path in paths]
    with opened_store(store) as privity:
        note(f"Watching {', '.join(str(watch.folder) for watch in watches)}; Ctrl-C ends it.")
        try:
            while True:
                for watch in watches:
                    for path in watch.ready():
                        _take_in(privity.commands, watch.folder, path, actor, reason, as_json=as_json)
                sleep(_SECONDS_BETWEEN_LOOKS)
        except KeyboardInterrupt:
            left = [path.name for watch in watches for path in watch.waiting()]
            note(f"Stopped; not taken in yet: {', '.join(left)}" if left else "Stopped.")


def _take_in(commands: Commands, folder: Path, path: Path, actor: str, reason: str, *, as_json: bool) -> None:
    """Take in one file of a watched folder and say what came of it."""
    from api.errors import RequestError

    name = f"evidence/{path.relative_to(folder).as_posix()}"
    try:
        taken = commands.evidence_submit(name, path, actor, reason, None)
    except RequestError as error:
        print_faults(error.faults, as_json=as_json)
        return
    if as_json:
        print_json(_shape(taken))
        return
    rows = sum(count for _, count in taken.rows)
    again = ", was here before" if taken.known_before else ""
    aside = f", {taken.quarantined:,} set aside" if taken.quarantined else ""
    with screen() as console:
        console.print(f"{taken.file}: {rows:,} rows{aside}{again}", highlight=False)


def _files(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    from api.errors import Fault, FolderError, RequestError
    from api.services.ingesting import evidence_files

    found: list[tuple[str, Path]] = []
    for path in paths:
        if path.is_dir():
            files = evidence_files(path)
            if not files:
                raise RequestError(
                    Fault(
                        "FOLDER", f"{path} has no evidence", "Put files into its folder evidence", str(path)
                    )
                )
            found.extend(files)
        elif path.is_file():
            found.append((f"evidence/{path.name}", path))
        else:
            raise FolderError.no_evidence(path)
    return found


def _shape(file: EvidenceFile) -> dict[str, JsonValue]:
    return {
        "file": file.file,
        "sha256": file.sha256,
        "rows": dict(file.rows),
        "quarantined": file.quarantined,
        "knownBefore": file.known_before,
    }


def _print(taken: Sequence[EvidenceFile]) -> None:
    from api.cli.tables import table

    if not taken:
        return
    made = table("file", "holds", "rows", "set aside", "", right=("rows", "set aside"))
    for file in taken:
        kinds = ", ".join(kind for kind, _ in file.rows)
        rows = sum(count for _, count in file.rows)
        again = "was here before" if file.known_before else ""
        made.add_row(file.file, kinds, f"{rows:,}", f"{file.quarantined:,}", again)
    with screen() as console:
        console.print(made)
    if any(file.quarantined for file in taken):
        note("Rows that were set aside count nowhere; privity check FOLDER says why each was.")
