"""``privity status``: what the store holds, and whether it is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ExitCode, note, print_json, screen
from api.cli.options import AsJson
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from api.services.reading import Status

__all__ = ["status"]

Verify = Annotated[
    bool,
    typer.Option(
        "--verify", help="Read everything again and compare its hashes; exit code 1 where any differs."
    ),
]


def status(*, store: StoreFolder = None, verify: Verify = False, as_json: AsJson = False) -> None:
    r"""Say what the store holds: contracts, evidence, and the settled periods with their hashes.

    \b
    Examples:
      privity status
      privity status --verify --store shop
    """
    from api.services.outgrown import outgrown, outgrown_text

    with opened_store(store) as privity:
        stored = privity.reader.status()
        faults = privity.reader.faults() if verify else ()
        settled = [run.period for run in stored.runs]
        changed = {} if as_json else outgrown(privity.store, privity.reader, settled)
    if as_json:
        _print_as_json(stored, faults if verify else None)
    else:
        _print(stored)
        for month, views in changed.items():
            note(f"{outgrown_text(month, views)}.")
        for fault in faults:
            note(f"Unsound: {fault}.")
        if verify and not faults:
            note("Every batch of evidence and every settlement gives the hash it was stored with.")
    if faults:
        raise typer.Exit(ExitCode.FAULTY)


def _print_as_json(stored: Status, faults: tuple[str, ...] | None) -> None:
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
            "faults": None if faults is None else list(faults),
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
