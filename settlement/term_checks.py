"""The lint of an agreement's credit terms, worked out anew only where a month can change it.

The problem: whether a cap can ever bind is a matter of prices and terms, not of what happened; for most agreements it
is the same every month, and two years of five thousand agreements would work it out a hundred thousand times.

Example: an agreement with one price and monthly levels is looked at once; one whose price is dated, or that began in
the middle of the month, is looked at in each.

Limits: what is kept is kept for one settling.
"""

from dataclasses import dataclass, field

from domain.agreements import Agreement
from domain.credits.lint.terms import term_findings
from domain.findings import Finding
from domain.periods import Period, PeriodKind
from settlement.statements import consumers_of


@dataclass(frozen=True, slots=True, eq=False)
class TermChecks:
    """The findings about credit terms of one settling's agreements."""

    _kept: dict[tuple[str, int], tuple[Finding, ...]] = field(default_factory=dict)

    def findings(self, agreement: Agreement, month: Period) -> tuple[Finding, ...]:
        """What is wrong with the credits of an agreement in a month."""
        if not _is_steady(agreement, month):
            return term_findings(agreement, month, consumers_of(agreement))
        key = (agreement.name, agreement.version)
        if key not in self._kept:
            self._kept[key] = term_findings(agreement, month, consumers_of(agreement))
        return self._kept[key]


def _is_steady(agreement: Agreement, month: Period) -> bool:
    """Whether every month like this one has the same charges: whole, at undated prices, under monthly levels."""
    return (
        agreement.first <= month.first
        and month.last <= agreement.last
        and not agreement.invoiced
        and all(charge.since is None for charge in agreement.charges)
        and all(level.period.kind is PeriodKind.MONTH for level in agreement.levels)
    )
