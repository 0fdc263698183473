"""Months drawn again as they were: what tickets, counts, samples and deliverables came to.

The problem: whether tickets come in time hangs on how many came, which, whose turn it was and what else had failed, and
no two of these know nothing of each other. Drawing tickets one by one would lose that, and so would drawing one level's
months apart from another's. So a month is drawn whole: every level of every agreement has, in one drawn month, what it
had in one and the same month that was.

Example: of eighteen observed months June and July were bad ones, for the desk, its vendor and the customer alike: one
drawn month in nine is one of these two, and is bad for all three.

Limits: each drawn month is any of the observed ones, each as likely as another, whatever season it was, and whatever
the month before it was; what was never observed is never drawn. Months and outages are drawn apart from each other.

References: B. Efron, "Bootstrap methods" (1979); H. R. Kuensch, "The jackknife and the bootstrap for general stationary
observations" (1989), on drawing whole runs of time where what is in them belongs together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ola.simulation.failures import BLOCK

__all__ = ["drawn_months"]

_STREAM = 1
"""Told apart from the stream of failures, so that figures of outages stay what they are without months."""


def drawn_months(seed: int, block: int, years: int, count: int) -> NDArray[np.int64]:
    """By year and month, which of ``count`` observed months is drawn; the same seed and block give the same."""
    if not count:
        return np.zeros((years, 12), dtype=np.int64)
    blocks = []
    for number in range(-(-years // BLOCK)):
        sequence = np.random.SeedSequence(seed, spawn_key=(block + number, _STREAM))
        generator = np.random.Generator(np.random.PCG64(sequence))
        blocks.append(generator.integers(0, count, size=(BLOCK, 12)))
    return np.asarray(np.concatenate(blocks)[:years], dtype=np.int64)
