"""A large check whose promises are compared by several processes side by side.

The problem: comparing the promises of a hundred thousand services is most of a check, and one processor does it while
the others stand idle.

Example: ``sharing(settling, 2).settle(month)`` gives what ``settling.settle(month)`` gives, to the byte.

The way: what lies askew under one agreement rests on the contracts alone, so the agreements are dealt out in blocks to
copies of this process, which know all contracts. Only findings come back, which are words and figures; everything else
of the settlement is worked out here meanwhile.

Limits: those of `api.services.side_by_side`. No copy reads evidence, wherever it lies. Each makes what it looks up
again for itself, so that memory grows with their number.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from io import BytesIO
from typing import TYPE_CHECKING

from api.services.handing_over import Handing
from api.services.side_by_side import side_by_side
from settlement.settle import Settling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.agreements import Agreement
    from domain.findings import Finding
    from domain.periods import Period

__all__ = ["SharedSettling", "sharing"]

WORTH_IT = 500
"""Of fewer agreements the copies are made for nothing."""

_MOST = 8
_MOST_IN_A_BLOCK = 20

Told = list[tuple[str, tuple["Finding", ...]]]
"""The findings on some agreements, by name."""


def sharing(settling: Settling, workers: int, *, least: int = WORTH_IT) -> Settling:
    """The same settling, its promises compared by so many processes where there are at least so many agreements."""
    if workers < 2 or len(settling.portfolio.agreements) < least:
        return settling
    workers = min(workers, _MOST)
    parts = {each.name: getattr(settling, each.name) for each in fields(settling)}
    return SharedSettling(**parts, workers=workers)


@dataclass(frozen=True, slots=True, eq=False)
class SharedSettling(Settling):
    """A settling that has what lies askew under agreements looked for by ``workers`` copies of this process."""

    workers: int = 1
    _coming: list[Iterator[Told]] = field(default_factory=list)
    _told: dict[tuple[str, str], tuple[Finding, ...]] = field(default_factory=dict)

    def alignment_of(self, agreement: Agreement, month: Period) -> tuple[Finding, ...]:
        """What lies askew under an agreement: as it was told, or of the first one, looked for here."""
        key = (agreement.name, month.name)
        if not self._coming:
            # What everybody looks up is found while the first agreement is looked at, and the copies then have it.
            self._coming.append(iter(self._dealt_out(agreement.name, month)))
            return Settling.alignment_of(self, agreement, month)
        while key not in self._told and (told := next(self._coming[0], None)) is not None:
            self._told.update(((name, month.name), found) for name, found in told)
        found = self._told.pop(key, None)
        return Settling.alignment_of(self, agreement, month) if found is None else found

    def _dealt_out(self, first: str, month: Period) -> Iterable[Told]:
        names = [name for name in self.names_judged_in(month) if name != first]
        size = max(1, min(_MOST_IN_A_BLOCK, len(names) // (4 * self.workers)))
        blocks = [names[begin : begin + size] for begin in range(0, len(names), size)]

        handing = Handing()

        def looked_for(block: Sequence[str]) -> bytes:
            judged = ((name, self.judged_in(name, month)) for name in block)
            told: Told = [
                (name, Settling.alignment_of(self, agreement, month))
                for name, agreement in judged
                if agreement is not None
            ]
            held = BytesIO()
            handing.write(told, held)
            return held.getvalue()

        return (handing.read(BytesIO(each)) for each in side_by_side(self.workers)(looked_for, blocks))
