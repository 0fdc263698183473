"""A workbook as XLSX, the same bytes for the same content, with exact amounts.

The problem: whoever gets a statement calculates on with it. Amounts must be numbers, to the minor unit, in their
currency's own format; and a name that begins with "=" must stay a name.

Example::

    sheet = Workbook(made_at=1775001600000000)
    page = sheet.page("Lines", ["Level", "Net (GBP)"])
    page.row(["availability", Money(Decimal("2000.00"), "GBP")])
    content = sheet.bytes()

Limits: programs that read XLSX keep 15 digits of a number; an amount that has more is written as text, so that no
digit is lost. ``made_at`` is told by the caller, in microseconds: there is no clock here.

References: Office Open XML (ECMA-376), written by openpyxl.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from domain.instants import as_datetime, isoformat
from domain.money import Money, minor_digits

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["Cell", "Page", "Workbook"]

Cell = str | int | Decimal | Money | date | None
"""What stands in a cell: text, a number, an amount in its currency's digits, a day, or nothing."""

_MOST_DIGITS = 15
_WIDEST = 60
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


class Page:
    """One page of a workbook, written row by row."""

    def __init__(self, sheet: Worksheet, columns: Sequence[str]) -> None:
        from openpyxl.styles import Font  # noqa: PLC0415 - it is large, and only who prints needs it

        self._sheet = sheet
        self._rows = 0
        self._widths = [0] * len(columns)
        if columns:
            self.row(columns)
            for cell in sheet[1]:
                cell.font = Font(bold=True)
            sheet.freeze_panes = "A2"

    def row(self, cells: Sequence[Cell]) -> None:
        """Add a row."""
        from openpyxl.cell.cell import MergedCell  # noqa: PLC0415 - as above

        self._rows += 1
        for place, value in enumerate(cells, 1):
            cell = self._sheet.cell(self._rows, place)
            if isinstance(cell, MergedCell):
                raise TypeError("no cells are merged here")
            written, shape = _written(value)
            if isinstance(written, str):
                cell.value = written
                cell.data_type = "s"  # A name that begins with "=" is no formula.
            else:
                cell.value = written
            if shape is not None:
                cell.number_format = shape
            if place > len(self._widths):
                self._widths.append(0)
            self._widths[place - 1] = min(_WIDEST, max(self._widths[place - 1], len(str(written or "")) + 2))
            self._sheet.column_dimensions[cell.column_letter].width = self._widths[place - 1]


class Workbook:
    """A workbook of pages."""

    def __init__(self, made_at: int) -> None:
        import openpyxl  # noqa: PLC0415 - as above

        self._made_at = made_at
        self._book = openpyxl.Workbook()
        self._book.remove(self._book.worksheets[0])
        self._book.properties.creator = "privity"
        self._book.properties.created = as_datetime(made_at).replace(tzinfo=None)

    def page(self, title: str, columns: Sequence[str] = ()) -> Page:
        """Add a page; its first row are the names of its columns."""
        return Page(self._book.create_sheet(title), columns)

    def bytes(self) -> bytes:
        """The file. What openpyxl dates by the clock is dated by what the content says."""
        made = BytesIO()
        self._book.save(made)
        content = BytesIO()
        when = as_datetime(self._made_at).replace(microsecond=0)
        stamp = isoformat(self._made_at // 1_000_000 * 1_000_000).encode()
        with ZipFile(made) as written, ZipFile(content, "w", ZIP_DEFLATED) as again:
            for name in sorted(written.namelist()):
                data = written.read(name)
                if name == "docProps/core.xml":
                    data = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
                entry = ZipInfo(
                    name, (max(when.year, 1980), when.month, when.day, when.hour, when.minute, when.second)
                )
                entry.compress_type = ZIP_DEFLATED
                again.writestr(entry, data)
        return content.getvalue()


def _written(value: Cell) -> tuple[str | int | Decimal | date | None, str | None]:
    """What is written into a cell, and how it is shown."""
    if isinstance(value, Money):
        digits = minor_digits(value.currency)
        shape = "#,##0" + ("." + "0" * digits if digits else "")
        amount, _ = _written(value.amount)
        return (amount, shape) if isinstance(amount, Decimal) else (value.text(), None)
    if isinstance(value, Decimal):
        return (value if len(value.as_tuple().digits) <= _MOST_DIGITS else str(value)), None
    if isinstance(value, date):
        return value, "yyyy-mm-dd"
    return value, None
