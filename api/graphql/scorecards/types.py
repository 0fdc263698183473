"""Scorecards as the schema shows them: one page about one party over several months."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.attainments.types as attainments
import api.graphql.breaches.types as breaches
import api.graphql.parties.types as parties
import api.graphql.rights.types as rights
from api.graphql.agreements import levels
from api.graphql.describing import answered, described, said
from api.graphql.errors import InvalidInput
from api.graphql.money import Money, Share, money
from api.graphql.scalars import DecimalText
from api.graphql.view import Settled, View, months_of
from domain.money import decimal_text
from domain.periods import Period
from settlement.merging import merged
from settlement.scorecards import LevelScore as LevelScoreValue
from settlement.scorecards import MoneyScore as MoneyScoreValue
from settlement.scorecards import Scorecard as ScorecardValue
from settlement.scorecards import scorecard as worked_out

if TYPE_CHECKING:
    from api.graphql.agreements.levels import ServiceLevel
    from api.graphql.attainments.types import Attainment
    from api.graphql.breaches.types import Breach
    from api.graphql.parties.types import Party
    from api.graphql.rights.types import TerminationRight

__all__ = ["AnsweredBreach", "LevelScore", "MoneyScore", "Scorecard", "scorecard"]


@described
class LevelScore:
    """One promised level on one service over the months."""

    judged: int = said("In how many periods there was a value to judge.")
    met: int = said("In how many the target was met.")
    missed: int = said("In how many it was missed.")
    no_data: int = said("In how many nothing could be measured.")
    missed_in: list[Period] = said("The periods in which it was missed, oldest first.")
    value: strawberry.Private[LevelScoreValue]
    settled: strawberry.Private[Settled]
    view: strawberry.Private[View]

    @answered
    def service_level(self) -> Annotated["ServiceLevel", strawberry.lazy("api.graphql.agreements.levels")]:
        """The promise, in the version that was in force last."""
        return levels.service_level(self.view.under(self.settled), self.value.of)

    @answered
    def worst(self) -> Annotated["Attainment", strawberry.lazy("api.graphql.attainments.types")] | None:
        """The attainment with the smallest margin, the earliest of several; null: nothing was measured."""
        worst = self.value.worst
        return None if worst is None else attainments.attainment(self.view, self.settled, worst)


@described
class AnsweredBreach:
    """A broken promise to a customer that the party answers for."""

    breach: Annotated["Breach", strawberry.lazy("api.graphql.breaches.types")] = said("The breach.")
    share: Share = said(
        "The part of its quantity that the party answers for, its own subcontractors' included."
    )


@described
class MoneyScore:
    """The party's side of the money in one currency."""

    owed: Money = said("The net credits of its own promises.")
    due: Money = said("The net credits that it is owed as a consumer.")
    forgone: Money = said("What of those it owed was lost because nobody claimed it in time.")
    caused: Money = said("What its failures cost in credits to customers.")
    recoverable: Money = said("What of that can be had back from it.")
    internal: Money = said("What the provider's own teams owe for it.")
    gap: Money = said("caused less recoverable; negative where it owes more than it caused.")
    over_recovery: Money = said("What it owes beyond what it caused.")


@described
class Scorecard:
    """How one party did over several months; a month that is not settled is named and not counted."""

    from_: Period = strawberry.field(name="from", description="The first month.")
    unsettled: list[Period] = said("The months that are not settled yet.")
    promises: list[LevelScore] = said("The levels that it promised, by agreement, level and service.")
    duties: list[LevelScore] = said("The measured duties that it owed to somebody who serves it.")
    breaches: list[AnsweredBreach] = said("The broken promises to customers that it answers for.")
    money: list[MoneyScore] = said("Its side of the money, by currency.")
    ends: strawberry.Private[tuple[Period, Period]]
    name: strawberry.Private[str]
    view: strawberry.Private[View]

    @answered
    def to(self) -> Period:
        """The last month."""
        return self.ends[1]

    @answered
    def party(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """The party."""
        return parties.known_party(self.view, self.name)

    @answered
    def termination_rights(
        self,
    ) -> list[Annotated["TerminationRight", strawberry.lazy("api.graphql.rights.types")]]:
        """How the rights to end what it provides stand on the day after the last month."""
        found = self.view.rights(self.ends[1].day_after)
        current = self.view.at(found.as_of).contracts().current
        return [
            rights.termination_right(self.view, found, each)
            for each in found.statuses(None)
            if each.agreement in current and current[each.agreement].provider == self.name
        ]


def scorecard(view: View, name: str, first: Period, last: Period) -> Scorecard | None:
    """The scorecard of a party; None where the contracts name none such. Raises InvalidInput for no range."""
    if name not in view.contracts().portfolio.parties:
        return None
    if last.last < first.first:
        raise InvalidInput("from and to are no range: the first period must not lie after the last")
    months = months_of(first, last)
    found = view.settled_months(first, last)
    known = [each for each in found if each is not None]
    shown = Scorecard(
        from_=months[0],
        unsettled=[month for month, each in zip(months, found, strict=True) if each is None],
        promises=[],
        duties=[],
        breaches=[],
        money=[],
        ends=(months[0], months[-1]),
        name=name,
        view=view,
    )
    if known:
        whole = Settled.of(merged(last, [each.settlement for each in known]), None, known[-1].portfolio)
        _fill(shown, view, whole, worked_out(name, whole.settlement))
    return shown


def _fill(shown: Scorecard, view: View, whole: Settled, value: ScorecardValue) -> None:
    shown.promises = [_level(view, whole, each) for each in value.promises]
    shown.duties = [_level(view, whole, each) for each in value.duties]
    shown.breaches = [
        AnsweredBreach(
            breach=breaches.breach(view, whole, each.breach),
            share=Share(decimal=DecimalText(decimal_text(each.share)), exact=str(each.share)),
        )
        for each in value.answered
    ]
    shown.money = [_money(each) for each in value.money]


def _level(view: View, settled: Settled, value: LevelScoreValue) -> LevelScore:
    return LevelScore(
        judged=value.judged,
        met=value.met,
        missed=value.missed,
        no_data=value.no_data,
        missed_in=list(value.missed_in),
        value=value,
        settled=settled,
        view=view,
    )


def _money(value: MoneyScoreValue) -> MoneyScore:
    return MoneyScore(
        owed=money(value.owed),
        due=money(value.due),
        forgone=money(value.forgone),
        caused=money(value.caused),
        recoverable=money(value.recoverable),
        internal=money(value.internal),
        gap=money(value.gap),
        over_recovery=money(value.over_recovery),
    )
