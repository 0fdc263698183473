"""How termination rights stand on any date, with what each would bring: for a folder and for the store alike.

The problem: procurement asks about a date, not about a month: may we leave today, and on what proof? What a right
rests on is settled anew from the contracts and the evidence as known on that date, so that nothing later can be seen in
it.

Example: ``rights_of_folder(Path("examples/halden"), date(2026, 7, 1)).statuses()`` are all rights as of 1 July.

Limits: an agreement's past is measured when one of its rights is first asked about, and kept for as long as the answer
is. One thread at a time works on it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError
from api.services.folders import Progress, evidence_months, read_contracts, read_evidence, require_folder
from domain.periods import Period
from settlement.consequence import Consequence, consequence_of
from settlement.rights import Rights
from settlement.settle import Settling

if TYPE_CHECKING:
    from pathlib import Path

    from domain.explanation import Explanation
    from domain.findings import Finding
    from settlement.results import RightStatus

__all__ = ["RightsOn", "rights_of_folder"]


@dataclass(frozen=True, slots=True, eq=False)
class RightsOn:
    """The rights of a body of contracts and evidence on a date; each agreement's worked out when first asked for."""

    settling: Settling
    rights: Rights
    _found: dict[str, tuple[tuple[RightStatus, ...], tuple[Finding, ...]]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def of(cls, settling: Settling) -> RightsOn:
        """The rights on a settling's own date."""
        return cls(settling, Rights(settling, settling.as_of))

    @property
    def as_of(self) -> date:
        """The date."""
        return self.settling.as_of

    def statuses(self, agreement: str | None = None) -> tuple[RightStatus, ...]:
        """How the rights stand of one agreement, or of all that are in force on the date, by agreement and name."""
        return tuple(status for name in self._names(agreement) for status in self._of(name)[0])

    def findings(self, agreement: str | None = None) -> tuple[Finding, ...]:
        """The acts that were refused, with the reason."""
        return tuple(finding for name in self._names(agreement) for finding in self._of(name)[1])

    def _names(self, agreement: str | None) -> tuple[str, ...]:
        names = tuple(sorted({*self.rights.names(), *self.rights.exercised_names()}))
        return names if agreement is None else tuple(name for name in names if name == agreement)

    def _of(self, name: str) -> tuple[tuple[RightStatus, ...], tuple[Finding, ...]]:
        with self._lock:
            if name not in self._found:
                self._found[name] = self.rights.of([name])
            return self._found[name]

    def consequence(self, right: RightStatus) -> Consequence:
        """What exercising a right would bring with it."""
        with self._lock:
            return consequence_of(self.settling, right, self.as_of)

    def explanation(self, right: RightStatus) -> Explanation:
        """How a right's status came about."""
        with self._lock:
            tree = self.rights.explanation(right.agreement, right.name)
        if tree is None:
            raise LookupError(f"{right.agreement} has no right {right.name} on {self.as_of}.")
        return tree


def rights_of_folder(folder: Path, as_of: date | None = None, progress: Progress | None = None) -> RightsOn:
    """The rights of a folder on a date (None: the day after the last month that its evidence speaks of).

    Raises RequestError where the folder cannot be used, or has no evidence and no date was said.
    """
    require_folder(folder)
    contracts = read_contracts(folder, progress)
    evidence, _ = read_evidence(folder, contracts, as_of, progress)
    if as_of is None:
        first = evidence.first_instant()
        months = evidence_months(contracts.portfolio, evidence)
        if first is None or not months:
            raise RequestError(
                Fault("DATE", "the folder has no evidence that would say as of when", "Give --as-of DATE")
            )
        as_of = Period.parse(months[-1]).day_after
        evidence, _ = read_evidence(folder, contracts, as_of, progress)
    if progress is not None:
        progress(f"Looking back from {as_of.isoformat()}", 0, 0)
    return RightsOn.of(Settling.of(contracts.portfolio, evidence, as_of))
