"""How one party did over several months: its promises, its duties, what it answers for, and its side of the money.

The problem: who meets a vendor four times a year wants one page of it: which levels it promised and missed, which
breaches of ours it stands behind, what that cost and what it owes, and whether we did our own part. The figures are all
settled already; here they are only counted and added, party by party.

Example: of Nimbrel from January to June 2026: six months judged for each level of `uc-nimbrel`, the months missed by
name, the SLA breaches that it answers for with their shares, and the credits that it caused beside those that it owes.

Limits: a party's teams and subcontractors have scorecards of their own; what a supplier answers for includes its
subcontractors' failures, as the money does (3.3). No score is made up of several levels: no contract defines one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from domain.attainment import Attainment, AttainmentStatus, LevelOn
from domain.money import Money
from domain.periods import Period
from ola.responsibility import Reason
from settlement.results import Breach, Settlement

__all__ = ["AnsweredBreach", "LevelScore", "MoneyScore", "Scorecard", "scorecard"]


@dataclass(frozen=True, slots=True)
class LevelScore:
    """One level on one service over the months: how often it was judged, and when it was missed.

    ``worst`` is the attainment with the smallest margin, the earliest of several; None where nothing was measured.
    """

    of: LevelOn
    met: int
    missed: int
    no_data: int
    missed_in: tuple[Period, ...]
    worst: Attainment | None

    @property
    def judged(self) -> int:
        """How many periods had a value to judge."""
        return self.met + self.missed


@dataclass(frozen=True, slots=True)
class AnsweredBreach:
    """A customer-facing breach that a party answers for, and its share of the quantity (its side's, of 1)."""

    breach: Breach
    share: Fraction


@dataclass(frozen=True, slots=True)
class MoneyScore:
    """A party's side of the money in one currency.

    ``owed`` are the net credits of its own promises, ``due`` those that it is owed as a consumer; ``forgone`` is what
    nobody claimed in time of what it owed. The rest is its row of the credit impact (3.6).
    """

    currency: str
    owed: Money
    due: Money
    forgone: Money
    caused: Money
    recoverable: Money
    internal: Money
    gap: Money
    over_recovery: Money


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One party over a time: promises, duties, breaches answered for, and money, each in the order of names."""

    party: str
    promises: tuple[LevelScore, ...]
    duties: tuple[LevelScore, ...]
    answered: tuple[AnsweredBreach, ...]
    money: tuple[MoneyScore, ...]


def scorecard(party: str, settled: Settlement) -> Scorecard:
    """The scorecard of a party over a settlement (several months as one: `settlement.merging`)."""
    promised: dict[tuple[str, ...], list[Attainment]] = {}
    owed: dict[tuple[str, ...], list[Attainment]] = {}
    for each in settled.attainments:
        if each.status is AttainmentStatus.NOT_DUE:
            continue
        if _owing(each.of) == party:
            (promised if each.of.level.duty is None else owed).setdefault(each.of.order(), []).append(each)
    return Scorecard(
        party,
        tuple(_score(promised[key]) for key in sorted(promised)),
        tuple(_score(owed[key]) for key in sorted(owed)),
        _answered(party, settled.breaches),
        tuple(_money(party, settled, currency) for currency in _currencies(party, settled)),
    )


def _owing(of: LevelOn) -> str:
    """Who promised a level: the provider, or the consumer where it is the consumer's duty."""
    is_of_consumer = of.level.duty is not None and of.level.duty.of_consumer
    return of.agreement.consumer if is_of_consumer else of.agreement.provider


def _score(attainments: list[Attainment]) -> LevelScore:
    statuses = [each.status for each in attainments]
    measured = [each for each in attainments if each.margin is not None]
    return LevelScore(
        attainments[-1].of,
        statuses.count(AttainmentStatus.MET),
        statuses.count(AttainmentStatus.MISSED),
        statuses.count(AttainmentStatus.NO_DATA),
        tuple(each.period for each in attainments if each.status is AttainmentStatus.MISSED),
        min(measured, key=lambda each: (each.margin, each.period.first), default=None),
    )


def _answered(party: str, breaches: Iterable[Breach]) -> tuple[AnsweredBreach, ...]:
    """The breaches of others' promises that a party stands behind, and those of its own promises to customers."""
    found = []
    for breach in breaches:
        of = breach.attainment.of
        if of.agreement.type.value != "SLA":
            continue
        share = sum(
            (
                row.impact_share / len(row.answerables)
                for row in breach.trace.responsibilities
                if row.impact_share is not None
                and party in row.answerables
                and row.reason is not Reason.EXCUSED
            ),
            start=Fraction(0),
        )
        if share:
            found.append(AnsweredBreach(breach, share))
    return tuple(found)


def _currencies(party: str, settled: Settlement) -> list[str]:
    found = {each.net.currency for each in settled.statements if party in (each.provider, each.consumer)}
    for impact in settled.credit_impact:
        if any(row.party == party for row in impact.parties):
            found.add(impact.currency)
    return sorted(found)


def _money(party: str, settled: Settlement, currency: str) -> MoneyScore:
    none = Money.zero(currency)
    statements = [each for each in settled.statements if each.net.currency == currency]
    rows = [
        row
        for impact in settled.credit_impact
        if impact.currency == currency
        for row in impact.parties
        if row.party == party
    ]
    return MoneyScore(
        currency,
        sum((each.net for each in statements if each.provider == party), start=none),
        sum((each.net for each in statements if each.consumer == party), start=none),
        sum((each.net for each in statements if each.provider == party and each.is_claim_missed), start=none),
        sum((row.caused for row in rows), start=none),
        sum((row.recoverable for row in rows), start=none),
        sum((row.internal for row in rows), start=none),
        sum((row.gap for row in rows), start=none),
        sum((row.over_recovery for row in rows), start=none),
    )
