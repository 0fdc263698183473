"""Both sides of the money: what customers are owed, what suppliers owe for it, and every pound between.

The problem: the provider pays a customer 2,000 for a failure of its vendor's, and recovers 1,200. The gap of 800 has
reasons, and each is worth an exact amount: a cap, an exclusion, a looser target, a smaller rate, no contract at all
(3.6). Nobody can negotiate the next contract without them.

Example (worked case 41): v1 caused 1,200; its contract pays 800, capped at 500: CAP 300, and the other 400 is RATE. v2
caused nothing and owes 250: over-recovery, shown beside the gap and never only netted.

Obstacles are lifted one after another, in the order of `GapCode`; each is worth what the recoverable would rise by, at
most what is left of the gap. Credits between suppliers are statements, never part of the recoverable; a team's credit
is internal (ruling 7).

What a provider earned back of its customers' credits lessens its own row: the total gap stays payable less
recoverable.

Limits: a month; amounts in one currency are never added to those in another but at a dated rate of the documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from domain.agreements import Agreement, AgreementType
from domain.findings import Finding, FindingKind, Severity
from domain.ledger import taken_in
from domain.money import Money, rounded, total
from domain.rates import converted
from ola.responsibility import Reason
from settlement.gap_reasons import gap_reasons, level_of
from settlement.impact_month import Caused, ImpactMonth
from settlement.results import (
    AppliedRate,
    CreditImpact,
    GapReason,
    PartyImpact,
    Statement,
)  # fmt: skip
from settlement.through import part_through


def credit_impact(month: ImpactMonth) -> tuple[CreditImpact, ...]:
    """The credit impact of one month, one a currency of the customers' agreements.

    A supplier's statement in another currency is taken at the dated rate of the documents; without one it stands in
    its own currency, beside, and `currency_findings` says so.
    """
    by_currency: dict[str, list[Statement]] = {}
    for statement in month.inputs.statements:
        by_currency.setdefault(month.stands_in(statement), []).append(statement)
    return tuple(_in_currency(month, currency, by_currency[currency]) for currency in sorted(by_currency))


def currency_findings(month: ImpactMonth) -> list[Finding]:
    """Suppliers whose contracts pay in another currency than what they caused, where no rate brings them together."""
    found = []
    for statement in month.inputs.statements:
        own, party = statement.net.currency, statement.provider
        if statement.type is not AgreementType.UC or month.buyer(statement) not in month.payers:
            continue
        for currency in sorted(month.caused):
            if party not in month.caused[currency] or month.rate(own, currency) is not None:
                continue
            caused = month.caused[currency][party]
            of = level_of(caused)
            found.append(
                Finding(
                    "CURRENCY_MISMATCH",
                    Severity.WARNING,
                    FindingKind.TERMS,
                    f"{party} caused {caused.total(currency)} and owes {statement.net} under {statement.agreement}: "
                    "the two are not set against each other, because no document gives a rate.",
                    None if of is None else of.agreement.name,
                    None if of is None else of.level.name,
                    None if of is None else of.service,
                    () if of is None else (f"{of.agreement.name} {of.level.cited}", statement.agreement),
                    figures={"caused": caused.total(currency).text(), "owed": statement.net.text()},
                    cure=f"Add a document of kind ExchangeRate from {own} to {currency} with the agreed rate.",
                )
            )
    return found


def _in_currency(month: ImpactMonth, currency: str, statements: Sequence[Statement]) -> CreditImpact:
    zero = Money.zero(currency)
    payers, caused = month.payers, month.caused.get(currency, {})
    rates = {s.net.currency: month.rate(s.net.currency, currency) or Fraction(1) for s in statements}
    payable = _sum((s.net for s in statements if s.type is AgreementType.SLA), currency)
    owed = [s for s in statements if s.type is AgreementType.UC and month.buyer(s) in payers]
    teams = [s for s in statements if s.type is AgreementType.OLA and month.buyer(s) in payers]
    owed_by, teams_of = _grouped((s.provider, s) for s in owed), _grouped((month.buyer(s), s) for s in teams)
    taken = _earned_back(statements, payers, currency)
    parties: list[PartyImpact] = []
    names = {*caused, *owed_by, *teams_of}
    names |= {who for who, amount in taken.items() if amount}
    for party in sorted(names, key=lambda name: (name is None, name or "")):
        own = caused.get(party, Caused())
        theirs = owed_by.get(party or "", [])
        # What is earned back of the customers' credits is the provider's: it lessens what it pays for itself.
        total = own.total(currency) - taken.get(party or "", zero)
        recoverable = _sum((_recoverable(s, currency, rates) for s in theirs), currency)
        internal = _sum((_in(s.net, currency, rates) for s in teams_of.get(party or "", [])), currency)
        if not (total or recoverable or internal):
            continue
        gap = total - recoverable
        reasons: tuple[GapReason, ...] = ()
        if gap > zero:
            reasons = gap_reasons(month, party, own, theirs, gap, rates)
        over = -gap if gap < zero else zero
        outside = _outside_own_contract(month, party, own, currency)
        parties.append(PartyImpact(party, total, recoverable, internal, gap, over, reasons, outside))
    recoverable = _sum((p.recoverable for p in parties), currency)
    return CreditImpact(
        currency,
        payable,
        recoverable,
        _sum((p.internal for p in parties), currency),
        payable - recoverable,
        _sum((p.over_recovery for p in parties), currency),
        tuple(parties),
        tuple(AppliedRate(base, rates[base], month.inputs.day) for base in sorted(rates) if base != currency),
    )


def _in(money: Money, currency: str, rates: Mapping[str, Fraction]) -> Money:
    return converted(money, currency, rates[money.currency])


def _earned_back(
    statements: Sequence[Statement], providers: Iterable[str], currency: str
) -> dict[str, Money]:
    """What each provider earned back of earlier credits and took from the customers' statements of the month."""
    found = {who: Money.zero(currency) for who in providers}
    for statement in statements:
        if statement.type is AgreementType.SLA and statement.ledger and statement.provider in found:
            found[statement.provider] += taken_in(statement.ledger, statement.period.name, currency)
    return found


def _grouped(named: Iterable[tuple[str, Statement]]) -> dict[str, list[Statement]]:
    """Statements by a name, in their order."""
    found: dict[str, list[Statement]] = {}
    for name, statement in named:
        found.setdefault(name, []).append(statement)
    return found


def _outside_own_contract(month: ImpactMonth, party: str | None, caused: Caused, currency: str) -> Money:
    """What a supplier caused through services that none of its contracts with us covers, itself or by what it runs."""
    if party is None or party in month.payers:
        return Money.zero(currency)
    covered = {service for a in _contracts_with_us(month, party) for service in a.services}
    found = Fraction(0)
    for _, row, money in caused.parts:
        if row.reason is not Reason.OWN_FAILURE:
            continue
        found += money.fraction * (1 - part_through(row, covered))
    return rounded(found, currency)


def _contracts_with_us(month: ImpactMonth, party: str) -> list[Agreement]:
    """A supplier's contracts with a provider that customers face."""
    top = month.inputs.portfolio.top_party
    return [
        agreement
        for agreement in month.by_provider.get(party, ())
        if agreement.consumer != "*" and top(agreement.consumer) in month.payers
    ]


def _recoverable(statement: Statement, currency: str, rates: Mapping[str, Fraction]) -> Money:
    """What a statement brings back in a currency: nothing where its claim has lapsed."""
    return Money.zero(currency) if statement.is_claim_missed else _in(statement.net, currency, rates)


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return total(amounts, currency)
