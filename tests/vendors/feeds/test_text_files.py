"""Text files as they really arrive: headers, line ends, quotes, encodings, and files that are something else."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.vendors.feeds.reading import OUTAGE_HEADER, read, read_folder, write
from vendors.feeds.declared import Declared

ROW_A = "A,portal,2026-06-03T10:00:00Z,2026-06-03T11:00:00Z,\n"
ROW_B = "B,hosting,2026-06-04T10:00:00Z,2026-06-04T11:00:00Z,customer\n"
CSV = OUTAGE_HEADER + ROW_A + ROW_B


def as_ndjson(text: str) -> str:
    header, *rows = text.splitlines()
    return "".join(
        json.dumps(dict(zip(header.split(","), row.split(","), strict=True))) + "\n" for row in rows
    )


@pytest.mark.parametrize(
    ("name", "content", "first_line"),
    [
        ("outages.csv", CSV, 2),
        ("outages.csv", CSV.replace("\n", "\r\n"), 2),
        ("outages.csv", CSV.rstrip("\n"), 2),
        ("outages.csv", "\ufeff" + CSV, 2),
        ("outages.csv", "\n\n" + CSV, 4),
        ("Outages 2026.CSV", CSV, 2),
        ("outages.csv.gz", gzip.compress(CSV.encode()), 2),
        ("outages.csv.gz", gzip.compress(OUTAGE_HEADER.encode()) + gzip.compress((ROW_A + ROW_B).encode()), 2),
        ("outages.ndjson", as_ndjson(CSV), 1),
        ("outages.jsonl", as_ndjson(CSV).replace("\n", "\r\n"), 1),
        ("outages.ndjson", "\ufeff" + as_ndjson(CSV), 1),
        ("outages.ndjson.gz", gzip.compress(as_ndjson(CSV).encode()), 1),
    ],
)  # fmt: skip
def test_the_same_rows_are_read_however_the_text_is_written(
    tmp_path: Path, name: str, content: str | bytes, first_line: int
) -> None:
    found = read(tmp_path, name, content)
    assert found.quarantine == []
    assert found.broken == []
    assert found.rows == [
        {"outage_id": "A", "service": "portal", "started_at": "2026-06-03T10:00:00Z", "ended_at": "2026-06-03T11:00:00Z", "line": first_line},
        {"outage_id": "B", "service": "hosting", "started_at": "2026-06-04T10:00:00Z", "ended_at": "2026-06-04T11:00:00Z", "cause": "customer", "line": first_line + 1},
    ]  # fmt: skip


def test_lines_count_on_through_quoted_line_ends_and_blank_lines(tmp_path: Path) -> None:
    text = (
        OUTAGE_HEADER
        + '"A\nA",portal,2026-06-03T10:00Z,,\n\nB,portall,2026-06-03T10:00Z,,\n"C",portal,2026-06-03T10:00Z,,\n'
    )
    found = read(tmp_path, "outages.csv", text)
    assert [(row["outage_id"], row["line"]) for row in found.rows] == [("A\nA", 2), ("C", 6)]
    assert found.lines() == [5]


def test_quoted_cells_may_hold_separators_and_quotation_marks(tmp_path: Path) -> None:
    found = read(tmp_path, "outages.csv", OUTAGE_HEADER + '"A, the ""first""",portal,2026-06-03T10:00Z,,\n')
    assert found.column("outage_id") == ['A, the "first"']


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    found = read(tmp_path, "outages.csv", OUTAGE_HEADER)
    assert (found.rows, found.quarantine, found.broken) == ([], [], [])


def test_columns_may_stand_in_any_order_and_unknown_ones_are_told(tmp_path: Path) -> None:
    found = read(
        tmp_path, "outages.csv", "started_at,comment,service,sevrity\n2026-06-03T10:00Z,hm,portal,high\n"
    )
    assert found.rows == [{"service": "portal", "started_at": "2026-06-03T10:00:00Z", "line": 2}]
    ((code, message),) = found.notices
    assert code == "EVIDENCE_UNKNOWN_COLUMN"
    assert "'comment'" in message
    assert "'sevrity' (did you mean severity?)" in message


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("", ["empty"]),
        ("\n\n", ["empty"]),
        ("service,start_at\nportal,2026-06-03T10:00Z\n", ["started_at", "'start_at'", "no row of outages"]),
        ("Service,Started_At\nportal,2026-06-03T10:00Z\n", ["service", "'Service'"]),
        ("service;started_at\nportal;2026-06-03T10:00Z\n", ["semicolons"]),
        ("service\tstarted_at\nportal\t2026-06-03T10:00Z\n", ["tabs"]),
        ("service,started_at,service\nportal,2026-06-03T10:00Z,hosting\n", ["service more than once"]),
        ("service,started_at\rportal,2026-06-03T10:00Z\r", ["carriage return"]),
        ("portal,2026-06-03T10:00Z\n", ["lacks the columns service", "started_at"]),
    ],
)
def test_a_file_without_the_header_it_needs_is_refused_whole(
    tmp_path: Path, content: str, parts: list[str]
) -> None:
    found = read(tmp_path, "outages.csv", content)
    for part in parts:
        assert part in found.refusal()
    assert found.rows == []
    assert found.broken[0][1] == 1


