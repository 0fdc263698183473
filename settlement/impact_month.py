"""What a month's credit impact is worked out from, and who caused which of the customers' credits.

The problem: every party's part asks the same questions (who pays whom, whose contract binds whom, what was caused in
which currency), so they are answered once for the month.

Example: a credit of 2,000.00 with the shares 3/4 and 1/4 has 1,500.00 caused by the one and 500.00 by the other
answerable party.

Limits: nothing here says why money does not come back (`settlement.gap_reasons`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from domain.agreements import Agreement, AgreementType
from domain.attainment import Attainment
from domain.money import Money, split
from domain.rates import rate_on
from ola.portfolio import Portfolio
from ola.responsibility import Responsibility
from settlement.results import Breach, Statement


@dataclass(frozen=True, slots=True)
class Lifts:
    """What a supplier's statements of the month would come to with obstacles lifted, one after another."""

    uncapped: Callable[[Statement], Fraction]
    """The statement's net without its caps."""
    unexcused: Callable[[Statement, frozenset[str]], tuple[Fraction, tuple[Attainment, ...]]]
    """The statement's net without its caps and without some exclusions, for the supplier's own failures; and the
    attainments it then rests on."""


@dataclass(slots=True)
class Caused:
    """What one answerable party caused: parts of rows of breaches of the customers' agreements."""

    parts: list[tuple[Breach, Responsibility, Money]] = field(default_factory=list)

    def total(self, currency: str) -> Money:
        """What it comes to."""
        return sum((money for _, _, money in self.parts), start=Money.zero(currency))


@dataclass(frozen=True, slots=True)
class ImpactInputs:
    """Everything a month's credit impact is worked out from; ``day`` is the one whose exchange rates hold."""

    portfolio: Portfolio
    agreements: Mapping[str, Agreement]
    breaches: Sequence[Breach]
    statements: Sequence[Statement]
    attainments: Sequence[Attainment]
    lifts: Lifts
    day: date


@dataclass(frozen=True, slots=True, eq=False)
class ImpactMonth:
    """The inputs, and what would otherwise be looked for again with every party and row."""

    inputs: ImpactInputs
    payers: frozenset[str]
    by_provider: Mapping[str, Sequence[Agreement]]
    by_supplier: Mapping[str, Sequence[Statement]]
    """The statements of suppliers' contracts, by who supplies."""
    by_agreement: Mapping[str, Sequence[Attainment]]
    causes: frozenset[str]
    caused: Mapping[str, Mapping[str | None, Caused]]
    """What each party caused, by currency."""
    paid_in: tuple[str, ...]
    """The currencies in which customers are paid."""

    @classmethod
    def of(cls, inputs: ImpactInputs) -> ImpactMonth:
        """The month that some inputs make."""
        by_provider: dict[str, list[Agreement]] = {}
        for agreement in inputs.agreements.values():
            by_provider.setdefault(agreement.provider, []).append(agreement)
        by_supplier: dict[str, list[Statement]] = {}
        for statement in inputs.statements:
            if statement.type is AgreementType.UC:
                by_supplier.setdefault(statement.provider, []).append(statement)
        by_agreement: dict[str, list[Attainment]] = {}
        for attainment in inputs.attainments:
            by_agreement.setdefault(attainment.of.agreement.name, []).append(attainment)
        return cls(
            inputs,
            frozenset(a.provider for a in inputs.agreements.values() if a.type is AgreementType.SLA),
            by_provider,
            by_supplier,
            by_agreement,
            frozenset(cause for a in inputs.agreements.values() for cause in a.exclusions),
            caused_by(inputs.breaches),
            tuple(sorted({s.net.currency for s in inputs.statements if s.type is AgreementType.SLA})),
        )

    def buyer(self, statement: Statement) -> str:
        """Who a supplier's credit goes to: its consumer, or the organisation that the consumer is a team of."""
        return "*" if statement.consumer == "*" else self.inputs.portfolio.top_party(statement.consumer)

    def rate(self, base: str, quote: str) -> Fraction | None:
        """The dated rate of the documents."""
        return rate_on(self.inputs.portfolio.rates, base, quote, self.inputs.day)

    def stands_in(self, statement: Statement) -> str:
        """The currency whose impact a statement belongs to: its own, or that of what its party caused, at a rate."""
        own = statement.net.currency
        if statement.type is AgreementType.SLA:
            return own
        party = statement.provider if statement.type is AgreementType.UC else self.buyer(statement)
        if party in self.caused.get(own, {}):
            return own
        others = [c for c in sorted(self.caused) if party in self.caused[c] and self.rate(own, c) is not None]
        if others:
            return others[0]
        if own in self.paid_in:
            return own
        return next((currency for currency in self.paid_in if self.rate(own, currency) is not None), own)


def caused_by(breaches: Iterable[Breach]) -> dict[str, dict[str | None, Caused]]:
    """Every customer credit by currency and by the answerable party of each row; several share a row equally."""
    found: dict[str, dict[str | None, Caused]] = {}
    for breach in breaches:
        if breach.attainment.of.agreement.type is not AgreementType.SLA:
            continue
        for row, money in zip(breach.trace.responsibilities, breach.credits, strict=True):
            if money is None or not money:
                continue
            who: tuple[str | None, ...] = row.answerables or (None,)
            equal = split(money, [Fraction(1)] * len(who), [name or "" for name in who])
            for party, part in zip(who, equal, strict=True):
                parties = found.setdefault(money.currency, {})
                parties.setdefault(party, Caused()).parts.append((breach, row, part))
    return found
