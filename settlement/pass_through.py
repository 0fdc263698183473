"""What of the customers' credits a supplier's or team's contract passes on to it.

The problem: some contracts do not price a miss; they say "you pay what we had to pay because of you, up to a cap". What
that is follows from the customers' statements and their traces, so the agreements that face the consumer of such a
contract are settled before it (4-architecture).

Example: two SLAs credit 2,000.00 and 1,000.00 in March; the traces put half of the first and all of the second on a
vendor's hosting: its contract for hosting passes 2,000.00 on.

Limits: what is passed is each row's credit as it stands on the breach, so that it comes back to the penny. Of several
levels of a contract that pass credits on, each credit is passed by one: the first that is missed of the same kind, else
the first missed. Contracts that pass credits on to each other in a circle pass nothing, and a finding says so.

References: ruling 30 of the design.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from domain.agreements import Agreement, AgreementType, PassThroughCredit
from domain.attainment import AttainmentStatus
from domain.findings import Finding, FindingKind, Severity
from domain.periods import Period, PeriodRule
from domain.rates import rate_on
from ola.portfolio import Portfolio
from ola.responsibility import Reason, Responsibility
from settlement.measured import Measurement
from settlement.results import Breach
from settlement.through import part_through


class Breached(Protocol):
    """What passing credits on asks of a settling."""

    @property
    def portfolio(self) -> Portfolio:
        """All contracts."""
        ...

    def names_judged_in(self, month: Period) -> tuple[str, ...]:
        """The agreements that are judged in a month, by name."""
        ...

    def judged_in(self, name: str, month: Period) -> Agreement | None:
        """The version of an agreement that is judged in a month."""
        ...

    def breaches_of(self, agreement: Agreement, month: Period) -> tuple[Breach, ...]:
        """What an agreement missed in a month, with the credits of each row."""
        ...


@dataclass(frozen=True, slots=True)
class Passed:
    """One row of a breach above: its ``amount`` in the contract's currency, of which ``part`` is passed on."""

    agreement: str
    level: str
    service: str
    metric: str
    party: str
    amount: Fraction
    part: Fraction

    @property
    def passed(self) -> Fraction:
        """What is passed on."""
        return self.amount * self.part


