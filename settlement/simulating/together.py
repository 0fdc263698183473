"""Which agreements' credits hang together, and the statements of each such group in drawn years.

The problem: most agreements can be settled a column a month, by tables, and that is what makes ten thousand years of
two hundred of them a matter of seconds. Some cannot: where a credit hangs on other months, or on other agreements. So
agreements are put into groups that hang on nothing outside; a group is settled by tables where these say all, and
replayed (`replaying`) in the years in which they do not.

Example: ten contracts under an umbrella with a cap of 50,000 a year: in 9,400 of 10,000 years they come to less
together, and the tables' figures stand; 600 years are replayed, all ten contracts together.

Limits: an umbrella cap that might bind by a rounding is taken to bind, and the years are replayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Agreement, CapPer
from domain.credits.caps import span_start
from domain.credits.when import agreements_asked
from domain.money import minor_digits
from settlement.simulating.frame import AgreementFrame, Frame
from settlement.simulating.money import Asked, Statements, statements_of
from settlement.simulating.replaying import Columns, Replay
from settlement.statements import consumers_of

__all__ = ["Group", "groups_of"]

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Agreements that hang on no other's credits. ``umbrellas`` are those above them that have caps."""

    frame: Frame
    members: tuple[AgreementFrame, ...]
    umbrellas: tuple[str, ...]
    is_replayed: bool
    """Whether every year is settled whole."""
    replay: Replay | None
    _limits: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def statements(self, columns: Mapping[str, Columns], years: int, known: Asked) -> dict[str, Statements]:
        """The statements of the members in so many years; ``columns`` is what was drawn, by agreement."""
        if self.replay is None or not self.is_replayed:
            found = {
                each.name: statements_of(self.frame, each, columns[each.name], years, known)
                for each in self.members
            }
            if self.replay is None:
                return found
            asked = self._may_bind({name: each.net for name, each in found.items()}, years)
        else:
            found = {each.name: _nothing(each, years, len(self.frame.months)) for each in self.members}
            asked = np.ones(years, dtype=np.bool_)
        return self._replayed(self.replay, found, columns, np.flatnonzero(asked))

    def _replayed(
        self, replay: Replay, found: Mapping[str, Statements], columns: Mapping[str, Columns], years: Numbers
    ) -> dict[str, Statements]:
        """The statements with those of some years as they are when the year is settled whole."""
        asked = replay.asked(columns, years)
        distinct, places = np.unique(asked, return_inverse=True)
        rows = [replay.years[each] for each in distinct.tolist()] if replay.years else []
        replaced = {}
        for number, each in enumerate(replay.members):
            before = found[each.name]
            which = np.full(len(before.net), -1, dtype=np.int64)
            which[years] = asked
            if rows:
                before.net[years] = np.array([row.nets[number] for row in rows], dtype=np.int64)[places]
                for name, line in before.lines.items():
                    line[years] = np.array([row.lines.get(name, 0) for row in rows], dtype=np.int64)[places]
            replaced[each.name] = Statements(before.net, before.lines, replay, which)
        return replaced

    def _may_bind(self, nets: Mapping[str, Numbers], years: int) -> NDArray[np.bool_]:
        """In which years an umbrella's cap may leave its parts less than they come to by themselves."""
        found = np.zeros(years, dtype=np.bool_)
        if self.replay is None:
            return found
        settling = self.replay.contracts
        for name in self.umbrellas:
            for place, month in enumerate(self.frame.months):
                umbrella = settling.judged_in(name, month)
                if umbrella is None:
                    continue
                parts = [
                    each
                    for each in self.members
                    if (version := each.months[place]) is not None and version.currency == umbrella.currency
                ]
                for number, cap in enumerate(umbrella.caps):
                    since = month.first
                    if cap.per is not CapPer.MONTH:
                        since = span_start(umbrella, cap.per, month.first).replace(day=1)
                    begins = next(i for i, each in enumerate(self.frame.months) if each.first >= since)
                    total = sum(
                        (nets[each.name][:, begins : place + 1].sum(axis=1) for each in parts),
                        start=np.zeros(years, dtype=np.int64),
                    )
                    # Each statement was rounded, by less than one minor unit.
                    rounding = len(parts) * (place + 1 - begins)
                    found |= total + rounding > self._limit(umbrella, number, place)
        return found

    def _limit(self, umbrella: Agreement, number: int, place: int) -> int:
        """What one cap of an umbrella comes to in a month, in whole minor units; the least of several customers'."""
        key = (umbrella.name, number, place)
        if key not in self._limits and self.replay is not None:
            limit_of = self.replay.contracts.remedies.umbrella_limit
            cap, month = umbrella.caps[number], self.frame.months[place]
            least = min(limit_of(umbrella, cap, consumer, month) for consumer in consumers_of(umbrella))
            self._limits[key] = min(int(least * 10 ** minor_digits(umbrella.currency)), 2**62)
        return self._limits[key]


def groups_of(frame: Frame) -> tuple[Group, ...]:
    """The agreements of a frame in groups, in the order of their names."""
    settling = frame.settling
    above = {each.name: _umbrellas(frame, each) for each in frame.agreements}
    shared = {each.name: _shared_with(each) for each in frame.agreements}
    head: dict[str, str] = {}

    def head_of(name: str) -> str:
        while head.setdefault(name, name) != name:
            name = head[name]
        return name

    for each in frame.agreements:
        for other in (*above[each.name], *shared[each.name]):
            first, second = sorted((head_of(each.name), head_of(other)))
            head[second] = first
    together: dict[str, list[AgreementFrame]] = {}
    for each in frame.agreements:
        together.setdefault(head_of(each.name), []).append(each)
    found = []
    for members in together.values():
        umbrellas = sorted({name for each in members for name in above[each.name]})
        capped = tuple(name for name in umbrellas if any(one.caps for one in settling.versions.get(name, ())))
        hangs = any(each.hangs_together or shared[each.name] for each in members)
        replay = Replay.of(frame, members) if hangs or capped else None
        ordered = tuple(sorted(members, key=lambda each: each.name))
        found.append(Group(frame, ordered, capped, hangs, replay))
    return tuple(found)


def _umbrellas(frame: Frame, each: AgreementFrame) -> list[str]:
    """The umbrellas above an agreement, of all its versions, if any of them has a cap."""
    settling = frame.settling
    found: list[str] = []
    waiting = [version.part_of for version in each.months if version is not None and version.part_of]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.append(name)
            waiting += [above.part_of for above in settling.versions.get(name, ()) if above.part_of]
    is_capped = any(version.caps for name in found for version in settling.versions.get(name, ()))
    return sorted(found) if is_capped else []


def _shared_with(each: AgreementFrame) -> list[str]:
    """The agreements with which one shares a level, or of whose levels a credit of it asks."""
    versions = [version for version in each.months if version is not None]
    return sorted(
        {
            other
            for version in versions
            for level in version.levels
            for other in (
                *agreements_asked(level),
                *(name for name, _ in (level.shared.others if level.shared is not None else ())),
            )
            if other != each.name
        }
    )


def _nothing(each: AgreementFrame, years: int, months: int) -> Statements:
    lines = {
        (level.name, index): np.zeros(years, dtype=np.int64)
        for level in each.levels
        if level.is_credited
        for index in range(len(level.outcomes))
    }
    return Statements(np.zeros((years, months), dtype=np.int64), lines)


def names_of(groups: Iterable[Group]) -> Sequence[str]:
    """The agreements of some groups."""
    return [each.name for group in groups for each in group.members]
