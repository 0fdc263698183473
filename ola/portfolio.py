"""All contracts as of an instant: one immutable value that every graph question is answered from.

The problem: a figure is only as good as the set of contracts it was worked out under, so that set has to be one value
that nothing can change while it is being read.

Example: ``portfolio.in_force(date(2026, 3, 1))`` gives each agreement once, in the version of that day.

Limits: documents are read and checked elsewhere (`documents`); this value is taken as consistent: every name that one
part says of another is declared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.agreements import Agreement, Claim, LaterTerm, State
from domain.findings import Finding
from domain.parties import Party
from domain.services import Service


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Parties, services and all versions of all agreements, by name; with what the documents already show wrong.

    ``later_terms`` are terms of documents other than agreements (a Relief, a Notice) that no calculation reads yet.
    """

    parties: Mapping[str, Party]
    services: Mapping[str, Service]
    agreements: tuple[Agreement, ...]
    claims: tuple[Claim, ...] = ()
    findings: tuple[Finding, ...] = ()
    later_terms: tuple[LaterTerm, ...] = ()
    digest: str = field(default="")

    def in_force(self, day: date) -> tuple[Agreement, ...]:
        """The agreements that are judged on ``day``, by name: active, within the term, the version then in force.

        Of several versions the one that took effect last on or before ``day`` holds (rulings 37).
        """
        latest: dict[str, Agreement] = {}
        for agreement in self.agreements:
            if agreement.effective <= day:
                known = latest.get(agreement.name)
                if known is None or (agreement.effective, agreement.version) > (
                    known.effective,
                    known.version,
                ):
                    latest[agreement.name] = agreement
        return tuple(
            latest[name]
            for name in sorted(latest)
            if latest[name].state is State.ACTIVE and latest[name].covers_day(day)
        )

    def top_party(self, party: str) -> str:
        """The topmost parent of ``party``: the organisation that a team or a department belongs to."""
        seen = {party}
        while (parent := self.parties[party].parent) is not None and parent not in seen:
            seen.add(parent)
            party = parent
        return party