@dataclass(frozen=True, slots=True, eq=False)
class PassThrough:
    """What every contract of one settling passes on; worked out once for each month."""

    of: Breached
    _put: dict[tuple[str, str], tuple[Passed, ...]] = field(default_factory=dict)

    def put_on(self, agreement: Agreement, month: Period) -> tuple[Passed, ...]:
        """The parts of the credits above that the traces put on an agreement's side through what it covers."""
        key = (agreement.name, month.name)
        if key not in self._put:
            self._put[key] = tuple(self._rows(agreement, month))
        return self._put[key]

    def over(self, agreement: Agreement, period: Period) -> tuple[Passed, ...]:
        """The same for a level's own period: of a quarter that of its months; of a week that of its month."""
        months = PeriodRule.month().ending_in(period)
        if len(months) < 2:
            months = (PeriodRule.month().containing(period.last),)
        return tuple(each for month in months for each in self.put_on(agreement, month))

    def passed_by(
        self, measurement: Measurement, siblings: Sequence[Measurement]
    ) -> tuple[tuple[str, Fraction, Fraction], ...]:
        """Whose credits a missed level passes on, how much they are, and what part; each credit is passed once."""
        missed = [
            each.attainment
            for each in siblings
            if each.attainment.status is AttainmentStatus.MISSED
            and isinstance(each.attainment.of.level.credit, PassThroughCredit)
        ]
        missed.sort(key=lambda each: (*each.of.order(), each.period.last))
        own = measurement.attainment
        kinds = [each.of.level.metric.kind for each in missed]
        kind = own.of.level.metric.kind
        is_first_of_kind = missed[kinds.index(kind)] == own
        return tuple(
            (f"{row.agreement}/{row.level}/{row.service}: {row.party}", row.amount, row.part)
            for row in self.over(own.of.agreement, own.period)
            if (row.metric == kind and is_first_of_kind) or (row.metric not in kinds and missed[0] == own)
        )

    def above(self, agreement: Agreement, month: Period) -> list[Agreement]:
        """The agreements that an agreement's consumer answers to others under: the customers', or the next vendor's."""
        if agreement.consumer == "*":
            return []
        top = self.of.portfolio.top_party
        consumer = top(agreement.consumer)
        found = []
        for name in self.of.names_judged_in(month):
            upper = self.of.judged_in(name, month)
            if upper is not None and upper.type is not AgreementType.OLA and top(upper.provider) == consumer:
                found.append(upper)
        return found

    def is_circular(self, agreement: Agreement, month: Period) -> bool:
        """Whether what an agreement passes on would rest on itself."""
        seen: set[str] = set()
        waiting = self._passing_above(agreement, month)
        while waiting:
            upper = waiting.pop()
            if upper.name == agreement.name:
                return True
            if upper.name not in seen:
                seen.add(upper.name)
                waiting += self._passing_above(upper, month)
        return False

    def _passing_above(self, agreement: Agreement, month: Period) -> list[Agreement]:
        return [upper for upper in self.above(agreement, month) if passes_on(upper)]

    def findings(self, agreement: Agreement, month: Period) -> list[Finding]:
        """What stands in the way of passing credits on."""
        if not passes_on(agreement):
            return []
        if agreement.type is AgreementType.SLA:
            return [
                Finding(
                    "PASS_THROUGH_NOWHERE",
                    Severity.ERROR,
                    FindingKind.TERMS,
                    f"{agreement.name} is what a customer is promised: there are no credits above it to pass on.",
                    agreement.name,
                    clauses=(agreement.name,),
                    cure="Write another scheme; passThrough is for an OLA or a UC.",
                )
            ]
        if self.is_circular(agreement, month):
            return [
                Finding(
                    "PASS_THROUGH_CYCLE",
                    Severity.ERROR,
                    FindingKind.TERMS,
                    f"{agreement.name} passes on credits that rest on what {agreement.name} itself passes on: "
                    "nothing is passed on under it.",
                    agreement.name,
                    clauses=(agreement.name,),
                    cure="Price the miss in one of the contracts of the circle by another scheme.",
                )
            ]
        strange = {
            upper.name: upper.currency
            for upper in self.above(agreement, month)
            if self._rate(upper, agreement, month) is None and self.of.breaches_of(upper, month)
        }
        return [
            Finding(
                "CURRENCY_MISMATCH",
                Severity.WARNING,
                FindingKind.TERMS,
                f"The credits of {name} are in {strange[name]}, those of {agreement.name} in {agreement.currency}: "
                "none of them is passed on, because no document gives a rate.",
                name,
                clauses=(name, agreement.name),
                cure=f"Add a document of kind ExchangeRate from {strange[name]} to {agreement.currency}.",
            )
            for name in sorted(strange)
        ]

    def _rows(self, agreement: Agreement, month: Period) -> list[Passed]:
        if self.is_circular(agreement, month):
            return []
        found = []
        for upper in self.above(agreement, month):
            rate = self._rate(upper, agreement, month)
            if upper.name == agreement.name or rate is None:
                continue
            for breach in self.of.breaches_of(upper, month):
                of = breach.attainment.of
                for row, money in zip(breach.trace.responsibilities, breach.credits, strict=True):
                    part = self._part(agreement, upper, row)
                    if money is None or not money or not part:
                        continue
                    amount = money.fraction * rate
                    found.append(
                        Passed(
                            of.agreement.name, of.level.name, of.service, of.level.metric.kind, row.party or "",
                            amount, part,
                        )
                    )  # fmt: skip
        return found

    def _rate(self, upper: Agreement, agreement: Agreement, month: Period) -> Fraction | None:
        return rate_on(self.of.portfolio.rates, upper.currency, agreement.currency, month.last)

    def _part(self, agreement: Agreement, upper: Agreement, row: Responsibility) -> Fraction:
        """The part of a row that stands on an agreement's side, through the services it covers."""
        if row.reason is not Reason.OWN_FAILURE or row.party is None:
            return Fraction(0)
        top = self.of.portfolio.top_party
        if top(agreement.provider) == top(upper.provider):
            is_theirs = agreement.provider in self.of.portfolio.family(row.party)
            on_side = Fraction(int(is_theirs))
        else:
            theirs = [who for who in row.answerables if top(who) == top(agreement.provider)]
            on_side = Fraction(len(theirs), max(len(row.answerables), 1))
        if not on_side:
            return on_side
        # A ticket's row names the agreement that bound its holder, where no path leads through what it covers.
        is_bound = row.agreement == agreement.name
        return on_side * (part_through(row, agreement.services) or Fraction(int(is_bound)))


def passes_on(agreement: Agreement) -> bool:
    """Whether any level of an agreement passes credits on."""
    return any(isinstance(level.credit, PassThroughCredit) for level in agreement.levels)
