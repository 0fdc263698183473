"""A ticket, an item or a row that is excused: by what, on which clause, and whether it leaves the count.

The problem: what is excused must neither be counted nor vanish: whoever reads "37 of 38 in time" has to see that two
more tickets were struck out, by which relief, and on which clause.

Example: ticket T-17, named by the accepted relief ``storm``, leaves numerator and denominator (ruling 22).

Limits: which rows are excused is the settlement's to say (`settlement.excusing`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Exact
from domain.measure.tally import Tally

__all__ = ["Excused", "ExcusedRows", "left_out", "without_excused"]


@dataclass(frozen=True, slots=True)
class Excused:
    """Why one row is excused: the cause, what says so (a relief or a duty), and its clause.

    ``is_removed`` False: the row stays, and counts as good (time of an item is relieved, not the item). ``detail`` says
    more, such as the date to which a delivery moved.
    """

    cause: str
    by: str
    clause: str | None = None
    detail: str = ""
    is_removed: bool = True

    def text(self) -> str:
        """The excuse in words, as a source of an explanation."""
        clause = f", {self.clause}" if self.clause else ""
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.by} ({self.cause}{clause}){detail}"


ExcusedRows = Mapping[int, Excused]
"""The excused rows of a measure, by their position among all that it would have counted."""


def left_out(count: int, excused: ExcusedRows) -> NDArray[np.bool_]:
    """Which of so many rows leave the count."""
    mask = np.zeros(count, dtype=np.bool_)
    mask[[row for row, each in excused.items() if each.is_removed]] = True
    return mask


def without_excused(tally: Tally, excused: ExcusedRows) -> Tally:
    """The rows that still count; those excused in place read as good as can be (all of their denominator)."""
    good = [row for row, each in excused.items() if not each.is_removed]
    if good:
        units, scale = tally.numerator.units.copy(), tally.numerator.scale
        for row in good:
            units[row] = int(tally.denominator[row] * scale)
        tally = replace(tally, numerator=Exact(units, scale))
    return tally.only(~left_out(len(tally), excused))
