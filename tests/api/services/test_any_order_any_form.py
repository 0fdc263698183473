"""Whatever order rows come in, in one file or many, as CSV, NDJSON or Parquet: the settlement is the same bytes.

What is about the files themselves (``sources``, a file that says what another said) is left out (ruling 78).
"""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.settling import settle_folder
from tests.api.services.stored_folders import HALDEN, empty_store, fill

PERIOD = "2026-03"
KINDS = ("outages", "tickets")
Rows = list[dict[str, str]]


def rows_of(kind: str) -> Rows:
    with (HALDEN / "evidence" / f"{kind}.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def write(path: Path, rows: Rows, form: str) -> None:
    columns = list(rows[0])
    if form.startswith("csv"):
        text = "\n".join(
            [",".join(columns), *(",".join(f'"{row[name]}"' for name in columns) for row in rows)]
        )
    else:
        text = "\n".join(json.dumps({name: row[name] for name in columns if row[name]}) for row in rows)
    if form == "parquet":
        pq.write_table(
            pa.table({name: [row[name] or None for row in rows] for name in columns}), f"{path}.parquet"
        )
    elif form.endswith(".gz"):
        Path(f"{path}.{form}").write_bytes(gzip.compress(text.encode()))
    else:
        Path(f"{path}.{form}").write_text(text, encoding="utf-8")


def folder_with(folder: Path, orders: dict[str, list[int]], files: int, form: str) -> Path:
    shutil.copytree(HALDEN, folder, dirs_exist_ok=True)
    for kind in KINDS:
        rows = rows_of(kind)
        (folder / "evidence" / f"{kind}.csv").unlink()
        shuffled = [rows[place] for place in orders[kind]]
        for number in range(min(files, len(rows))):
            write(folder / "evidence" / f"{kind}-{number:04d}", shuffled[number::files], form)
    return folder


def said(folder: Path) -> str:
    shape: dict[str, Any] = dict(settle_folder(folder, PERIOD))
    del shape["sources"]
    shape["findings"] = [each for each in shape["findings"] if each["code"] != "EVIDENCE_FILE_REPEATED"]
    return json.dumps(shape)


ORDERS = st.fixed_dictionaries({kind: st.permutations(range(len(rows_of(kind)))) for kind in KINDS})


@settings(max_examples=12, deadline=None)
@given(
    ORDERS,
    st.sampled_from([1, 2, 7, 1000]),
    st.sampled_from(["csv", "csv.gz", "ndjson", "ndjson.gz", "parquet"]),
)
def test_a_settlement_is_the_same_bytes_however_its_evidence_comes(
    orders: dict[str, list[int]], files: int, form: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        assert said(folder_with(Path(name), orders, files, form)) == said(HALDEN)


@pytest.mark.parametrize("many_rows", [500_000, 0])
def test_a_store_filled_from_many_files_of_another_form_settles_to_the_same(
    tmp_path: Path, many_rows: int
) -> None:
    from domain.periods import Period

    orders = {kind: list(reversed(range(len(rows_of(kind))))) for kind in KINDS}
    folder = folder_with(tmp_path / "folder", orders, 9, "parquet")
    found = []
    for number, each in enumerate((HALDEN, folder)):
        with empty_store(tmp_path / f"store-{number}") as privity:
            privity.store.many_rows = many_rows
            fill(privity, each)
            privity.commands.settlement_run(Period.parse(PERIOD), None, "ada", "")
            stored = privity.reader.settlement(Period.parse(PERIOD))
            assert stored is not None
            found.append(
                (
                    stored.attainments,
                    stored.breaches,
                    stored.statements,
                    stored.credit_impact,
                    stored.quarantine,
                )
            )
    assert found[0] == found[1]
