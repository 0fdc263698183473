"""What comes back of each SLA's credits in drawn years: suppliers' credits spread over the SLAs they are owed for.

The problem: what a supplier owes is owed under its own contract, for a month's whole downtime, and not for one of our
customers. Which SLA loses money must be told all the same, and the parts must add up to what the supplier owes.

Example: cirrus caused 900.00 under one SLA and 300.00 under another in a month, and owes 800.00: of the first 600.00
come back and of the second 200.00.

The way: month by month, a party's recoverable, as far as it caused as much, in proportion to what it caused under each
SLA, in whole minor units by largest remainder, ties by name: the rule of `settlement.impact_by`, a column at a time.

Limits: what a supplier owes beyond what it caused belongs to no SLA. Where no contract binds a party for some of what
it caused, `impact_by` takes that out first; here it takes part in the proportion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Part", "spread"]

Numbers = NDArray[np.int64]

_MOST = 2**31
"""From this amount in minor units on a product of two may not fit 64 bits, and Python's own numbers are used."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What a party caused under one SLA: in which months of which years, one after another, and how much."""

    sla: str
    cells: Numbers
    amounts: Numbers

    @classmethod
    def of(cls, sla: str, amounts: Numbers) -> Part:
        """The part that amounts by year and month are; most are nothing, and are not kept."""
        flat = amounts.reshape(-1)
        cells = np.flatnonzero(flat > 0)
        return cls(sla, cells, flat[cells])


def spread(parts: Sequence[Part], recoverable: Numbers) -> dict[str, Numbers]:
    """What of a party's recoverable falls on each SLA, by year; ``recoverable`` is by year and month."""
    ordered = sorted(parts, key=lambda each: each.sla)
    cells = np.concatenate([each.cells for each in ordered])
    amounts = np.concatenate([each.amounts for each in ordered])
    sizes = [len(each.cells) for each in ordered]
    which = np.repeat(np.arange(len(ordered)), sizes)
    back = np.maximum(recoverable.reshape(-1), 0)
    whole = np.zeros(len(back), dtype=np.int64)
    np.add.at(whole, cells, amounts)
    back = np.minimum(back, whole)
    if max(int(whole.max(initial=0)), int(back.max(initial=0))) >= _MOST:
        products = amounts.astype(object) * back[cells]
        found = (products // whole[cells]).astype(np.int64)
        rest = (products % whole[cells]).astype(np.int64)
    else:
        products = amounts * back[cells]
        found, rest = products // whole[cells], products % whole[cells]
    left = back.copy()
    np.subtract.at(left, cells, found)
    # Within each month the largest remainders come first; the sort keeps the names' order among equal ones.
    order = np.lexsort((which, -rest, cells))
    begins = np.searchsorted(cells[order], cells[order], side="left")
    is_more = np.arange(len(order)) - begins < left[cells[order]]
    found[order[is_more]] += 1
    result: dict[str, Numbers] = {}
    begin = 0
    for each, size in zip(ordered, sizes, strict=True):
        by_year = np.zeros(len(recoverable), dtype=np.int64)
        np.add.at(by_year, each.cells // recoverable.shape[1], found[begin : begin + size])
        begin += size
        result[each.sla] = result[each.sla] + by_year if each.sla in result else by_year
    return result
