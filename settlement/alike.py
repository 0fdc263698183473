"""Which levels on tickets are the same promise on many services, so that one pass may measure all of them.

The problem: a portfolio promises "within four hours, in office hours" of two thousand services, in hundreds of
agreements. Measured one by one, each of them brings its few hundred tickets through every step by itself.

Example: 200 SLAs of ten services each, with the same metric, window, calendar and term: one `Alike` of 2,000 services.

Limits: levels of SLAs only, for whose clock it does not matter who holds a ticket. What an agreement excuses, or whose
tickets it is about, is not looked at here: whoever measures sees to that.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from domain.agreements import Agreement, AgreementType, ServiceLevel
from domain.metrics import TicketMetric
from domain.periods import Period
from settlement.ticket_book import Alike

__all__ = ["LevelsOnTickets", "services_with_tickets"]


@dataclass(frozen=True, slots=True, eq=False)
class LevelsOnTickets:
    """The levels on tickets of the agreements that are in force together, as they are judged for one period."""

    _alike: dict[Hashable, Alike]
    _period: Period

    @classmethod
    def of(cls, agreements: Iterable[Agreement], period: Period) -> LevelsOnTickets:
        """Look through agreements."""
        together: dict[Hashable, set[str]] = {}
        for agreement in agreements:
            for level in agreement.levels:
                if (key := _key(agreement, level, period)) is not None:
                    together.setdefault(key, set()).update(level.services)
        alike = {key: Alike(frozenset(names)) for key, names in together.items() if len(names) > 1}
        return cls(alike, period)

    def alike(self, agreement: Agreement, level: ServiceLevel) -> Alike | None:
        """The services that have the same level; None where there is no other, or a clock of its own."""
        key = _key(agreement, level, self._period)
        return None if key is None else self._alike.get(key)


def services_with_tickets(agreements: Iterable[Agreement]) -> tuple[str, ...]:
    """The services that have a level on tickets, in the order of agreements and levels, each once."""
    levels = (level for agreement in agreements for level in agreement.levels)
    found = (name for level in levels if isinstance(level.metric, TicketMetric) for name in level.services)
    return tuple(dict.fromkeys(found))


def _key(agreement: Agreement, level: ServiceLevel, period: Period) -> Hashable | None:
    """All that the clocks and thresholds of a level depend on, but for its tickets."""
    if (
        not isinstance(level.metric, TicketMetric)
        or agreement.type is not AgreementType.SLA
        or level.duty is not None
    ):
        return None
    measured = (max(period.first, agreement.first), min(period.last, agreement.last))
    # A calendar is one object for all agreements that name it, and lives as long as they do.
    return (level.metric, level.window, id(agreement.calendar), agreement.sources, measured)
