"""``privity evidence``: how good the evidence of each source is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.console import print_json, screen
from api.cli.options import AsJson
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from api.shapes import Shape
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


def evidence(*, store: StoreFolder = None, as_json: AsJson = False) -> None:
    r"""Say how good the evidence of each source is: what was set aside, came twice, late or out of order.

    \b
    Examples:
      privity evidence
      privity evidence --store shop --json
    """
    with opened_store(store) as privity:
        found = privity.reader.evidence_quality()
    if as_json:
        print_json({"sources": [_shape(each) for each in found]})
    else:
        _print(found)


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
            console.print("No evidence is stored: privity ingest FOLDER")
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
