"""The forms that an agreement takes in time, because the SLAs that it inherits from are amended, begin and end.

The problem: a service's SLA says ``availability: 99.95`` and leaves the rest to the corporate SLA. In April that is
amended: from then on its availability has another metric, and an hour more of maintenance. January is still to be
judged by what both texts said in January (ruling 37 of the design, term by term).

Example: ``sla-shop`` holds from January, ``sla-all`` too, with a version 2 from 1 April. `sla-shop` then has two forms
of its one version: one from 1 January with the terms of version 1 of `sla-all`, one from 1 April with those of 2.

The way: on each day the terms come from the version of each less specific SLA that is in force that day. The days on
which that can change are those on which a version takes effect or a term begins or ends; forms that say the same are
one. A form that comes to hold from outside is marked (`Agreement.is_changed_from_outside`), keeps its version's number,
and has its own ``effective``: whatever runs over versions runs over forms.

Limits: while a less specific SLA is not in force its levels bind nobody; the terms that a more specific level or
agreement took from it stay as that SLA said them last, or, before it began, as it first says them (ruling 152).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from documents.conversion import agreement_of
from documents.declared import Declared, Written
from documents.inherited import Sources, breadth, less_specific
from documents.kinds import AgreementDocument
from domain.agreements import Agreement, State
from domain.calendars import Calendar
from domain.life import TAKES_EFFECT, VersionOf, in_force_on

__all__ = ["InheritedForms"]

_Choice = tuple[tuple[str, int, bool], ...]
"""Which version of each less specific SLA is taken, and whether that is in force."""


@dataclass(frozen=True, slots=True, eq=False)
class InheritedForms:
    """Makes the forms of those agreements that inherit what changes in time."""

    declared: Declared
    calendars: Mapping[str, Calendar]
    concerned: Mapping[VersionOf, Written[AgreementDocument]]
    _bases: Mapping[VersionOf, tuple[Written[AgreementDocument], ...]]
    _made: dict[tuple[VersionOf, _Choice], Agreement] = field(default_factory=dict)

    @classmethod
    def of(
        cls, declared: Declared, calendars: Mapping[str, Calendar], *, can_change: bool
    ) -> "InheritedForms | None":
        """None where nothing that is inherited changes; ``can_change``: acts may still end what is in force."""
        bases: dict[VersionOf, tuple[Written[AgreementDocument], ...]] = {}
        concerned: dict[VersionOf, Written[AgreementDocument]] = {}
        for written in declared.agreements:
            found = less_specific(declared, written)
            if not found:
                continue
            bases[_key(written)] = found
            if can_change or _changes(written, found):
                concerned[_key(written)] = written
        # What a less specific SLA itself inherits may change too.
        for written in declared.agreements:
            if any(_key(base) in concerned for base in bases.get(_key(written), ())):
                concerned[_key(written)] = written
        return cls(declared, calendars, concerned, bases) if concerned else None

    def __call__(self, lived: Sequence[Agreement]) -> tuple[Agreement, ...]:
        """All versions, as far as their lives have come, each in the forms that it takes; in the same order."""
        versions: dict[str, list[Agreement]] = {}
        for each in lived:
            versions.setdefault(each.name, []).append(each)
        found: list[Agreement] = []
        for each in lived:
            written = self.concerned.get((each.name, each.version))
            found += [each] if written is None else self._forms(written, each, versions)
        return tuple(found)

    def _forms(
        self, written: Written[AgreementDocument], lived: Agreement, versions: Mapping[str, list[Agreement]]
    ) -> list[Agreement]:
        others = [each for each in versions[lived.name] if each.version != lived.version]
        forms: list[Agreement] = []
        for day in self._days(written, lived, versions):
            is_over = any(
                other.state in TAKES_EFFECT
                and lived.effective <= other.effective <= day
                and (other.effective, other.version) > (lived.effective, lived.version)
                for other in others
            )
            if is_over and forms:
                break
            made = self._made_on(written, max(day, lived.first), lived, versions)
            form = replace(made, state=lived.state, last=lived.last, effective=day)
            if forms and replace(form, effective=forms[-1].effective) == replace(
                forms[-1], is_changed_from_outside=False
            ):
                continue
            forms.append(replace(form, is_changed_from_outside=bool(forms)))
        return forms

    def _days(
        self, written: Written[AgreementDocument], lived: Agreement, versions: Mapping[str, list[Agreement]]
    ) -> list[date]:
        """The day from which the version holds, and those after it on which what it inherits can change."""
        days = {lived.effective}
        for name in {base.model.metadata.name for base in self._all_bases(written)}:
            for each in versions[name]:
                days |= {each.effective, each.first, each.last + timedelta(days=1)}
        begins = max(lived.effective, lived.first)
        return [lived.effective, *sorted(day for day in days if begins < day <= lived.last)]

    def _all_bases(self, written: Written[AgreementDocument]) -> list[Written[AgreementDocument]]:
        """What an SLA inherits from, and what that inherits from."""
        found: dict[VersionOf, Written[AgreementDocument]] = {}
        waiting = [written]
        while waiting:
            for base in self._bases.get(_key(waiting.pop()), ()):
                if _key(base) not in found:
                    found[_key(base)] = base
                    waiting.append(base)
        return [found[key] for key in sorted(found)]

    def _made_on(
        self,
        written: Written[AgreementDocument],
        day: date,
        lived: Agreement,
        versions: Mapping[str, list[Agreement]],
    ) -> Agreement:
        """A version with what it inherits on a day; made once for each choice of versions."""
        is_proposed = lived.state not in TAKES_EFFECT
        chosen: dict[str, tuple[int, bool]] = {}
        for base in self._all_bases(written):
            name = base.model.metadata.name
            if name not in chosen and (taken := _taken(versions[name], day, is_proposed=is_proposed)):
                chosen[name] = taken
        choice = tuple((name, *chosen[name]) for name in sorted(chosen))
        key = (_key(written), choice)
        if key not in self._made:

            def sources_of(asked: Written[AgreementDocument]) -> Sources:
                return _sources(self._bases.get(_key(asked), ()), chosen)

            self._made[key] = agreement_of(written, self.declared, self.calendars, sources_of)
        return self._made[key]


def _key(written: Written[AgreementDocument]) -> VersionOf:
    return written.model.metadata.name, written.model.metadata.version


def _begins(written: Written[AgreementDocument]) -> date:
    spec = written.model.spec
    return max(spec.term.from_, spec.effective or spec.term.from_)


def _changes(written: Written[AgreementDocument], bases: Iterable[Written[AgreementDocument]]) -> bool:
    """Whether a base has several versions, or is not in force all the time."""
    every = list(bases)
    names = {base.model.metadata.name for base in every}
    return len(names) < len(every) or any(
        _begins(base) > _begins(written) or base.model.spec.term.to < written.model.spec.term.to
        for base in every
    )


def _taken(versions: Sequence[Agreement], day: date, *, is_proposed: bool) -> tuple[int, bool] | None:
    """The version whose terms are taken on a day, and whether it is in force; what is proposed asks proposals too."""
    asked = [replace(each, state=State.ACTIVE) for each in versions] if is_proposed else versions
    found = in_force_on(asked, day)
    if found is not None:
        return found.version, True
    effective = [each for each in asked if each.state in TAKES_EFFECT]
    if not effective:
        return None
    before = [each for each in effective if max(each.effective, each.first) <= day]
    nearest = (
        max(before, key=lambda each: (each.effective, each.version))
        if before
        else min(effective, key=lambda each: (max(each.effective, each.first), each.version))
    )
    return nearest.version, False


def _sources(bases: Sequence[Written[AgreementDocument]], chosen: Mapping[str, tuple[int, bool]]) -> Sources:
    """Of all versions of what an SLA can inherit from, those that are taken, the most specific first."""
    ordered = sorted(bases, key=lambda base: (breadth(base.model.spec), base.model.metadata.name))
    terms = [base for base in ordered if chosen.get(_key(base)[0], (0, False))[0] == _key(base)[1]]
    levels = [base for base in terms if chosen[_key(base)[0]][1]]
    return Sources(tuple(terms), tuple(levels), tuple(base for base in bases if base not in terms))
