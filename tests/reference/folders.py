"""A portfolio's folder read the plain way: YAML documents, and CSV rows as dictionaries of text.

Example: `read_folder(Path("tests/scenarios/41-two-reasons-and-over-recovery"))["outages"][0]["service"]` is "d1".

Limits: no Feed documents, no compression, no quarantine: for the project's own small folders.
"""

import csv
from pathlib import Path

import yaml

from tests.reference.minutes import Document

KINDS = ("outages", "tickets", "ticket_events")


def read_folder(folder: Path) -> dict[str, list[Document]]:
    """The documents and the evidence rows of a folder, by the names that `oracle.settle` takes."""
    contents: dict[str, list[Document]] = {"documents": []}
    for path in sorted(folder.rglob("*.yaml")):
        with path.open(encoding="utf-8") as file:
            contents["documents"] += [document for document in yaml.safe_load_all(file) if document]
    for kind in KINDS:
        path = folder / "evidence" / f"{kind}.csv"
        contents[kind] = []
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                contents[kind] = list(csv.DictReader(file))
    return contents


def write_folder(folder: Path, contents: dict[str, list[Document]]) -> None:
    """The way back: `contracts.yaml`, and a CSV for every kind that has rows."""
    (folder / "evidence").mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump_all(contents["documents"], sort_keys=False, default_flow_style=None)
    (folder / "contracts.yaml").write_text(text, encoding="utf-8")
    for kind in KINDS:
        rows = contents[kind]
        if rows:
            path = folder / "evidence" / f"{kind}.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
