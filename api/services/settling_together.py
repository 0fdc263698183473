"""A large portfolio settled by several processes side by side, each with its share of the agreements.

The problem: five thousand agreements take a minute on one core while the others stand idle; Python settles on one core
alone. So the agreements are dealt out to processes of this program, in groups that look at each other's money
(`settlement.groups`), and what they give is put together here: both sides of the money, and all findings.

Example: ``with settling_together(portfolio, evidence, as_of, months=24) as settling: settling.settle(month)`` gives
what ``Settling.of(portfolio, evidence, as_of).settle(month)`` gives, to the byte.

The way: every process has all contracts and all evidence, so that an agreement's result is the same wherever it is
worked out. Each keeps its own agreements from month to month; this one has a share too, a smaller one, because it puts
the months together. The others settle the next month meanwhile (`Settling.ahead`), and hand over figures rather than
objects (`api.services.handing_results`). What composing a month asks of suppliers' statements (what they would come to
without their caps) they tell with them; what they could not know is asked of them, all at once.

Limits: small portfolios, evidence that is not in memory, and machines with one core are settled in this process alone.
A process that dies ends the settling with an error: no figure is made without it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError
from api.services.handing_over import Handing
from api.services.settling_helper import Helper, Process
from api.services.settling_process import made
from api.services.side_by_side import processors
from domain.attainment import AttainmentStatus
from domain.evidence_memory import MemoryEvidence
from settlement.groups import dealt
from settlement.impact import credit_impact
from settlement.impact_month import ImpactMonth, Lifts
from settlement.settle import Settling

if TYPE_CHECKING:
    from datetime import date

    from domain.attainment import Attainment
    from domain.findings import Finding
    from domain.periods import Period
    from domain.ports import Evidence
    from ola.portfolio import Portfolio
    from settlement.results import AgreementResult, CreditImpact, RightStatus, Statement
    from settlement.settle import Progress

__all__ = ["SettlingTogether", "processes_wanted", "settling_together"]

_WORTH_IT = 10_000
"""With fewer figures than these, starting processes takes longer than they save."""

_MOST = 8
"""More processes than these wait for the one that puts their results together."""

MAKER = "settlement.settle:Settling.of"
"""What makes a settling of contracts, evidence and a date in each process: a module, and a name in it."""

_COMPOSING = Fraction(1, 8)
"""What putting a month together costs, as a part of settling all its agreements: who does that settles fewer."""

Lifted = tuple[Fraction, "tuple[Attainment, ...]"]
_Asked = tuple["Statement", "frozenset[str] | None"]


def processes_wanted() -> int:
    """How many processes may settle: PRIVITY_PROCESSES of the environment, else the processors that there are.

    Raises RequestError where the variable is no whole number from 1 on.
    """
    asked = os.environ.get("PRIVITY_PROCESSES")
    if asked:
        if not asked.isascii() or not asked.isdigit() or int(asked) < 1:
            raise RequestError(
                Fault(
                    "PRIVITY_PROCESSES",
                    f'"{asked}" is no number of processes',
                    "Set it to 1 to settle in one process, or to as many as may run side by side, such as 2",
                    value=asked,
                )
            )
        return int(asked)
    return processors()


@contextmanager
def settling_together(
    portfolio: Portfolio,
    evidence: Evidence,
    as_of: date,
    *,
    months: int,
    hands: int | None = None,
    maker: str = MAKER,
) -> Iterator[Settling]:
    """A settling that uses the cores of the machine where that pays; ``hands`` says how many processes, at any size.

    This process is one of them. The others end with the block.
    """
    if hands is None:
        hands = min(processes_wanted(), _MOST) if _is_worth_it(portfolio, evidence, months) else 1
    if hands < 2 or not isinstance(evidence, MemoryEvidence):
        yield made(maker, portfolio, evidence, as_of)
        return
    processes = [Process.started() for _ in range(hands - 1)]
    try:
        said = Handing().written((maker, portfolio, evidence, as_of))
        for process in processes:
            process.told(said)
        own = made(maker, portfolio, evidence, as_of)
        _, *shares = dealt(own.portfolio, hands, busy=_COMPOSING)
        handing = Handing(own.portfolio)
        helpers = [Helper.of(process, handing, own.portfolio) for process in processes]
        whose = {name: helper for helper, share in zip(helpers, shares, strict=True) for name in share}
        yield SettlingTogether.beside(own, whose)
    except BaseException:
        for process in processes:
            process.end(at_once=True)
        raise
    for process in processes:
        process.end()


def _is_worth_it(portfolio: Portfolio, evidence: Evidence, months: int) -> bool:
    """Whether there is much to settle: a process has to start and to read the contracts before it is of any help."""
    if not isinstance(evidence, MemoryEvidence):
        return False
    figures = months * sum(len(each.services) for every in portfolio.agreements for each in every.levels)
    return figures >= _WORTH_IT


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SettlingTogether(Settling):
    """A settling some of whose agreements are settled by others, each by its own (``whose``), the rest by ``own``."""

    own: Settling
    whose: Mapping[str, Helper]

    @classmethod
    def beside(cls, own: Settling, whose: Mapping[str, Helper]) -> SettlingTogether:
        """A settling with others beside it."""
        return cls(**{each.name: getattr(own, each.name) for each in fields(own)}, own=own, whose=whose)

    def results(
        self,
        month: Period,
        progress: Progress | None = None,
        kept: Mapping[str, AgreementResult] = {},
    ) -> tuple[AgreementResult, ...]:
        """What each agreement that is judged in a month comes to, by name."""
        judged = self.names_judged_in(month)
        found = {name: kept[name] for name in judged if name in kept}
        wanted = [name for name in judged if name not in kept]
        self.ahead(month, wanted)

        def told() -> None:
            if progress is not None:
                progress(f"settling {month.name}", len(found), len(judged))

        mine, others = self._divided(wanted)
        for name in mine:
            told()
            found |= {each.agreement: each for each in self.own.results_of((name,), month)}
        for helper, names in others.items():
            for result in helper.results(month, names):
                found[result.agreement] = result
                told()
        told()
        return tuple(found[name] for name in judged)

    def ahead(self, month: Period, names: Collection[str]) -> None:
        """Let the others begin with what they have of a month."""
        for helper, theirs in self._divided(names)[1].items():
            helper.begin(month, theirs)

    def remember(self, month: Period, results: Collection[AgreementResult]) -> None:
        """Tell each what its own agreements came to in an earlier month."""
        by_name = {result.agreement: result for result in results}
        mine, others = self._divided(by_name)
        self.own.remember(month, [by_name[name] for name in mine])
        for helper, names in others.items():
            helper.remember(month, [by_name[name] for name in names])

    def impacts(self, month: ImpactMonth) -> tuple[CreditImpact, ...]:
        """Both sides of a month's money; what nobody has told yet is seen first, and then asked all at once."""
        asked: dict[tuple[str, str, frozenset[str] | None], _Asked] = {}
        told: dict[tuple[str, str, frozenset[str] | None], Lifted] = {}

        def lifted(statement: Statement, causes: frozenset[str] | None) -> Lifted:
            key = (statement.agreement, statement.consumer, causes)
            if key not in told and (known := self._known(statement, causes, month)) is not None:
                told[key] = known
            if key not in told:
                asked[key] = (statement, causes)
            return told.get(key, (statement.net.fraction, ()))

        lifts = Lifts(lambda statement: lifted(statement, None)[0], lifted)
        composing = replace(month, inputs=replace(month.inputs, lifts=lifts))
        found = credit_impact(composing)
        if not asked:
            return found
        for helper, names in self._divided({each.agreement for each, _ in asked.values()})[1].items():
            theirs = [key for key in asked if key[0] in names]
            told |= zip(theirs, helper.value("lifts", [asked[key] for key in theirs]), strict=True)
        return credit_impact(composing)

    def _known(
        self, statement: Statement, causes: frozenset[str] | None, month: ImpactMonth
    ) -> Lifted | None:
        """What is known here of a statement with obstacles lifted; None: whoever drew it up has to say."""
        name = statement.agreement
        if name not in self.whose:
            return (
                (self.own.uncapped(statement), ())
                if causes is None
                else self.own.unexcused(statement, causes)
            )
        if causes is not None and self.is_excused(statement):
            return None
        uncapped = statement.net.fraction
        if statement.lines:
            come = self.whose[name].uncapped(statement)
            if come is None:
                return None
            uncapped = come
        return uncapped, tuple(
            each
            for each in month.by_agreement.get(name, ())
            if each.status is not AttainmentStatus.NOT_DUE and each.of.level.duty is None
        )

    def rights_of(self, names: Collection[str]) -> tuple[tuple[RightStatus, ...], tuple[Finding, ...]]:
        """How the rights of some agreements stand on the as-of date, and what was refused, by agreement."""
        mine, others = self._divided(sorted(names))
        stand, refused = self.own.rights_of(mine)
        statuses, findings = list(stand), list(refused)
        for helper, theirs in others.items():
            stand, refused = helper.value("rights", theirs)
            statuses += stand
            findings += refused
        return tuple(sorted(statuses, key=lambda each: each.agreement)), tuple(findings)

    def _divided(self, names: Iterable[str]) -> tuple[list[str], dict[Helper, list[str]]]:
        """Some agreements by who settles them: this process, and each of the others."""
        mine: list[str] = []
        others: dict[Helper, list[str]] = {}
        for name in names:
            helper = self.whose.get(name)
            (mine if helper is None else others.setdefault(helper, [])).append(name)
        return mine, others
