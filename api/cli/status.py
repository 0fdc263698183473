"""``privity status``: what the store holds, and whether it is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ExitCode, note, print_json, screen
from api.cli.options import AsJson
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from api.services.reading import Status
    from api.services.verifying import Verified
    from api.shapes.parts import JsonValue

__all__ = ["status"]

Verify = Annotated[
    bool,
    typer.Option(
        "--verify",
        help="Read everything again and compare its hashes; exit code 1 where any that still counts differs.",
    ),
]


def status(*, store: StoreFolder = None, verify: Verify = False, as_json: AsJson = False) -> None:
    r"""Say what the store holds: contracts, evidence, and the settled periods with their hashes.

    \b
    Examples:
      privity status
      privity status --verify --store shop
    """
    from api.services.outgrown import outgrown_shape, outgrown_text

    with opened_store(store) as privity:
        stored = privity.reader.status()
        checked = privity.reader.verified() if verify else None
        changed = privity.reader.outgrown()
    if as_json:
        _print_as_json(stored, outgrown_shape(changed), checked)
    else:
        _print(stored)
        for month, views in changed.items():
            note(f"{outgrown_text(month, views)}.")
        for fault in checked.faults if checked else ():
            note(f"Unsound: {fault}.")
        for left in checked.superseded if checked else ():
            note(f"Not compared: {left}.")
        if checked and not checked.faults:
            but = ", as far as this version can tell" if checked.superseded else ""
            note(f"Every batch of evidence and every settlement gives the hash it was stored with{but}.")
    if checked and checked.faults:
        raise typer.Exit(ExitCode.FAULTY)


def _print_as_json(stored: Status, changed: list[JsonValue], checked: Verified | None) -> None:
    from api.cli.run import run_shape
    from domain.instants import isoformat

    documents = stored.documents
    print_json(
        {
            "schema": stored.schema,
            "documents": None
            if documents is None
            else {
                "set": documents.id,
                "digest": documents.digest,
                "count": len(documents.documents),
                "loadedAt": isoformat(documents.recorded_at),
            },
            "evidence": {
                "files": stored.evidence_files,
                "rows": stored.evidence_rows,
                "quarantined": stored.quarantined,
            },
            "settled": [run_shape(run) for run in stored.runs],
            "statementsToAdjust": changed,
            "faults": None if checked is None else list(checked.faults),
            "notCompared": None if checked is None else list(checked.superseded),
        }
    )


def _print(stored: Status) -> None:
    from api.cli.tables import table
    from domain.instants import isoformat

    with screen() as console:
        documents = stored.documents
        if documents is None:
            console.print("No contracts are loaded: privity load FOLDER")
        else:
            loaded = isoformat(documents.recorded_at)
            console.print(f"{len(documents.documents)} contract documents, loaded {loaded}")
        aside = f", {stored.quarantined:,} set aside" if stored.quarantined else ""
        console.print(f"{stored.evidence_rows:,} rows of evidence in {stored.evidence_files} files{aside}")
        if not stored.runs:
            console.print("No period is settled: privity run --period 2026-03")
            return
        made = table("period", "as of", "run", "settled", "output")
        for run in stored.runs:
            made.add_row(
                run.period.name,
                run.as_of.isoformat(),
                run.id,
                isoformat((run.finished_at or run.started_at) // 1_000_000 * 1_000_000),
                (run.output_hash or "")[:12],
            )
        console.print(made)
