"""Pages of text and tables as PDF, the same bytes for the same content.

The problem: a statement that is sent as a PDF is compared, signed and filed. Made again it must be the same file,
whatever the clock, the machine or the installed fonts; and a name in Czech or Greek must not become question marks.

Example::

    paper = Paper("Statement of sla-web-shop for 2026-03", made_at=1775001600000000)
    paper.heading("Lines")
    paper.table(["Level", "Net"], [["availability", "2,000.00"]], right={1})
    content = paper.bytes()

Limits: letters of Latin, Greek and Cyrillic, and the signs of currencies (`fonts/`, cut from DejaVu Sans); any other is
printed as the sign for an unknown letter. ``made_at`` is told by the caller, in microseconds: there is no clock here.

References: PDF 1.7 (ISO 32000-1), written by fpdf2.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from domain.instants import as_datetime

if TYPE_CHECKING:
    pass

__all__ = ["Paper"]

_FONTS = Path(__file__).parent / "fonts"
_FAMILY = "DejaVu"
_UNKNOWN = "\ufffd"
_MARGIN = 15.0
_LINE = 4.6
_DEEPEST = 12


class Paper:
    """A document of A4 pages that is written from its top to its end."""

    def __init__(self, title: str, made_at: int, *, is_landscape: bool = False) -> None:
        from fpdf import FPDF  # noqa: PLC0415 - it is large, and only who prints needs it

        self._pdf = FPDF("landscape" if is_landscape else "portrait", "mm", "A4")
        self._pdf.set_creation_date(as_datetime(made_at))
        self._pdf.set_title(_known(title))
        self._pdf.set_creator("privity")
        self._pdf.set_producer("privity")
        self._pdf.set_margin(_MARGIN)
        self._pdf.set_auto_page_break(auto=True, margin=_MARGIN)
        self._pdf.add_font(_FAMILY, "", _FONTS / "DejaVuSans.ttf")
        self._pdf.add_font(_FAMILY, "B", _FONTS / "DejaVuSans-Bold.ttf")
        self._pdf.add_page()
        self._write(title, size=15, is_bold=True, space=2)

    def heading(self, text: str) -> None:
        """A heading within the document."""
        self._pdf.ln(2)
        self._write(text, size=11, is_bold=True, space=1)

    def paragraph(self, text: str, *, is_bold: bool = False) -> None:
        """Some sentences."""
        self._write(text, is_bold=is_bold)

    def gap(self) -> None:
        """Room between two things."""
        self._pdf.ln(2)

    def indented(self, text: str, depth: int, *, size: float = 7.5) -> None:
        """One line of a tree, moved to the right by its depth; what is too long goes on below itself."""
        self._write(text, size=size, left=4.0 * min(depth, _DEEPEST))

    def table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        right: Collection[int] = (),
        widths: Sequence[int] | None = None,
        size: float = 7.5,
    ) -> None:
        """A table: ``right`` are the places of columns of figures, ``widths`` what parts of the page columns take."""
        from fpdf.enums import TableBordersLayout  # noqa: PLC0415 - as above
        from fpdf.fonts import FontFace  # noqa: PLC0415 - as above

        self._font(size, is_bold=False)
        aligned = tuple("RIGHT" if place in right else "LEFT" for place in range(len(columns)))
        with self._pdf.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD"),
            text_align=aligned,
            col_widths=tuple(widths) if widths else None,
            line_height=_LINE,
            padding=0.6,
        ) as made:
            for cells in (columns, *rows):
                row = made.row()
                for cell in cells:
                    row.cell(_known(cell))
        self._pdf.ln(2)

    def bytes(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    @property
    def pages(self) -> int:
        """How many pages there are by now."""
        return int(self._pdf.page_no())

    def _write(
        self, text: str, *, size: float = 9, is_bold: bool = False, left: float = 0.0, space: float = 0.0
    ) -> None:
        self._font(size, is_bold=is_bold)
        self._pdf.set_x(_MARGIN + left)
        height = _LINE * size / 9 + 0.4
        self._pdf.multi_cell(0, height, _known(text), new_x="LMARGIN", new_y="NEXT", align="LEFT")
        if space:
            self._pdf.ln(space)

    def _font(self, size: float, *, is_bold: bool) -> None:
        self._pdf.set_font(_FAMILY, "B" if is_bold else "", size)


@cache
def _letters() -> frozenset[int]:
    """Every letter that the font has."""
    from fpdf import FPDF  # noqa: PLC0415 - as above
    from fpdf.fonts import TTFFont  # noqa: PLC0415 - as above

    pdf = FPDF()
    pdf.add_font(_FAMILY, "", _FONTS / "DejaVuSans.ttf")
    font = pdf.fonts[_FAMILY.lower()]
    if not isinstance(font, TTFFont):
        raise TypeError("the letters of the PDF are not a TrueType font")
    letters = frozenset(font.cmap)
    font.close()
    return letters


def _known(text: str) -> str:
    """A text with the sign for an unknown letter in the place of each letter that the font has not."""
    letters = _letters()
    return "".join(each if ord(each) in letters or each == "\n" else _UNKNOWN for each in text)
