"""The one style of table that the command line prints in.

Figures are aligned on their last digit and never broken over two lines; words fold where the terminal is narrow.

Limits: in a terminal too narrow even for the figures, rich shortens headings before it cuts a figure.
"""

from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

__all__ = ["indented", "status_text", "table"]

_STATUS_STYLES = {
    "MET": "green",
    "MISSED": "bold red",
    "NO_DATA": "yellow",
    "NOT_DUE": "dim",
    "NOT_MET": "dim",
    "APPROACHING": "yellow",
    "CURING": "yellow",
    "EXERCISABLE": "bold red",
    "LAPSED": "dim",
    "WAIVED": "dim",
    "EXERCISED": "bold",
    "ERROR": "bold red",
    "WARNING": "yellow",
    "INFO": "cyan",
}


def table(*columns: str, right: tuple[str, ...] = (), whole: tuple[str, ...] = ()) -> Table:
    """A table: ``right`` columns are figures, aligned right; ``whole`` ones are never broken either."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", collapse_padding=True)
    for name in columns:
        justify: Literal["left", "right"] = "right" if name in right else "left"
        made.add_column(name, justify=justify, no_wrap=name in right or name in whole, overflow="fold")
    return made


def indented(what: RenderableType, columns: int) -> Padding:
    """Something moved to the right; text is folded at the width that is left."""
    return Padding(what, (0, 0, 0, columns), expand=False)


def status_text(status: str) -> Text:
    """A status or a severity in its colour."""
    return Text(status, style=_STATUS_STYLES.get(status, ""))
