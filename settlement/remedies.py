"""The rules over all the credits of an agreement, put together for one statement.

The problem: what one incident costs, what the caps of the month and the year leave, and what the umbrella agreement
leaves of all its parts rest on the evidence, on earlier months and on other agreements' statements. They are gathered
here, in the order of 3.5, and handed to the statement as steps.

Example: two parts of an umbrella credit 6,000 and 3,000 after their own caps; the umbrella's cap of 6,000 leaves 4,000
and 2,000.

Limits: an umbrella has no statement of its own; parts in another currency are not counted under its caps, and a
finding says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Protocol

from domain.agreements import Agreement, Base, Cap, CapPer
from domain.credits.base import Due, charges_source
from domain.credits.caps import CapRoom, cap_limit, limit_of, span_start, spanned_charges, within_room
from domain.credits.lint.terms import umbrella_findings
from domain.credits.steps import Amounts, CapStep, Incident, OneIncidentStep, Step, UmbrellaStep, after_all
from domain.credits.umbrella_total import Sums, UmbrellaTotal, totals_of
from domain.findings import Finding
from domain.ledger import Entry
from domain.money import Money
from domain.periods import Period
from domain.remedies import OneIncident
from settlement.earn_back import EarnBacks, Past
from settlement.incidents import Incidents
from settlement.pass_through import Breached, PassThrough
from settlement.ratchets import ratchet_findings
from settlement.shared_levels import Shared, SharedLevels
from settlement.statements import OwnLine, consumers_of
from settlement.term_checks import is_steady


class Settled(Breached, Shared, Past, Protocol):
    """What the remedies of one agreement ask of the settling of all."""

    @property
    def versions(self) -> Mapping[str, tuple[Agreement, ...]]:
        """All versions of each agreement."""
        ...

    @property
    def incidents(self) -> Incidents:
        """What would have been without an incident."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class AgreementRemedies:
    """The remedies of every agreement of one settling."""

    of: Settled
    passing: PassThrough
    shared: SharedLevels
    earn_backs: EarnBacks
    _parts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _left: dict[tuple[str, str, str, str], Fraction] = field(default_factory=dict)
    _caps: dict[tuple[str, str, str], tuple[CapStep, ...]] = field(default_factory=dict)
    _own: dict[tuple[str, str, str], tuple[Sequence[OwnLine], tuple[Step, ...], Amounts]] = field(
        default_factory=dict
    )
    """A statement's own steps, and what they leave of each of its lines; with the very lines that they are of."""
    _own_limits: dict[tuple[object, ...], tuple[tuple[Fraction, str], ...]] = field(default_factory=dict)
    _under: dict[tuple[str, str, str], list[tuple[Agreement, str]]] = field(default_factory=dict)
    _limits: dict[tuple[object, ...], Fraction] = field(default_factory=dict)
    _alike: dict[tuple[str, str, str], object | None] = field(default_factory=dict)
    _used: dict[tuple[str, str, date, date], Fraction] = field(default_factory=dict)
    _named_under: dict[tuple[str, str, str], frozenset[tuple[str, str]]] = field(default_factory=dict)
    _together: dict[tuple[str, str, str], Fraction] = field(default_factory=dict)
    _stated: dict[tuple[str, str, str], tuple[Sums, dict[str, Money]]] = field(default_factory=dict)
    _spoken: dict[tuple[object, ...], tuple[Finding, ...]] = field(default_factory=dict)

    @classmethod
    def over(cls, of: Settled) -> "AgreementRemedies":
        """The remedies of a settling, with nothing worked out yet."""
        return cls(of, PassThrough(of), SharedLevels(of), EarnBacks(of))

    def findings(self, agreement: Agreement, month: Period) -> list[Finding]:
        """What stands in the way of an agreement's remedies in a month, and what they propose."""
        return [
            *self.passing.findings(agreement, month),
            *self.shared.findings(agreement, month),
            *ratchet_findings(self.of.history, agreement, month),
            *self._never_binding(agreement, month),
        ]

    def steps(
        self, agreement: Agreement, consumer: str, month: Period, lines: Sequence[OwnLine], *, with_caps: bool
    ) -> tuple[Step, ...]:
        """The steps that a month's lines go through, in the order of 3.5; without caps where these are lifted."""
        if not lines:
            return ()
        if not with_caps:
            return self._own_steps(agreement, consumer, month, lines, with_caps=False)
        own, left = self._own_after(agreement, consumer, month, lines)
        if agreement.part_of is None:
            return own
        return (*own, *self._umbrella_steps(agreement, consumer, month, left, None))

    def together(
        self,
        agreement: Agreement,
        consumer: str,
        month: Period,
        lines: Sequence[OwnLine],
        steps: Sequence[Step],
    ) -> UmbrellaTotal | None:
        """A statement's part of what an umbrella's cap leaves; None where no such cap takes anything."""
        name = _capped_under(_amounts(lines), steps) if agreement.part_of is not None else None
        umbrellas = () if name is None else self.umbrellas(agreement, month)
        place = next((place for place, each in enumerate(umbrellas) if each.name == name), None)
        if place is None or not self._is_under(agreement, consumer, umbrellas[place], month):
            return None
        umbrella, above = umbrellas[place], umbrellas[place + 1 : place + 2]
        key = (umbrella.name, consumer if umbrella.consumer == "*" else "", month.name)
        if key not in self._stated:
            # What all its statements come to is rounded once, so that together they keep to the cap to the penny.
            sums = tuple(
                (
                    f"{part.name}/{whose}",
                    self._left_before(part, whose, month, above[0].name if above else ""),
                )
                for part, whose in self._statements_under(umbrella, consumer, month)
            )
            self._stated[key] = (sums, totals_of(sums, umbrella.currency, umbrella.rounding))
        sums, totals = self._stated[key]
        part = f"{agreement.name}/{consumer}"
        return UmbrellaTotal(umbrella.name, part, sums, totals[part], umbrella.rounding)

    def ledger(self, agreement: Agreement, consumer: str, month: Period, due: Money) -> tuple[Entry, ...]:
        """What was earned back of the agreement's credits so far, where the month's lines come to ``due``."""
        if not any(version.remedies.earn_back for version in self.of.versions[agreement.name]):
            return ()
        return self.earn_backs.after(agreement, consumer, month, due)

    def _own_after(
        self, agreement: Agreement, consumer: str, month: Period, lines: Sequence[OwnLine]
    ) -> tuple[tuple[Step, ...], Amounts]:
        """A statement's own steps and what they leave of its lines: its umbrella asks, and then it is drawn up."""
        key = (agreement.name, consumer, month.name)
        known = self._own.get(key)
        if known is None or known[0] is not lines:
            steps = self._own_steps(agreement, consumer, month, lines, with_caps=True)
            known = self._own[key] = (lines, steps, after_all(_amounts(lines), steps))
        return known[1], known[2]

    def _own_steps(
        self, agreement: Agreement, consumer: str, month: Period, lines: Sequence[OwnLine], *, with_caps: bool
    ) -> tuple[Step, ...]:
        steps: list[Step] = list(self.shared.steps(agreement, consumer, month, lines))
        if agreement.remedies.one_incident is not OneIncident.ALL and len(lines) > 1:
            steps += self._one_incident(agreement, month, lines)
        if with_caps:
            steps += self._cap_steps(agreement, consumer, month)
        return tuple(steps)

    # ------------------------------------------------------------------------------------ one incident

    def _one_incident(
        self, agreement: Agreement, month: Period, lines: Sequence[OwnLine]
    ) -> list[OneIncidentStep]:
        found = self.of.incidents.explaining([line.measurement for line in lines])
        if not found:
            return []
        incidents = [
            Incident(name, places, self._chosen(agreement, month, name, places, lines))
            for name, places in found.items()
        ]
        names = tuple(line.name for line in lines)
        source = f"{agreement.name} version {agreement.version}, remedies.oneIncident"
        return [OneIncidentStep(tuple(incidents), names, source)]

    def _chosen(
        self,
        agreement: Agreement,
        month: Period,
        incident: str,
        places: Sequence[int],
        lines: Sequence[OwnLine],
    ) -> int | None:
        """The line that the consumer chose, where its choice is recorded; the last claim of the period counts."""
        if agreement.remedies.one_incident is not OneIncident.CHOOSE:
            return None
        claims = [
            claim
            for claim in self.of.portfolio.claims
            if (claim.agreement, claim.period) == (agreement.name, month.name)
        ]
        for claim in sorted(claims, key=lambda each: (each.claimed_at, each.name), reverse=True):
            for choice in claim.choices:
                for place in places:
                    of = lines[place].measurement.attainment.of
                    is_meant = choice.level == of.level.name and choice.service in (None, of.service)
                    if choice.incident == incident and is_meant:
                        return place
        return None

    # -------------------------------------------------------------------------------------------- caps

    def _cap_steps(self, agreement: Agreement, consumer: str, month: Period) -> tuple[CapStep, ...]:
        """The agreement's caps in the order written, each with what earlier months of its span have used."""
        key = (agreement.name, consumer, month.name)
        if key not in self._caps:
            limits = self._limits_of_own(agreement, consumer, month)
            steps = []
            for cap, (limit, source) in zip(agreement.caps, limits, strict=True):
                used = Fraction(0)
                if cap.per is not CapPer.MONTH:
                    since = span_start(agreement, cap.per, month.first)
                    used = self.of.history.net_before(agreement, consumer, since, month.first)
                steps.append(CapStep(CapRoom(cap, limit, used), source))
            self._caps[key] = tuple(steps)
        return self._caps[key]

    def _limits_of_own(
        self, agreement: Agreement, consumer: str, month: Period
    ) -> tuple[tuple[Fraction, str], ...]:
        """What each cap of an agreement comes to in a month, and where it stands: once for all months charged alike."""
        key = (agreement.key, consumer, "" if is_steady(agreement, month) else month.name)
        if key not in self._own_limits:
            due = Due.of(agreement, month, consumer)
            self._own_limits[key] = tuple(
                (cap_limit(agreement, cap, due), _cap_source(agreement, cap, due)) for cap in agreement.caps
            )
        return self._own_limits[key]

    # -------------------------------------------------------------------------------------- umbrellas

    def umbrellas(self, agreement: Agreement, month: Period) -> tuple[Agreement, ...]:
        """The umbrella agreement that an agreement is a part of, the one above that, and so on."""
        found: list[Agreement] = []
        name = agreement.part_of
        while name is not None and name != agreement.name and name not in {each.name for each in found}:
            umbrella = self.of.judged_in(name, month)
            if umbrella is None or umbrella.currency != agreement.currency:
                break
            found.append(umbrella)
            name = umbrella.part_of
        return tuple(found)

    def parts(self, umbrella: Agreement, month: Period) -> tuple[Agreement, ...]:
        """The agreements under an umbrella that are judged in a month, however deep, by name."""
        if not self._parts:
            names: dict[str, list[str]] = {}
            for version in self.of.portfolio.agreements:
                if version.part_of is not None:
                    names.setdefault(version.part_of, []).append(version.name)
            self._parts.update((name, tuple(sorted(set(below)))) for name, below in names.items())
        found: dict[str, Agreement] = {}
        waiting = list(self._parts.get(umbrella.name, ()))
        while waiting:
            name = waiting.pop()
            part = self.of.judged_in(name, month)
            is_below = part is not None and umbrella in self.umbrellas(part, month)
            if part is not None and is_below and name not in found:
                found[name] = part
            waiting += [below for below in self._parts.get(name, ()) if below not in found]
        return tuple(found[name] for name in sorted(found))

    def _umbrella_steps(
        self, agreement: Agreement, consumer: str, month: Period, left: Amounts, until: str | None
    ) -> list[UmbrellaStep]:
        """The caps of the umbrellas above an agreement, lowest first, up to but without the one named ``until``."""
        steps: list[UmbrellaStep] = []
        for umbrella in self.umbrellas(agreement, month):
            if umbrella.name == until:
                break
            others = self._all_before(umbrella, consumer, month)
            if self._is_under(agreement, consumer, umbrella, month):
                others -= self._left_before(agreement, consumer, month, umbrella.name)
            for number, cap in enumerate(umbrella.caps):
                used = self._used_under(umbrella, cap, consumer, month)
                room = CapRoom(cap, self._limit_of(umbrella, number, consumer, month), used)
                step = UmbrellaStep(umbrella.name, room, others, _source(umbrella))
                others = within_room((*left, others), room.room)[-1]
                left = step.after(left)
                steps.append(step)
        return steps

    def _never_binding(self, umbrella: Agreement, month: Period) -> list[Finding]:
        """The caps of an umbrella that all credits of its parts can never reach; none of any other agreement."""
        found: list[Finding] = []
        if umbrella.caps and not umbrella.services:
            for consumer in consumers_of(umbrella):
                limits = [
                    (cap, self._limit_of(umbrella, number, consumer, month))
                    for number, cap in enumerate(umbrella.caps)
                ]
                parts = self._statements_under(umbrella, consumer, month)
                alike = self._charged_alike(umbrella, consumer, month)
                if alike is None:
                    found += umbrella_findings(umbrella, limits, parts, month)
                    continue
                # The most that steady parts can credit is the same every month, and so is what it says of one limit.
                key = (umbrella.key, tuple(limit for _, limit in limits), alike)
                if key not in self._spoken:
                    self._spoken[key] = umbrella_findings(umbrella, limits, parts, month)
                found += self._spoken[key]
        return found

    def _limit_of(self, umbrella: Agreement, number: int, consumer: str, month: Period) -> Fraction:
        """What one cap of an umbrella comes to in a month, worked out once for all months that are charged alike."""
        alike = self._charged_alike(umbrella, consumer, month) if is_steady(umbrella, month) else None
        whose = consumer if umbrella.consumer == "*" else ""
        key = (umbrella.key, whose, number, month.name if alike is None else alike)
        if key not in self._limits:
            self._limits[key] = self.umbrella_limit(umbrella, umbrella.caps[number], consumer, month)
        return self._limits[key]

    def _charged_alike(self, umbrella: Agreement, consumer: str, month: Period) -> object | None:
        """The parts of an umbrella in a month, where each costs the same in every month; None where one does not."""
        key = (umbrella.name, consumer if umbrella.consumer == "*" else "", month.name)
        if key not in self._alike:
            parts = self._statements_under(umbrella, consumer, month)
            is_alike = all(is_steady(part, month) for part, _ in parts)
            self._alike[key] = tuple((part.key, whose) for part, whose in parts) if is_alike else None
        return self._alike[key]

    def _statements_under(
        self, umbrella: Agreement, consumer: str, month: Period
    ) -> list[tuple[Agreement, str]]:
        """The statements that an umbrella's caps span together: all its parts', customer by customer under "*"."""
        key = (umbrella.name, consumer if umbrella.consumer == "*" else "", month.name)
        if key not in self._under:
            self._under[key] = [
                (part, whose)
                for part in self.parts(umbrella, month)
                for whose in consumers_of(part)
                if umbrella.consumer != "*" or whose == consumer
            ]
        return self._under[key]

    def _is_under(self, agreement: Agreement, consumer: str, umbrella: Agreement, month: Period) -> bool:
        """Whether a statement is among those that an umbrella's caps span together."""
        key = (umbrella.name, consumer if umbrella.consumer == "*" else "", month.name)
        if key not in self._named_under:
            under = self._statements_under(umbrella, consumer, month)
            self._named_under[key] = frozenset((part.name, whose) for part, whose in under)
        return (agreement.name, consumer) in self._named_under[key]

    def _all_before(self, umbrella: Agreement, consumer: str, month: Period) -> Fraction:
        """What all parts' statements of a month come to before an umbrella's caps: added up once for all of them."""
        key = (umbrella.name, consumer if umbrella.consumer == "*" else "", month.name)
        if key not in self._together:
            parts = self._statements_under(umbrella, consumer, month)
            before = (self._left_before(part, whose, month, umbrella.name) for part, whose in parts)
            self._together[key] = sum(before, start=Fraction(0))
        return self._together[key]

    def _left_before(self, part: Agreement, consumer: str, month: Period, umbrella: str) -> Fraction:
        """What a part's statement comes to before the caps of an umbrella above it."""
        key = (part.name, consumer, month.name, umbrella)
        if key not in self._left:
            lines = self.of.own_lines(part, consumer, month)
            if not lines:
                self._left[key] = Fraction(0)
                return self._left[key]
            _, left = self._own_after(part, consumer, month, lines)
            left = after_all(left, self._umbrella_steps(part, consumer, month, left, umbrella))
            self._left[key] = sum(left, start=Fraction(0))
        return self._left[key]

    def umbrella_limit(self, umbrella: Agreement, cap: Cap, consumer: str, month: Period) -> Fraction:
        """A cap's limit: a percent is of the umbrella's own charges, and of its parts' where it names none."""
        charges = spanned_charges(umbrella, cap, Due.of(umbrella, month, consumer))
        if charges is None:
            parts = self._statements_under(umbrella, consumer, month)
            each = (spanned_charges(part, cap, Due.of(part, month, whose)) for part, whose in parts)
            charges = sum((charge for charge in each if charge is not None), start=Fraction(0))
        return limit_of(cap, charges)

    def _used_under(self, umbrella: Agreement, cap: Cap, consumer: str, month: Period) -> Fraction:
        """What all parts' statements of earlier months of a cap's span came to."""
        if cap.per is CapPer.MONTH:
            return Fraction(0)
        since, earlier = span_start(umbrella, cap.per, month.first), month.previous()
        whose = consumer if umbrella.consumer == "*" else ""
        months = self.of.history.months(umbrella, earlier, since)
        if not months:
            return Fraction(0)
        # What is used by a month's end is what was used before it, and that month's statements.
        begin, at = months[0].first, len(months)
        while at and (umbrella.name, whose, begin, months[at - 1].first) not in self._used:
            at -= 1
        found = self._used[umbrella.name, whose, begin, months[at - 1].first] if at else Fraction(0)
        for each in months[at:]:
            version = self.of.judged_in(umbrella.name, each) or umbrella
            for part, who in self._statements_under(version, consumer, each):
                if net := self.of.history.net_in(part, who, each):
                    found += net
            self._used[umbrella.name, whose, begin, each.first] = found
        return found


def _amounts(lines: Sequence[OwnLine]) -> Amounts:
    return tuple(line.due for line in lines)


def _cap_source(agreement: Agreement, cap: Cap, due: Due) -> str:
    """Where a cap stands; of a percentage of what was invoiced, also where that stands."""
    source = _source(agreement)
    is_of_the_month = cap.amount is None and cap.per is CapPer.MONTH and cap.of is not Base.ANNUAL
    if not agreement.invoiced or not is_of_the_month:
        return source
    return f"{source}, of what was {charges_source(agreement, Base.AGREEMENT, '', due)}"


def _capped_under(amounts: Amounts, steps: Sequence[Step]) -> str | None:
    """The outermost umbrella of which a cap takes something; None: none does."""
    found = None
    for step in steps:
        left = step.after(amounts)
        if isinstance(step, UmbrellaStep) and left != amounts:
            found = step.umbrella
        amounts = left
    return found


def _source(agreement: Agreement) -> str:
    return f"{agreement.name} version {agreement.version}, remedies.caps"
