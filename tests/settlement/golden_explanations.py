"""The explanations that are kept as files, and the way to write them anew.

An explanation is handed to other people and replayed by other versions, so its form must never change unseen. Two of
them stand in `golden/`, byte for byte as ``privity explain --json`` prints each; their figures are those of E5, worked
out by hand in the design: A 300, B 100, C 30 minutes of 43,200; 6,000, of which A 5,000, B 1,000 and C nothing.

After a change that is meant: ``python -m tests.settlement.golden_explanations``, and read the difference.
"""

import json
from pathlib import Path

from api.shapes.explanation import explanation_shape
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    THREE_BANDS,
    all_of,
    availability,
    house,
    outage,
    service,
    settling,
    sla,
)

FOLDER = Path(__file__).parent / "golden"


def written() -> dict[str, str]:
    """The text of each golden file, by its name."""
    e5 = settling(
        house(vendors=["ann", "bob", "cid"]),
        service("v", needs=all_of("a", "b", "c")),
        service("a", "ann"),
        service("b", "bob"),
        service("c", "cid"),
        sla(["v"], [availability("99.9", credit=THREE_BANDS, clause="Sch 3, 2.1")], {"v": "40000.00"}),
        outages=[
            outage("a", "07 10:00", "07 15:00", outage_id="O1"),
            outage("b", "14 10:00", "14 11:40", outage_id="O2"),
            outage("c", "21 10:00", "21 10:30", outage_id="O3"),
        ],
    )
    trees = explanations(e5, Period.parse("2026-04"), "sla", "availability", "v")
    return {
        f"e05-{name}.json": json.dumps(explanation_shape(trees[name]), indent=1, ensure_ascii=False) + "\n"
        for name in ("credit", "shares")
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in written().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
