"""What hangs on whom in a body of contracts on a day: the answers of the graph, for the command line and the API alike.

The problem: "what if cirrus is gone tomorrow?" must not depend on who asks it where. Both faces ask here, with names,
and a name that is not there is answered with the nearest one.

Example: ``exposure_of_folder(Path("examples/halden")).single_points()`` are the single points under every SLA.

Limits: the contracts in force on one day; no evidence is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError
from api.services.checking import telling_month
from api.services.folders import Progress, read_contracts, read_evidence
from documents.errors import nearest_name
from domain.agreements import AgreementType
from ola.chain import Chain
from ola.exposure.concentration import Concentration, concentration
from ola.exposure.dependents import Dependents, dependents_of, run_by
from ola.exposure.failure_sets import FailureSets, failure_sets
from ola.exposure.single_points import SinglePoints, fails_by_itself, single_points
from settlement.settle import Settling

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from domain.agreements import Agreement
    from ola.portfolio import InForce, Portfolio

__all__ = ["Exposure", "PromisePoints", "PromiseSets", "exposure_of_folder"]


@dataclass(frozen=True, slots=True)
class PromisePoints:
    """The single points of failure under one SLA on one of its services."""

    agreement: Agreement
    points: SinglePoints


@dataclass(frozen=True, slots=True)
class PromiseSets:
    """The minimal sets of failures that break one SLA on one of its services."""

    agreement: Agreement
    sets: FailureSets


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """The contracts in force on a day, with their graph."""

    portfolio: Portfolio
    chain: Chain
    in_force: InForce
    day: date

    @classmethod
    def of(cls, portfolio: Portfolio, day: date, chain: Chain | None = None) -> Exposure:
        """The exposure of a portfolio on a day; ``chain`` is its graph where that is already at hand."""
        return cls(portfolio, chain or Chain.of(portfolio), portfolio.in_force(day), day)

    def dependents(self, party: str | None, service: str | None) -> Dependents:
        """What stands on all that a party (or one below it) runs, or on one service."""
        if (party is None) == (service is None):
            raise RequestError(
                Fault("USAGE", "one party or one service is asked about", "Name one of the two")
            )
        if service is not None:
            _require("service", service, self.portfolio.services)
            return dependents_of(self.chain, self.in_force, [service])
        name = party or ""
        _require("party", name, self.portfolio.parties)
        below = [each for each in self.portfolio.parties if name in self.portfolio.family(each)]
        return dependents_of(self.chain, self.in_force, run_by(self.chain, below))

    def single_points(
        self, agreement: str | None = None, service: str | None = None
    ) -> tuple[PromisePoints, ...]:
        """The single points of failure under SLAs, by agreement and service."""
        known: dict[str, SinglePoints] = {}
        found = []
        for sla, name in self._promises(agreement, service):
            if name not in known:
                known[name] = single_points(self.chain, self.in_force, name)
            found.append(PromisePoints(sla, known[name]))
        return tuple(found)

    def failure_sets(
        self, agreement: str | None, service: str | None, *, by_party: bool, most: int
    ) -> tuple[PromiseSets, ...]:
        """The minimal sets of services (or parties) whose failure breaks SLAs; at most so many of each are listed."""

        def cause(name: str) -> str | None:
            if by_party:
                return self.chain.services[name].provider
            return name if fails_by_itself(self.chain, name) else None

        return tuple(
            PromiseSets(sla, failure_sets(self.chain, name, cause, most))
            for sla, name in self._promises(agreement, service)
        )

    def require_service(self, name: str) -> None:
        """Raise RequestError where there is no service of a name."""
        _require("service", name, self.portfolio.services)

    def concentration(self) -> tuple[Concentration, ...]:
        """What part of the money and of the promises hangs on each party, most first."""
        return concentration(self.chain, self.in_force, self.day)

    def _promises(self, agreement: str | None, service: str | None) -> Iterable[tuple[Agreement, str]]:
        slas = [each for each in self.in_force if each.type is AgreementType.SLA]
        if agreement is not None:
            _require("SLA in force", agreement, [each.name for each in slas])
        if service is not None:
            _require("service", service, self.portfolio.services)
        return [
            (each, name)
            for each in slas
            if agreement in (None, each.name)
            for name in sorted(each.services)
            if service in (None, name)
        ]


def _require(what: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if name not in names:
        nearest = nearest_name(name, names)
        cure = f"Write {nearest}" if nearest else "Name one that the contracts declare"
        raise RequestError(Fault("NAME", f'there is no {what} "{name}"', cure, nearest=nearest, value=name))


def exposure_of_folder(folder: Path, day: date | None = None, progress: Progress | None = None) -> Exposure:
    """The exposure of a folder's contracts on a day (None: the first of the last month that its evidence speaks of)."""
    contracts = read_contracts(folder, progress)
    portfolio = contracts.portfolio
    if day is None:
        evidence, _ = read_evidence(folder, contracts, None, progress)
        day = telling_month(portfolio, evidence).first
    if portfolio.has_exercises:
        # What a right ended stands under nothing any more, and whether it could be exercised the evidence says.
        evidence, _ = read_evidence(folder, contracts, day, progress)
        portfolio = Settling.of(portfolio, evidence, day).portfolio
    return Exposure.of(portfolio, day)
