"""How every termination right stands on a date, on what was settled up to it.

The problem: procurement asks whether a contract may be ended, until when, and on what proof. The answer rests on months
of attainments and statements, on notices, and on the version of the contract that each month was judged under (3.7).

Example (worked case 45): three misses within six months; January and March were missed: as of 1 May `APPROACHING`.

Limits: a right is asked as of a date: periods that ended before it, acts up to it, versions effective by it. Nothing of
this is kept: it follows from what is settled.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.agreements import Agreement, State
from domain.credits.base import Due, charges_over, monthly_charges
from domain.errors import PrivityError
from domain.explanation import encode
from domain.findings import Finding, FindingKind, Severity
from domain.periods import Period, PeriodRule
from domain.termination.asking import asked
from domain.termination.explaining import Under, explain_right, standing_value
from domain.termination.fees import fee_on
from domain.termination.standing import Accrual, RightPast, Standing, TerminationStatus, standing
from domain.termination.terms import Accrues, Act, Notice, Scope, TerminationRight
from settlement.past_facts import PastFacts
from settlement.results import RightStatus
from settlement.statements import consumers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.explanation import Explanation
    from domain.money import Money
    from domain.termination.meeting import Met
    from domain.termination.terms import Condition
    from settlement.settle import Settling

__all__ = ["Rights"]

_TAKES_EFFECT = frozenset({State.ACTIVE, State.TERMINATED})
_STILL_THERE = frozenset(
    {TerminationStatus.CURING, TerminationStatus.EXERCISABLE, TerminationStatus.EXERCISED}
)


@dataclass(frozen=True, slots=True, eq=False)
class Rights:
    """The rights of one settling's agreements, as of one date.

    The past of an agreement is made once, up to the settling's own date; every question as of a date looks only at what
    had ended by then.
    """

    settling: Settling
    as_of: date
    _facts: dict[str, PastFacts] = field(default_factory=dict)
    _met: dict[tuple[str, Condition], Met] = field(default_factory=dict)
    _below: dict[str, set[str]] = field(init=False)
    _acts: dict[tuple[str, str], list[Notice]] = field(init=False)
    _reports: dict[str, dict[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        portfolio = self.settling.portfolio
        below: dict[str, set[str]] = {}
        for version in portfolio.agreements:
            if version.part_of is not None:
                below.setdefault(version.part_of, set()).add(version.name)
        acts: dict[tuple[str, str], list[Notice]] = {}
        reports: dict[str, dict[int, int]] = {}
        for notice in portfolio.notices:
            if notice.act is Act.REPORT and notice.period is not None:
                reported = reports.setdefault(notice.agreement, {})
                after, on = Period.parse(notice.period).day_after.toordinal(), notice.on.toordinal()
                reported[after] = min(on, reported.get(after, on))
            elif notice.right is not None:
                acts.setdefault((notice.agreement, notice.right), []).append(notice)
        object.__setattr__(self, "_below", below)
        object.__setattr__(self, "_acts", acts)
        object.__setattr__(self, "_reports", reports)

    def at(self, day: date) -> Rights:
        """The rights as of another date, on the same knowledge; the past that was looked up is shared."""
        return replace(self, as_of=day)

    def names(self) -> tuple[str, ...]:
        """The agreements that are in force on the date, or were on the day before, by name."""
        before = self.as_of - timedelta(days=1)
        found = []
        for name in self.settling.versions:
            version = self.settling.version_on(name, self.as_of)
            if version is not None and version.rights and version.state is State.ACTIVE:
                found += [name] if version.first <= self.as_of and version.last >= before else []
        return tuple(found)

    def exercised_names(self) -> tuple[str, ...]:
        """The agreements of which a right was exercised by the date: that is told for good."""
        return tuple(
            sorted(
                {
                    name
                    for (name, _), acts in self._acts.items()
                    if any(act.act is Act.EXERCISE and act.on <= self.as_of for act in acts)
                }
            )
        )

    def of(self, names: Iterable[str]) -> tuple[tuple[RightStatus, ...], tuple[Finding, ...]]:
        """How the rights of some agreements stand, and what was refused, in the order of their names."""
        statuses: list[RightStatus] = []
        findings: list[Finding] = []
        for name in sorted(set(names)):
            for past in self.pasts(name):
                stands = standing(past, self.as_of)
                version = self.settling.version_on(name, self.as_of)
                if version is None:
                    continue
                is_current = any(right.name == past.terms.name for right in version.rights)
                has_ended = self._is_ended(version) and version.last < self.as_of - timedelta(days=1)
                is_told = stands.status is TerminationStatus.EXERCISED if has_ended else is_current
                if is_told or (stands.status in _STILL_THERE and not has_ended):
                    statuses.append(self._status(version, past, stands))
                findings += [_refusal(version, past.terms, act, why) for act, why in stands.refused]
                findings += [
                    _refusal(version, past.terms, act, f"{name} had ended on {last}")
                    for act, last in self._too_late(name, past.terms.name)
                ]
        return tuple(statuses), tuple(findings)

    def pasts(self, name: str) -> tuple[RightPast, ...]:
        """Every right of an agreement that a version up to the date gives, with its accruals and acts, by name."""
        versions = self._versions(name)
        rights = {right.name: right for version in versions for right in version.rights}
        return tuple(self._past(versions, rights[each]) for each in sorted(rights))

    def _versions(self, name: str) -> list[Agreement]:
        """The versions of an agreement that took effect by the date, oldest first."""
        every = sorted(self.settling.versions[name], key=lambda each: (each.effective, each.version))
        return [each for each in every if each.effective <= self.as_of and each.state in _TAKES_EFFECT]

    def facts(self, name: str) -> PastFacts:
        """The facts of an agreement; an umbrella's are those of its parts too."""
        if name not in self._facts:
            known = max(self.as_of, self.settling.as_of)
            self._facts[name] = PastFacts(self.settling, name, self._parts(name), known)
        return self._facts[name]

    def _parts(self, umbrella: str) -> tuple[str, ...]:
        """Every agreement that any version puts under an umbrella, however deep."""
        found: set[str] = set()
        waiting = [umbrella]
        while waiting:
            above = waiting.pop()
            below = self._below.get(above, set())
            waiting += sorted(below - found)
            found |= below
        return tuple(sorted(found - {umbrella}))

    def _past(self, versions: Sequence[Agreement], current: TerminationRight) -> RightPast:
        """A right's accruals, each under the version that was in force for the period that completed it."""
        name = versions[0].name
        accruals: dict[date, Accrual] = {}
        unders = self._unders(versions, current.name)
        for under in unders:
            for completed, judged in under.met.days:
                if under.begins <= judged < under.ends:
                    day = date.fromordinal(max(completed, under.reports.get(completed, completed)))
                    accruals[day] = Accrual(day, under.terms, under.met, completed)
        late = {act.name for act, _ in self._too_late(name, current.name)}
        acts = [act for act in self._acts.get((name, current.name), ()) if act.name not in late]
        ordered = tuple(accruals[day] for day in sorted(accruals))
        return RightPast(current, unders[-1].met, ordered, tuple(acts))

    def _too_late(self, name: str, right: str) -> list[tuple[Notice, date]]:
        """The acts on a right that were done after its agreement had ended, each with that last day."""
        found = []
        for act in self._acts.get((name, right), ()):
            version = self.settling.version_on(name, act.on)
            is_over = version is not None and act.on > version.last
            if version is not None and is_over and (not version.renews or self._is_ended(version)):
                found += [(act, version.last)] if act.on <= self.as_of else []
        return found

    def _is_ended(self, version: Agreement) -> bool:
        return self.settling.portfolio.life(version).ended is not None

    def _unders(self, versions: Sequence[Agreement], right: str) -> list[Under]:
        """A right as each version gives it, over the days on which the version is in force."""
        name = versions[0].name
        found = []
        for place, version in enumerate(versions):
            terms = next((each for each in version.rights if each.name == right), None)
            if terms is None:
                continue
            key = (name, terms.when)
            if key not in self._met:
                self._met[key] = asked(terms.when, self.facts(name))
            begins = 0 if place == 0 else version.effective.toordinal()
            is_last = place + 1 == len(versions)
            ends = date.max.toordinal() if is_last else versions[place + 1].effective.toordinal()
            is_reported = terms.accrues is Accrues.REPORT
            reports = self._reports.get(name, {}) if is_reported else {}
            found.append(Under(version.version, begins, ends, terms, self._met[key], reports))
        return found

    def explanation(self, name: str, right: str) -> Explanation | None:
        """How a right's status came about; None where no version up to the date gives it.

        Raises PrivityError where the tree does not give the status it explains.
        """
        past = next((each for each in self.pasts(name) if each.terms.name == right), None)
        if past is None:
            return None
        stands = standing(past, self.as_of)
        tree = explain_right(past, self._unders(self._versions(name), right), self.as_of, stands)
        expected = encode(standing_value(stands))
        if tree.value != expected:
            raise PrivityError(
                f"The explanation of the right {right} gives {tree.value}, but {expected} was worked out; please "
                "report this as a fault."
            )
        return tree

    def _status(self, version: Agreement, past: RightPast, stands: Standing) -> RightStatus:
        terms = stands.terms or past.terms
        is_open = stands.status in (TerminationStatus.EXERCISABLE, TerminationStatus.EXERCISED)
        services = {ground.service for ground in stands.grounds if ground.service is not None}
        return RightStatus(
            agreement=version.name,
            version=version.version,
            name=terms.name,
            clause=terms.clause,
            status=stands.status,
            accrued=stands.accrued,
            curing_until=stands.curing_until,
            exercisable_until=stands.until,
            earliest_end=self._ends(version, stands) if is_open else None,
            next_trigger=None if stands.next is None else stands.next.sentence,
            scope=terms.scope,
            services=tuple(sorted(services))
            if terms.scope is Scope.SERVICE and services
            else version.services,
            fee=self._fee(version, terms, stands.ends or self._earliest(terms)),
            grounds=stands.grounds,
        )

    def _ends(self, version: Agreement, stands: Standing) -> date | None:
        """When the agreement would end, or ends: where its parties recorded another day since, on that."""
        ended = self.settling.portfolio.life(version).ended
        return ended if stands.status is TerminationStatus.EXERCISED and ended is not None else stands.ends

    def _earliest(self, terms: TerminationRight) -> date:
        return self.as_of if terms.notice is None else terms.notice.after(self.as_of)

    def _fee(self, version: Agreement, terms: TerminationRight, ends: date) -> Money | None:
        month = PeriodRule.month().containing(min(max(ends, version.first), version.last))

        def base(of: str) -> Fraction:
            total = Fraction(0)
            for consumer in consumers_of(version):
                due = Due.of(version, month, consumer)
                if of == "annual":
                    total += 12 * (monthly_charges(version, None, consumer, due.first) or Fraction(0))
                else:
                    total += charges_over(version, None, due) or Fraction(0)
            return total

        return fee_on(terms.fee, ends, self._term_end(version), base, version.currency, version.rounding)

    def _term_end(self, version: Agreement) -> date:
        """The last day of the term as it was agreed: what remains of it is not less because the agreement was ended."""
        written = self.settling.portfolio.as_written
        if written is None or not self._is_ended(version):
            return version.last
        same = (each.last for each in written.agreements if each.key[:2] == version.key[:2])
        return next(same, version.last)


_REFUSED = {Act.BREACH: "BREACH_REFUSED", Act.EXERCISE: "EXERCISE_REFUSED", Act.WAIVE: "WAIVE_REFUSED"}
_WORDS = {Act.BREACH: "notify the breach of", Act.EXERCISE: "exercise", Act.WAIVE: "waive"}


def _refusal(version: Agreement, terms: TerminationRight, act: Notice, why: str) -> Finding:
    """An act that changed nothing, because the right did not stand so on its day."""
    return Finding(
        _REFUSED[act.act],
        Severity.ERROR,
        FindingKind.TERMS,
        f"{act.name} would {_WORDS[act.act]} the right {terms.name} on {act.on}, but {why}: it changes nothing.",
        version.name,
        clauses=(terms.clause or terms.name,),
        cure="Act on a day on which the right stands open, or take the notice out.",
    )
