"""The lint of an agreement's credit terms, worked out anew only where a month can change it.

The problem: whether a cap can ever bind is a matter of prices and terms, not of what happened; for most agreements it
is the same every month, and two years of five thousand agreements would work it out a hundred thousand times.

Example: an agreement with one price and monthly levels is looked at once; one whose price is dated, or that began in
the middle of the month, is looked at in each.

Limits: what is kept is kept for one settling.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from domain.agreements import Agreement
from domain.credits.lint.terms import term_findings
from domain.findings import Finding
from domain.periods import Period, PeriodKind
from domain.remembered import by_identity
from ola.alignment.one_agreement import stands_alone
from ola.alignment.underpinning import Underpinning
from ola.portfolio import InForce
from settlement.statements import consumers_of


@dataclass(frozen=True, slots=True, eq=False)
class TermChecks:
    """The findings about credit terms of one settling's agreements."""

    _kept: dict[tuple[object, ...], tuple[Finding, ...]] = field(default_factory=dict)
    _standing: dict[int, tuple[Agreement, tuple[Finding, ...]]] = field(default_factory=dict)
    _alone: dict[tuple[int, int], tuple[InForce, Agreement, tuple[Finding, ...]]] = field(
        default_factory=dict
    )

    def standing(
        self, agreement: Agreement, look: Callable[[Agreement], Sequence[Finding]]
    ) -> tuple[Finding, ...]:
        """What one version of an agreement says in every month alike: looked for once."""
        known = self._standing.get(id(agreement))
        if known is None:
            known = self._standing[id(agreement)] = (agreement, tuple(look(agreement)))
        return known[1]

    def alignment(
        self, underpinning: Underpinning, agreement: Agreement, look: Callable[[], tuple[Finding, ...]]
    ) -> tuple[Finding, ...]:
        """What lies askew under an agreement.

        Looked for once, as long as the same agreements are in force, where nothing stands under it that a month's
        length or date could change.
        """
        in_force = underpinning.in_force
        key = (id(in_force), id(agreement))
        known = self._alone.get(key)
        if known is None and stands_alone(underpinning, agreement):
            known = self._alone[key] = (in_force, agreement, look())
        return look() if known is None else known[2]

    def findings(self, agreement: Agreement, month: Period) -> tuple[Finding, ...]:
        """What is wrong with the credits of an agreement in a month."""
        if not is_steady(agreement, month):
            return term_findings(agreement, month, consumers_of(agreement))
        key = agreement.key
        if key not in self._kept:
            self._kept[key] = term_findings(agreement, month, consumers_of(agreement))
        return self._kept[key]


def is_steady(agreement: Agreement, month: Period) -> bool:
    """Whether every month like this one has the same charges: whole, at undated prices, under monthly levels."""
    return agreement.first <= month.first and month.last <= agreement.last and _is_charged_alike(agreement)


@by_identity
def _is_charged_alike(agreement: Agreement) -> bool:
    return (
        not agreement.invoiced
        and all(charge.since is None for charge in agreement.charges)
        and all(level.period.kind is PeriodKind.MONTH for level in agreement.levels)
    )
