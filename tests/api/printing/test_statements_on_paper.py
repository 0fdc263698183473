"""Statements as files: the same bytes whenever they are made, exact amounts, and no name that becomes a formula."""

import time
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from api.printing.paper import Paper
from api.printing.sheet import Workbook
from api.printing.statement import statement_pdf, statement_xlsx
from api.services.folder_statements import folder_statements
from api.services.records import StatementView
from domain.explanation import Explanation
from domain.instants import parse_instant
from domain.money import Money
from tests.api.cli.command import SCENARIO

MADE = parse_instant("2026-05-01T00:00:00Z")


@pytest.fixture(scope="module")
def statement() -> tuple[StatementView, Explanation]:
    """E3's SLA for April: one line, 5 % of 40,000.00."""
    return folder_statements(SCENARIO, "2026-04", "sla-online-banking", None, None)[0]


def test_the_same_statement_gives_the_same_files_at_any_time(
    statement: tuple[StatementView, Explanation], monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf, xlsx = statement_pdf(*statement), statement_xlsx(*statement)
    later = time.time() + 100_000
    monkeypatch.setattr(time, "time", lambda: later)
    assert statement_pdf(*statement) == pdf
    assert statement_xlsx(*statement) == xlsx
    assert pdf.startswith(b"%PDF-1")
    # Known on 1 May 2026: that is the date in the file, not today's.
    assert b"/CreationDate (D:20260501000000" in pdf
    with ZipFile(BytesIO(xlsx)) as written:
        assert {entry.date_time for entry in written.infolist()} == {(2026, 5, 1, 0, 0, 0)}


def test_the_workbook_has_the_figures_as_exact_numbers_and_every_step(
    statement: tuple[StatementView, Explanation],
) -> None:
    book = openpyxl.load_workbook(BytesIO(statement_xlsx(*statement)))
    assert book.sheetnames == ["Statement", "Lines", "Explanation"]
    names, line = ([cell.value for cell in row] for row in book["Lines"].iter_rows())
    said = dict(zip(names, line, strict=True))
    assert (said["Level"], said["Percent"], said["Base"], said["Net"]) == ("availability", 5, 40000, 2000)
    # 62 of 43,200 minutes down: 100 × 43,138 / 43,200 = 43138/432 = 21569/216.
    assert said["Value exactly"] == "21569/216"
    assert book["Lines"]["N2"].number_format == "#,##0.00"
    rules = [row[2].value for row in book["Explanation"].iter_rows(min_row=2)]
    assert {"statement/1", "rounded-line/1", "bands/1", "availability/1"} <= set(rules)


def test_an_amount_keeps_its_digits_and_a_name_stays_a_name() -> None:
    sheet = Workbook(MADE)
    page = sheet.page("Amounts", ("What", "How much"))
    page.row(("=1+1", Money(Decimal("0.10"), "GBP")))
    page.row(("yen", Money(Decimal(1500), "JPY")))
    page.row(("much", Money(Decimal("12345678901234.56"), "GBP")))
    book = openpyxl.load_workbook(BytesIO(sheet.bytes()))["Amounts"]
    assert [(row[0].value, row[0].data_type, row[1].value) for row in book.iter_rows(min_row=2)] == [
        ("=1+1", "s", 0.1),
        ("yen", "s", 1500),
        ("much", "s", "12345678901234.56"),
    ]
    assert (book["B2"].number_format, book["B3"].number_format) == ("#,##0.00", "#,##0")


def test_a_letter_that_the_font_has_not_does_not_stop_the_page() -> None:
    paper = Paper("Žižkov, Ελλάς, Київ, €", MADE)
    paper.paragraph("漢字 is printed as two unknown letters.")
    paper.table(("Level", "Net"), [(f"level {number}", "1.00") for number in range(80)], right={1})
    paper.indented("deep", 40)
    assert paper.pages > 1
    assert paper.bytes().count(b"/Type /Page\n") == paper.pages
