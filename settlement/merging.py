"""Several months as one result: a quarter or a year printed as its months, one after another.

The problem: a relationship manager asks for a quarter; the credits fell due by the month. The months' attainments,
breaches and statements are listed together, and the money is added party by party and reason by reason.

Limits: nothing is judged again: a quarter's own levels are already among the attainments of its last month.
"""

from collections.abc import Iterable, Sequence

from domain.evidence import QuarantinedRow
from domain.findings import distinct
from domain.money import Money
from domain.periods import Period
from settlement.results import CreditImpact, GapCode, GapReason, PartyImpact, Settlement


def merged(period: Period, months: Sequence[Settlement]) -> Settlement:
    """The months of a period as one settlement; NOT_DUE rows of levels that fall due within it are left out."""
    due = {
        (each.of.order(), each.period)
        for month in months
        for each in month.attainments
        if each.value is not None
    }
    attainments = {
        (each.of.order(), each.period.last, each.period.first): each
        for month in months
        for each in month.attainments
        if each.value is not None or (each.of.order(), each.period) not in due
    }
    last = months[-1]
    return Settlement(
        period,
        last.as_of,
        tuple(attainments[key] for key in sorted(attainments)),
        tuple(breach for month in months for breach in month.breaches),
        tuple(statement for month in months for statement in month.statements),
        added_impacts([impact for month in months for impact in month.credit_impact]),
        distinct(finding for month in months for finding in month.findings),
        tuple(sorted({row for month in months for row in month.quarantine}, key=_place)),
        last.sources,
        last.rights,
    )


def _place(row: QuarantinedRow) -> tuple[str, int, str]:
    return (row.file, row.line, row.reason)


def added_impacts(impacts: Sequence[CreditImpact]) -> tuple[CreditImpact, ...]:
    """The impacts of several months as one for each currency, added party by party and reason by reason."""
    found = []
    for currency in sorted({impact.currency for impact in impacts}):
        same = [impact for impact in impacts if impact.currency == currency]
        parties = [party for impact in same for party in impact.parties]
        names = sorted({party.party for party in parties}, key=lambda name: (name is None, name or ""))
        found.append(
            CreditImpact(
                currency,
                _sum((each.payable for each in same), currency),
                _sum((each.recoverable for each in same), currency),
                _sum((each.internal for each in same), currency),
                _sum((each.gap for each in same), currency),
                _sum((each.over_recovery for each in same), currency),
                tuple(_party([each for each in parties if each.party == name], currency) for name in names),
                tuple(rate for impact in same for rate in impact.rates),
            )
        )
    return tuple(found)


def _party(same: Sequence[PartyImpact], currency: str) -> PartyImpact:
    reasons = [reason for each in same for reason in each.reasons]
    return PartyImpact(
        same[0].party,
        _sum((each.caused for each in same), currency),
        _sum((each.recoverable for each in same), currency),
        _sum((each.internal for each in same), currency),
        _sum((each.gap for each in same), currency),
        _sum((each.over_recovery for each in same), currency),
        tuple(
            _reason([r for r in reasons if r.code is code], currency)
            for code in GapCode
            if _has(reasons, code)
        ),
        _sum((each.outside_own_contract for each in same if each.outside_own_contract is not None), currency),
    )


def _reason(same: Sequence[GapReason], currency: str) -> GapReason:
    first = same[0]
    total = _sum((each.amount for each in same), currency)
    return GapReason(
        first.code, total, first.agreement, first.service_level, first.service,
        " ".join(each.explanation for each in same),
    )  # fmt: skip


def _has(reasons: Iterable[GapReason], code: GapCode) -> bool:
    return any(reason.code is code for reason in reasons)


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, start=Money.zero(currency))
