"""``privity evidence``: how good the evidence of each source is."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AsJson
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from api.shapes.parts import Shape
    from domain.evidence_quality import SourceQuality

__all__ = ["evidence"]

_WORDS = (
    ("set aside", "quarantined"),
    ("repeated", "repeated"),
    ("superseded", "superseded"),
    ("open", "still_open"),
    ("late", "late"),
    ("skewed", "skewed"),
    ("ahead", "ahead"),
    ("out of order", "out_of_order"),
    ("days without", "days_without"),
)


OrFolder = Annotated[
    Path | None,
    typer.Argument(
        metavar="FOLDER",
        help="A folder of contract documents (*.yaml) and evidence/; without it the store is asked.",
        show_default=False,
    ),
]


def evidence(folder: OrFolder = None, *, store: StoreFolder = None, as_json: AsJson = False) -> None:
    r"""Say how good the evidence of each source is: what was set aside, came twice, late or out of order.

    Of a folder, nothing is stored. Without FOLDER the evidence in the store is looked at.

    \b
    Examples:
      privity evidence examples/halden
      privity evidence
      privity evidence --store shop --json
    """
    found = _of_store(store) if folder is None else _of_folder(folder, store)
    if as_json:
        print_json({"sources": [_shape(each) for each in found]})
    else:
        _print(found)


def _of_store(store: Path | None) -> tuple[SourceQuality, ...]:
    with opened_store(store) as privity:
        return privity.reader.evidence_quality()


def _of_folder(folder: Path, store: Path | None) -> tuple[SourceQuality, ...]:
    from api.errors import Fault, RequestError
    from api.services.folders import read_contracts, read_quality

    if store is not None:
        raise RequestError(
            Fault("FOLDER", f"both {folder} and the store {store} are named", "Name the one to look at")
        )
    with Waiting() as waiting:
        contracts = read_contracts(folder, waiting)
        return read_quality(folder, contracts, time.time_ns() // 1000, waiting)


def _shape(value: SourceQuality) -> Shape:
    from domain.instants import isoformat

    return {
        "kind": value.kind,
        "source": value.source or None,
        "rows": value.rows,
        "quarantined": value.quarantined,
        "repeated": value.repeated,
        "superseded": value.superseded,
        "open": value.still_open,
        "late": value.late,
        "skewed": value.skewed,
        "ahead": value.ahead,
        "outOfOrder": value.out_of_order,
        "daysWithout": value.days_without,
        "first": None if value.first is None else isoformat(value.first),
        "last": None if value.last is None else isoformat(value.last),
    }


def _print(found: tuple[SourceQuality, ...]) -> None:
    from api.cli.tables import table
    from domain.instants import isoformat

    with screen() as console:
        if not found:
            console.print(
                "There is no evidence: put files into evidence/, or into the store by privity ingest FOLDER"
            )
            return
        for value in found:
            source = value.source or "no source named"
            console.print(f"{value.kind} of {source}: {value.rows:,} rows", highlight=False)
            made = table("what", "count", right=("count",))
            for word, name in _WORDS:
                if getattr(value, name):
                    made.add_row(word, f"{getattr(value, name):,}")
            if value.first is not None and value.last is not None:
                console.print(f"  from {isoformat(value.first)} to {isoformat(value.last)}", highlight=False)
            if made.row_count:
                console.print(made)
