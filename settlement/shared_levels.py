"""Levels that several suppliers share: their credits put together and divided anew (3.6, "Shared levels").

The problem: one metric (first-contact resolution, say) depends on several suppliers at once, and each has it in its
contract. Some schedules let each pay its own credit; others put the credits together and divide them equally, by what
each is paid, or by whose failure it was.

Example (E15): 2,000.00 and 3,600.00, together 5,600.00: each its own; or 2,800.00 each; or 1,600.00 and 4,000.00 by
charges of 100,000 and 250,000.

Limits: whoever met the level, or missed it and credits nothing for that, takes no part. Each part then goes through
its own contract's caps. Where the contracts differ in how they apportion, or in currency, each pays its own, and a
finding says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from domain.agreements import Agreement, ServiceLevel
from domain.credits.base import Due, charges_over
from domain.credits.steps import SharedStep
from domain.findings import Finding, FindingKind, Severity
from domain.periods import Period
from domain.remedies import Apportion
from settlement.pass_through import PassThrough
from settlement.statements import OwnLine, consumers_of

Node = tuple[str, str]
"""An agreement and one of its levels, by name."""


class Shared(Protocol):
    """What shared levels ask of a settling."""

    @property
    def passing(self) -> PassThrough:
        """What the traces put on each supplier."""
        ...

    def names_judged_in(self, month: Period) -> tuple[str, ...]:
        """The agreements that are judged in a month, by name."""
        ...

    def judged_in(self, name: str, month: Period) -> Agreement | None:
        """The version of an agreement that is judged in a month."""
        ...

    def own_lines(self, agreement: Agreement, consumer: str, month: Period) -> tuple[OwnLine, ...]:
        """The lines of a statement before any remedy."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SharedLevels:
    """The shared levels of one settling."""

    of: Shared
    _groups: dict[str, Mapping[Node, frozenset[Node]]] = field(default_factory=dict)

    def steps(
        self, agreement: Agreement, consumer: str, month: Period, lines: Sequence[OwnLine]
    ) -> list[SharedStep]:
        """The steps by which an agreement's lines of shared levels are divided anew."""
        found = []
        for level in agreement.levels:
            if level.shared is None or level.shared.apportion is Apportion.EACH:
                continue
            places = tuple(
                place
                for place, line in enumerate(lines)
                if line.measurement.attainment.of.level.name == level.name
            )
            if places and not self._fault(agreement, level, month):
                step = self._step(agreement, consumer, month, level, lines, places)
                found += [step] if step is not None else []
        return found

    def findings(self, agreement: Agreement, month: Period) -> list[Finding]:
        """Shared levels that cannot be divided anew."""
        return [
            Finding(
                "SHARED_LEVEL_UNLIKE",
                Severity.WARNING,
                FindingKind.TERMS,
                f"{level.name} is shared, and {fault}: each supplier pays its own credit.",
                agreement.name,
                level.name,
                clauses=(level.cited,),
                cure="Write the same apportion and currency in every contract that shares the level.",
            )
            for level in agreement.levels
            if level.shared is not None and (fault := self._fault(agreement, level, month))
        ]

    def _step(
        self,
        agreement: Agreement,
        consumer: str,
        month: Period,
        level: ServiceLevel,
        lines: Sequence[OwnLine],
        places: tuple[int, ...],
    ) -> SharedStep | None:
        if level.shared is None:
            return None
        own = sum((lines[place].credit.amount for place in places), start=Fraction(0))
        amounts = {agreement.name: own}
        sharing = {agreement.name: agreement}
        for name, other in sorted(self._group(agreement, level, month)):
            version = self.of.judged_in(name, month)
            if version is None or (name, other) == (agreement.name, level.name):
                continue
            whose = consumer if consumer in consumers_of(version) else consumers_of(version)[0]
            theirs = [
                line.credit.amount
                for line in self.of.own_lines(version, whose, month)
                if line.measurement.attainment.of.level.name == other
            ]
            if any(theirs):
                amounts[name] = amounts.get(name, Fraction(0)) + sum(theirs, start=Fraction(0))
                sharing[name] = version
        weights = {
            name: self._weight(level.shared.apportion, version, consumer, month)
            for name, version in sharing.items()
        }
        whole = sum(weights.values(), start=Fraction(0))
        if len(sharing) < 2 or not whole or not own:
            return None
        source = f"{agreement.name} version {agreement.version}, {level.name}.shared"
        total = sum(amounts.values(), start=Fraction(0))
        return SharedStep(
            places,
            level.shared.apportion.value,
            own,
            total,
            weights[agreement.name],
            whole,
            source,
            level.clause,
        )

    def _weight(self, apportion: Apportion, agreement: Agreement, consumer: str, month: Period) -> Fraction:
        if apportion is Apportion.CHARGES:
            return charges_over(agreement, None, Due.of(agreement, month, consumer)) or Fraction(0)
        if apportion is Apportion.CREDIT:
            put = self.of.passing.put_on(agreement, month)
            return sum((each.passed for each in put), start=Fraction(0))
        return Fraction(1)

    def _fault(self, agreement: Agreement, level: ServiceLevel, month: Period) -> str:
        """Why a shared level cannot be divided anew; "" where it can."""
        for name, other in sorted(self._group(agreement, level, month)):
            version = self.of.judged_in(name, month)
            found = [each for each in version.levels if each.name == other] if version is not None else []
            if version is None or not found or level.shared is None:
                continue
            shared = found[0].shared
            if shared is not None and shared.apportion is not level.shared.apportion:
                return f"{name} apportions it {shared.apportion.value}, not {level.shared.apportion.value}"
            if version.currency != agreement.currency:
                return f"{name} is in {version.currency}, not {agreement.currency}"
        return ""

    def _group(self, agreement: Agreement, level: ServiceLevel, month: Period) -> frozenset[Node]:
        """All levels that share one metric, whichever of their contracts says so."""
        if month.name not in self._groups:
            self._groups[month.name] = self._found(month)
        return self._groups[month.name].get((agreement.name, level.name), frozenset())

    def _found(self, month: Period) -> Mapping[Node, frozenset[Node]]:
        edges: dict[Node, set[Node]] = {}
        for name in self.of.names_judged_in(month):
            version = self.of.judged_in(name, month)
            for level in version.levels if version is not None else ():
                for other in level.shared.others if level.shared is not None else ():
                    edges.setdefault((name, level.name), set()).add(other)
                    edges.setdefault(other, set()).add((name, level.name))
        groups: dict[Node, frozenset[Node]] = {}
        for start in sorted(edges):
            if start in groups:
                continue
            group, waiting = {start}, [start]
            while waiting:
                new = edges.get(waiting.pop(), set()) - group
                group |= new
                waiting += sorted(new)
            groups.update(dict.fromkeys(group, frozenset(group)))
        return groups
