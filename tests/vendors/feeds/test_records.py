"""Records and their lines, in whatever pieces the bytes arrive, and however long a line is."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.feeds.records import CHUNK, LONGEST_RECORD, read_records

Found = tuple[list[tuple[int, bytes]], list[tuple[int, str]]]


def records_of(
    content: bytes, separator: str | None = ",", *, limit: int = LONGEST_RECORD, chunk: int = CHUNK
) -> Found:
    """Lines with records, and lines with faults."""
    records: list[tuple[int, bytes]] = []
    faults: list[tuple[int, str]] = []
    for block in read_records(io.BytesIO(content), separator, limit=limit, chunk=chunk):
        records.extend((int(block.lines[i]), block.text(i)) for i in range(len(block)))
        faults.extend((fault.line, fault.reason) for fault in block.faults)
    return records, sorted(faults)


def test_a_record_knows_the_line_on_which_it_starts() -> None:
    records, faults = records_of(b'h1,h2\n"a\nb",1\n\nc,"d ""e"""\r\n\r\nlast,2')
    assert records == [(1, b"h1,h2"), (2, b'"a\nb",1'), (5, b'c,"d ""e"""'), (7, b"last,2")]
    assert faults == []


def test_a_quotation_mark_inside_a_cell_is_a_letter() -> None:
    records, faults = records_of(b'a,5" disk\n"q",2\nb,3\n')
    assert records == [(1, b'a,5" disk'), (2, b'"q",2'), (3, b"b,3")]
    assert faults == []


def test_a_quotation_mark_never_closed_costs_one_line() -> None:
    records, faults = records_of(b'a,1\nb,"2\nc,3\nd,4\n')
    assert records == [(1, b"a,1"), (3, b"c,3"), (4, b"d,4")]
    assert [line for line, _ in faults] == [2]
    assert "quotation mark" in faults[0][1]


def test_text_after_a_closing_mark_costs_one_line() -> None:
    records, faults = records_of(b'a,"1"x\nb,"2"\n')
    assert records == [(2, b'b,"2"')]
    assert [line for line, _ in faults] == [1]


def test_a_carriage_return_alone_is_a_fault_outside_quotes_only() -> None:
    records, faults = records_of(b'a\rb,1\n"c\rd",2\ne,3\r\n')
    assert records == [(2, b'"c\rd",2'), (3, b"e,3")]
    assert [(line, "carriage return" in reason) for line, reason in faults] == [(1, True)]


def test_bytes_that_are_no_text_cost_their_row() -> None:
    records, faults = records_of(b"a,1\nb\0,2\nc\xff,3\n\xc3\xa9,4\n")
    assert records == [(1, b"a,1"), (4, b"\xc3\xa9,4")]
    assert [(line, "NUL" in reason) for line, reason in faults] == [(2, True), (3, False)]


def test_a_line_beyond_the_limit_costs_itself() -> None:
    content = b"h\n" + b"x" * 101 + b"\nok\n" + b"y" * 100 + b"\n"
    for chunk in (7, 64, 1000):
        records, faults = records_of(content, limit=100, chunk=chunk)
        assert [line for line, _ in records] == [1, 3, 4]
        assert [line for line, _ in faults] == [2]
        assert "101 bytes long" in faults[0][1]


def test_separators_other_than_commas_are_counted() -> None:
    (block,) = [block for block in read_records(io.BytesIO(b'a;"b;c";d,e\n'), ";") if len(block)]
    assert block.commas.tolist() == [2]


class EndlessLine:
    """A stream of one line of a gigabyte, and a good one after it, that is never in memory as a whole."""

    def __init__(self) -> None:
        self._piece = b"x" * CHUNK
        self._pieces = [b"service,started_at\n", *[self._piece] * 256, b"\nportal,1\n"]

    def read(self, size: int, /) -> bytes:
        assert size >= CHUNK
        return self._pieces.pop(0) if self._pieces else b""


def test_a_line_of_a_gigabyte_is_passed_over_without_being_held() -> None:
    tracemalloc.start()
    try:
        blocks = list(read_records(EndlessLine(), ","))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    records = [(int(block.lines[i]), block.text(i)) for block in blocks for i in range(len(block))]
    faults = [fault for block in blocks for fault in block.faults]
    assert records == [(1, b"service,started_at"), (3, b"portal,1")]
    assert [fault.line for fault in faults] == [2]
    assert f"{256 * CHUNK} bytes long" in faults[0].reason
    assert len(faults[0].text) <= 200
    assert peak < 64 * 1024 * 1024


# The fewest letters that can go wrong together.
TRICKY = st.text(alphabet='a,"\n\r', max_size=60).map(str.encode)


@given(TRICKY, st.integers(1, 9))
def test_records_do_not_depend_on_the_pieces_in_which_bytes_arrive(content: bytes, chunk: int) -> None:
    assert records_of(content, chunk=chunk) == records_of(content)


@given(TRICKY, st.integers(1, 9), st.integers(3, 12))
def test_lines_do_not_depend_on_the_pieces_even_where_records_are_too_long(
    content: bytes, chunk: int, limit: int
) -> None:
    pieces, whole = records_of(content, limit=limit, chunk=chunk), records_of(content, limit=limit)
    assert pieces[0] == whole[0]
    assert {line for line, _ in pieces[1]} == {line for line, _ in whole[1]}


def letter_by_letter(content: bytes) -> tuple[list[tuple[int, bytes]], list[int]]:
    """The records and the faulty lines, by a machine that looks at one letter after the other (RFC 4180)."""
    records, faults = [], []
    at, line = 0, 1
    while at < len(content):
        state, i, returns = "start", at, 0
        while i < len(content) and state != "wrong":
            letter = content[i : i + 1]
            if state in ("start", "plain") and letter == b"\n":
                break
            if state == "closed" and (
                letter == b"\n" or content[i : i + 2] == b"\r\n" or content[i:] == b"\r"
            ):
                i += letter == b"\r"
                break
            if state == "quoted":
                state = "closed" if letter == b'"' else "quoted"
            elif letter == b",":
                state = "start"
            elif letter == b"\r" and state != "closed" and content[i + 1 : i + 2] not in (b"\n", b""):
                state, returns = "plain", returns + 1
            elif letter == b'"' and state in ("start", "closed"):
                state = "quoted"
            else:
                state = "wrong" if state == "closed" else "plain"
            i += 1
        if state in ("wrong", "quoted"):
            faults.append(line)
            i = content.find(b"\n", at)
            i = len(content) if i < 0 else i
        else:
            text = content[at:i].removesuffix(b"\r")
            if returns:
                faults.append(line)
            elif text:
                records.append((line, text))
        line += content.count(b"\n", at, i) + 1
        at = i + 1
    return records, faults


@given(TRICKY)
def test_records_are_those_of_a_machine_that_looks_at_one_letter_after_the_other(content: bytes) -> None:
    records, faults = records_of(content)
    assert (records, [line for line, _ in faults]) == letter_by_letter(content)


CELLS = st.text(alphabet='ab ,"\n\r;é', max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=8), st.integers(1, 40))
def test_what_a_csv_writer_writes_comes_back_record_by_record(rows: list[list[str]], chunk: int) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
    records, faults = records_of(written.getvalue().encode("utf-8"), chunk=chunk)
    assert faults == []
    assert [next(csv.reader(io.StringIO(text.decode("utf-8"), newline=""))) for _, text in records] == rows


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n\r\n", b"\n\n\n"])
def test_nothing_but_blank_lines_is_no_record(content: bytes) -> None:
    assert records_of(content) == ([], [])