def spreadsheet() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("outages.csv", b"PAR1" + bytes(100) + b"PAR1", "it is a Parquet file"),
        ("outages.csv", spreadsheet(), "it is a ZIP file or a spreadsheet"),
        ("outages.csv", gzip.compress(CSV.encode()), "gzip file, but its name does not end with .gz"),
        ("outages.csv", CSV.encode("utf-16"), "UTF-16 text: save the file as UTF-8"),
        ("outages.csv", CSV.encode("utf-16-be"), "UTF-16"),
        ("outages.csv", CSV.encode("utf-32"), "UTF-32"),
        ("outages.csv", as_ndjson(CSV).encode(), "looks like JSON, not CSV"),
        ("outages.csv", bytes(range(256)) * 40, "binary, not CSV"),
        ("outages.csv", b"\xff" * 4000, "not UTF-8"),
        ("outages.csv", CSV.encode().replace(b"service", b"serv\xe9ce"), "The header cannot be read"),
        ("outages.csv.gz", CSV.encode(), "this is not gzip: it looks like text"),
        ("outages.csv.gz", b"", "this is not gzip: it is empty"),
        ("outages.csv.gz", gzip.compress(spreadsheet()), "a spreadsheet"),
        ("outages.csv.gz", gzip.compress(gzip.compress(CSV.encode())), "it is a gzip file"),
        ("outages.ndjson", CSV.encode(), "looks like CSV: NDJSON has one JSON object a line"),
        ("outages.ndjson", json.dumps([{"service": "portal"}]).encode(), "a JSON array"),
        ("outages.ndjson", b"hello\nworld\n", "something else"),
        ("outages.parquet", CSV.encode(), "This is not Parquet, as its name says: it looks like text"),
        ("outages.parquet", b"", "it is empty"),
        ("outages.parquet", b"PAR1" + os.urandom(200), "damaged"),
        ("outages.parquet.gz", gzip.compress(CSV.encode()), "This is not Parquet"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_its_name_says_is_refused_whole(
    tmp_path: Path, name: str, content: bytes, part: str
) -> None:
    found = read(tmp_path, name, content)
    assert part in found.refusal()
    assert found.broken[0][:2] == (f"evidence/{name}", 1)
    assert found.rows == []


def test_a_gzip_stream_that_breaks_off_costs_the_file_and_says_where(tmp_path: Path) -> None:
    rows = "".join(
        f"O{i},portal,2026-06-03T10:00:{i % 60:02d}Z,,{'' if i % 7 else 'customer'}\n" for i in range(40_000)
    )
    whole = gzip.compress((OUTAGE_HEADER + rows).encode())
    found = read(tmp_path, "outages.csv.gz", whole[: len(whole) // 2])
    assert "breaks off" in found.refusal()
    assert found.rows == []
    assert 1 < found.broken[0][1] < 40_000


def test_a_gzip_stream_that_is_damaged_costs_the_file(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(CSV.encode()))
    whole[-6] ^= 0xFF  # The checksum at the end no longer fits.
    assert "damaged" in read(tmp_path, "outages.csv.gz", bytes(whole)).refusal()


def test_garbage_behind_a_good_header_is_set_aside_row_by_row(tmp_path: Path) -> None:
    garbage = b"\x00\x01\x02\n\xff\xfe,\xfd\n" + b"\x07" * 10 + b"\n"
    found = read(tmp_path, "outages.csv", OUTAGE_HEADER.encode() + ROW_A.encode() + garbage + ROW_B.encode())
    assert found.column("outage_id") == ["A", "B"]
    assert found.lines() == [3, 4, 5]
    assert "NUL" in found.reason(3)
    assert "UTF-8" in found.reason(4)
    assert "1 cell" in found.reason(5)


def test_a_file_of_nothing_but_garbage_behind_its_header_is_refused_whole(tmp_path: Path) -> None:
    """900 such rows are 900 rows in quarantine; 1,000 and hardly a good one among them are no file of outages."""
    found = read(tmp_path, "outages.csv", OUTAGE_HEADER + "garbage\n" * 900)
    assert len(found.quarantine) == 900
    found = read(tmp_path, "outages.csv", OUTAGE_HEADER + ROW_A + "garbage\n" * 1_000)
    assert found.refusal() == (
        "Of its first 1001 rows 1000 cannot be taken apart, the first because the row has 1 cell where the header has 5: "
        "this is not the file that its name says"
    )
    assert found.broken[0][1] == 3


def test_rows_that_only_say_something_wrong_are_never_garbage(tmp_path: Path) -> None:
    found = read(tmp_path, "outages.csv", OUTAGE_HEADER + "A,portall,2026-06-03T10:00Z,,\n" * 3_000)
    assert len(found.quarantine) == 3_000


def test_a_line_of_nine_mebibytes_costs_itself(tmp_path: Path) -> None:
    long = b"A," + b"x" * (9 * 1024 * 1024) + b"\n"
    found = read(tmp_path, "outages.csv", OUTAGE_HEADER.encode() + ROW_A.encode() + long + ROW_B.encode())
    assert found.column("outage_id") == ["A", "B"]
    assert found.column("line") == [2, 4]
    assert found.reason(3) == "the line is 9437186 bytes long; lines of up to 8388608 bytes (8 MiB) are read"


def test_a_header_of_nine_mebibytes_costs_the_file(tmp_path: Path) -> None:
    found = read(tmp_path, "outages.csv", b"service," + b"x" * (9 * 1024 * 1024) + b"\nportal,1\n")
    assert "9437192 bytes long" in found.refusal()


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("not json", "the line is not JSON"),
        ('{"service": "portal"', "the line is not JSON"),
        ('["portal"]', "not an object"),
        ('"portal"', "not an object"),
        ('{"service": "portal", "started_at": "2026-06-03T10:00Z"} x', "something follows"),
        ("[" * 100_000, "nested too deeply"),
        ('{"service": ["portal"], "started_at": "2026-06-03T10:00Z"}', "service holds a list"),
        ('{"service": "portal", "started_at": {"at": "2026-06-03T10:00Z"}}', "started_at holds an object"),
        ('{"service": "portal", "started_at": 1780480800}', "not a time in ISO 8601"),
        ('{"service": "portal"}', "started_at is empty"),
        ('{"service": "por\\ud800tal", "started_at": "2026-06-03T10:00Z"}', "surrogate"),
        ('{"service": true, "started_at": "2026-06-03T10:00Z"}', "service 'true'"),
    ],
)
def test_a_bad_line_of_ndjson_is_set_aside(tmp_path: Path, line: str, part: str) -> None:
    good = '{"service": "portal", "started_at": "2026-06-03T10:00Z", "outage_id": 7, "ended_at": null}\n'
    found = read(tmp_path, "outages.ndjson", good + line + "\n" + good)
    assert found.column("outage_id") == ["7", "7"]
    assert found.column("line") == [1, 3]
    assert part in found.reason(2)


def test_numbers_in_ndjson_stay_as_they_were_written(tmp_path: Path) -> None:
    row = '{"service": "portal", "measure": "m", "from": "2026-06-01T00:00Z", "to": "2026-06-02T00:00Z", "numerator": 0.1000000000000000055, "denominator": 12345678901234567890}\n'
    found = read(tmp_path, "counts.ndjson", row + row.replace("0.1000000000000000055", "NaN"))
    assert found.column("numerator") == ["0.1000000000000000055"]
    assert found.column("denominator") == ["12345678901234567890"]
    assert "not a finite number" in found.reason(2)


def test_unknown_keys_of_ndjson_are_told_once(tmp_path: Path) -> None:
    row = '{"service": "portal", "started_at": "2026-06-03T10:00Z", "star_at": 1}\n'
    found = read(tmp_path, "outages.ndjson", row * 3)
    assert len(found.rows) == 3
    assert [code for code, _ in found.notices] == ["EVIDENCE_UNKNOWN_COLUMN"]


def test_an_empty_ndjson_file_has_no_rows(tmp_path: Path) -> None:
    found = read(tmp_path, "outages.ndjson", "")
    assert (found.rows, found.quarantine, found.broken) == ([], [], [])


def test_a_tar_archive_is_no_csv(tmp_path: Path) -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("outages.csv"), io.BytesIO(b""))
    assert "binary, not CSV" in read(tmp_path, "outages.csv", held.getvalue()).refusal()


def test_a_file_that_cannot_be_opened_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    """A link that leads nowhere is a file that somebody meant to be there."""
    write(tmp_path, "tickets.csv", "ticket_id,service,priority,opened_at\n")
    (tmp_path / "evidence" / "outages.csv").symlink_to(tmp_path / "gone.csv")
    found = read_folder(tmp_path)
    assert [code for code, _ in found.notices] == ["EVIDENCE_UNKNOWN_FILE"]
    assert "evidence/outages.csv" in found.notices[0][1]


def test_words_that_libraries_take_for_nothing_are_words(tmp_path: Path) -> None:
    """NA is a service, and null an outage's id, if somebody says so."""
    declared = Declared(frozenset({"NA", "nan"}), frozenset())
    rows = "null,NA,2026-06-03T10:00Z,,\nNULL,nan,2026-06-03T10:00Z,,\n"
    found = read(tmp_path, "outages.csv", OUTAGE_HEADER + rows, declared=declared)
    assert [(row["outage_id"], row["service"]) for row in found.rows] == [("null", "NA"), ("NULL", "nan")]
