"""Which missed levels one incident explains.

The problem: a power failure misses the availability of three services, and the contract pays for one of them. Which
levels the incident missed is no matter of labels on rows: a level is the incident's where it would have been met
without it (ruling 26 of the design).

Example: of 62 minutes down 60 are INC-7's; without them the level was met, so the miss is INC-7's. Another level lost
90 minutes to other failures as well: it is not.

Limits: incidents are of outages; levels on tickets and counts have none. A row without an incident belongs to none.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from domain.agreements import AvailabilityMetric, OutageCountMetric
from domain.attainment import AttainmentStatus
from domain.evidence import (
    OutageColumns,
)
from domain.evidence_through import EvidenceThrough
from settlement.measuring import Measurement, Measuring


@dataclass(frozen=True, slots=True, eq=False)
class WithoutIncident(EvidenceThrough):
    """Evidence as it would be had one incident not happened."""

    incident: str

    def outages(self, services: Collection[str]) -> OutageColumns:
        """The outages of some services that are not of the incident."""
        rows = self.evidence.outages(services)
        return rows.take(rows.incident.codes != rows.incident.code(self.incident))


@dataclass(frozen=True, slots=True, eq=False)
class Incidents:
    """Asks of missed levels whether they would have been met without an incident; each is imagined away once."""

    measuring: Measuring
    _without: dict[str, Measuring] = field(default_factory=dict)

    def explaining(self, missed: Sequence[Measurement]) -> dict[str, tuple[int, ...]]:
        """The incidents that explain at least two of some missed levels, each with the places of these levels."""
        named = [self._named(measurement) for measurement in missed]
        found: dict[str, tuple[int, ...]] = {}
        for incident in sorted(set().union(*named)):
            carrying = [place for place, names in enumerate(named) if incident in names]
            if len(carrying) < 2:
                continue
            places = tuple(place for place in carrying if self._is_met_without(missed[place], incident))
            if len(places) > 1:
                found[incident] = places
        return found

    def _named(self, measurement: Measurement) -> set[str]:
        """The incidents of the outages in a level's period, of its service and of what that stands on."""
        of, period = measurement.attainment.of, measurement.attainment.period
        if not isinstance(of.level.metric, AvailabilityMetric | OutageCountMetric):
            return set()
        begin, end = self.measuring.instants(of, period)
        rows = self.measuring.evidence.outages(self.measuring.chain.closure(of.service))
        touching = (rows.started < end) & (rows.ended >= begin) & (rows.incident.codes >= 0)
        return {rows.incident.names[code] for code in np.unique(rows.incident.codes[touching]).tolist()}

    def _is_met_without(self, measurement: Measurement, incident: str) -> bool:
        if incident not in self._without:
            m = self.measuring
            evidence = WithoutIncident(m.evidence, incident)
            self._without[incident] = Measuring.of(m.portfolio, evidence, m.as_of)
        attainment = measurement.attainment
        anew = self._without[incident].measure(attainment.of, attainment.period)
        return anew is not None and anew.attainment.status is AttainmentStatus.MET
