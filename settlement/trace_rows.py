"""From a division to the rows of a trace, and what a reading of the breach means for its level.

The problem: whatever was divided (seconds, outages, tickets, a value), a row says the same of each party: its part, its
share, whether it was necessary and sufficient, who is answerable, under which agreement, by which paths.

Example: two players of one party make one row, with the services of both.

Limits: parties without a part have no row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.agreements import Agreement, WithinMetric
from domain.attainment import AttainmentStatus, Judgement, LevelOn
from domain.measure.judging import judge, percent
from ola.custody import TicketOccasion
from ola.occasions import DowntimeOccasion, Player
from ola.responsibility import Reason, Responsibility, ServiceShare, Trace
from ola.trace import Consequence, Division, Part
from ola.value_games import ValueOccasion

CreditOf = Callable[[Judgement], Fraction]
"""The level's own credit for a judged value that missed the target (over all its consumers)."""


@dataclass(frozen=True, slots=True, eq=False)
class LevelConsequence:
    """What a quantity of the breach means for the level: its value, its status, and its own credit."""

    of: LevelOn
    day: date
    denominator: Fraction
    counted: int
    credit_of: CreditOf

    def judged(self, quantity: Fraction) -> Judgement:
        """The level judged as if this quantity (microseconds, tickets) had been the whole of its failures."""
        level = self.of.level
        value = percent(self.denominator - quantity, self.denominator)
        small = level.small_sample if isinstance(level.metric, WithinMetric) else None
        failures = int(quantity) if small is not None else 0
        return judge(value, level.target.on(self.day), level.compare, small, self.counted, failures)

    def is_met(self, quantity: Fraction) -> bool:
        """Whether the target would be met."""
        return self.judged(quantity).status is not AttainmentStatus.MISSED

    def value(self, quantity: Fraction) -> Fraction | None:
        """The level's value."""
        return self.judged(quantity).value

    def credit(self, quantity: Fraction) -> Fraction:
        """The level's own credit before the agreement's remedies."""
        judged = self.judged(quantity)
        return self.credit_of(judged) if judged.status is AttainmentStatus.MISSED else Fraction(0)


@dataclass(frozen=True, slots=True, eq=False)
class ValueConsequence:
    """What a value means for the level: its status, and its own credit. ``counted`` is for small samples of items."""

    of: LevelOn
    day: date
    credit_of: CreditOf
    counted: int = 0

    def judged(self, value: Fraction) -> Judgement:
        """The level judged as if this had been its value."""
        level = self.of.level
        small = level.small_sample if self.counted else None
        failures = int(self.counted * (1 - value / 100)) if small is not None else 0
        return judge(value, level.target.on(self.day), level.compare, small, self.counted, failures)

    def is_met(self, quantity: Fraction) -> bool:
        """Whether the target would be met by a value."""
        return self.judged(quantity).status is not AttainmentStatus.MISSED

    def value(self, quantity: Fraction) -> Fraction | None:
        """The value itself."""
        return quantity

    def credit(self, quantity: Fraction) -> Fraction:
        """The level's own credit for a value, before the agreement's remedies."""
        judged = self.judged(quantity)
        return self.credit_of(judged) if judged.status is AttainmentStatus.MISSED else Fraction(0)


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A trace together with the division it shows, for explanations."""

    trace: Trace
    division: Division
    players: tuple[Player, ...]
    occasions: tuple[DowntimeOccasion, ...] | tuple[TicketOccasion, ...] | tuple[ValueOccasion, ...]
    consequence: Consequence
    first_failure: Callable[[int], int]


def responsibilities(
    division: Division,
    players: Sequence[Player],
    unit: Fraction,
    answerables: Callable[[Player], tuple[str, ...]],
    binding: Callable[[Player], Agreement | None],
    paths: Callable[[Player], tuple[tuple[str, ...], ...]],
) -> list[Responsibility]:
    """The rows of a division, the largest part first; ``unit`` of the division's units are one of a row's."""
    rows = []
    for part in division.parts:
        if part.quantity == 0 and not part.credit_share:
            continue
        groups: dict[tuple[str, ...], list[int]] = {}
        for player in part.players:
            if part.by_player[player] != 0 or part.quantity == 0:
                groups.setdefault(answerables(players[player]), []).append(player)
        rows += [
            _row(division, part, answerable, groups[answerable], players, unit, binding, paths)
            for answerable in sorted(groups)
        ]
    rows.sort(key=lambda row: (-row.quantity, row.party or "", row.answerables))
    if division.misaligned or division.misaligned_credit_share:
        rows.append(
            Responsibility(
                None,
                Reason.MISALIGNED,
                (),
                None,
                (),
                division.misaligned / unit,
                division.misaligned / division.whole,
                division.misaligned_credit_share,
                False,
                False,
                None,
                (),
            )
        )
    return rows


def _row(
    division: Division,
    part: Part,
    answerable: tuple[str, ...],
    chosen: Sequence[int],
    players: Sequence[Player],
    unit: Fraction,
    binding: Callable[[Player], Agreement | None],
    paths: Callable[[Player], tuple[tuple[str, ...], ...]],
) -> Responsibility:
    quantity = sum((part.by_player[player] for player in chosen), start=Fraction(0))
    of_part = quantity / part.quantity if part.quantity else Fraction(1)
    by_service: dict[str, Fraction] = {}
    for player in chosen:
        service = players[player].service
        by_service[service] = by_service.get(service, Fraction(0)) + part.by_player[player]
    shares = tuple(
        ServiceShare(service, part.party, by_service[service] / unit, by_service[service] / division.whole)
        for service in sorted(by_service)
    )
    main = min(chosen, key=lambda player: (-part.by_player[player], players[player].service))
    bound = next((a for p in [main, *chosen] if (a := binding(players[p])) is not None), None)
    ways = {path for player in chosen for path in paths(players[player])}
    return Responsibility(
        None if part.party == "*" else part.party,
        Reason.CUSTOMER if players[main].is_customer else Reason.OWN_FAILURE,
        tuple(who for who in answerable if who != "*"),
        None if bound is None else bound.name,
        shares,
        quantity / unit,
        quantity / division.whole,
        None if part.credit_share is None else part.credit_share * of_part,
        part.is_necessary,
        part.is_sufficient,
        part.value_without,
        tuple(sorted(ways, key=lambda path: (len(path), path))),
        side=part.side,
    )
