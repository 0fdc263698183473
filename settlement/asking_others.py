"""What the condition of a credit comes to where it asks about something else than the level's own periods.

The problem: "the credit falls due if resolution was missed twice in three months" rests on another level, "or if there
were more than three outages in any thirty days" on the outages of a service, "or if the credits reached the cap in two
months" on earlier statements. All of these must be the very figures that were settled, each under its own version; and
a credit must never hang on itself.

Example: availability on the portal is missed in April with ``when: {creditsAtCap: 2, within: P6M}``: October to March
are looked at. April's own credits are not known before the condition is answered, so they are not asked about.

Limits: a level without a name is the one that carries the credit, a service without one is that level's. What is asked
of a level that is judged each day is asked of each month's worst day.

References: 2-documents, "Termination rights"; rulings 29, 33, 34 and 176.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.attainment import AttainmentStatus
from domain.credits.others import Answer, Answers, in_a_row, mean_beyond, recorded, together
from domain.durations import Duration
from domain.instants import HOUR
from domain.measure.judging import minimum_of, misses_minimum
from domain.metrics import LevelReference
from domain.money import decimal_text
from domain.periods import Period, PeriodKind, PeriodRule
from domain.termination.asking import month_ground, weight_of
from domain.termination.facts import OutageDays, window_start
from domain.termination.terms import (
    Act,
    AllParts,
    AnyPart,
    AverageIs,
    Condition,
    Convenience,
    CreditsAtCap,
    CreditsReach,
    EventRecorded,
    Misses,
    OutageHoursExceed,
    OutagesExceed,
    PointsReach,
    ValueIs,
)
from settlement.past_facts import month_fact, period_counted, value_seen
from settlement.past_outages import outage_days
from settlement.standing import worst_of_each_month

if TYPE_CHECKING:
    from domain.agreements import Agreement
    from domain.attainment import Attainment, LevelOn
    from settlement.kept_months import KeptMonths
    from settlement.measured import Measurement

__all__ = ["Asking"]

Window = tuple[date, date]
"""The first and the last day of what is looked at."""

_OnLevel = Misses | ValueIs | AverageIs


def _as_credits_see(measurement: Measurement) -> Measurement:
    """What is left of a measurement for its credit."""
    return measurement.for_credit or measurement


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """Answers the conditions of one level in one period.

    ``points`` are the service points of the month's statement so far. ``is_turned``: for a bonus, which counts the
    periods that kept their promise where a credit counts misses.
    """

    kept: KeptMonths
    judged: Attainment
    points: Callable[[], Fraction]
    is_turned: bool = False

    @property
    def of(self) -> LevelOn:
        """The level that carries the credit."""
        return self.judged.of

    @property
    def agreement(self) -> Agreement:
        """Its agreement, as judged."""
        return self.judged.of.agreement

    @property
    def month(self) -> Period:
        """The month in which the credit falls due."""
        return PeriodRule.month().containing(self.judged.period.last)

    @property
    def span(self) -> Window:
        """The days of the judged period; of a level that is judged each day, of the month it falls due in."""
        is_daily = self.judged.period.kind is PeriodKind.DAY_WINDOW
        period = self.month if is_daily else self.judged.period
        return period.first, period.last

    def _window(self, within: Duration | None) -> Window:
        """So long, up to the end of the judged period."""
        last = self.span[1]
        return (date.min if within is None else within.before(last + timedelta(days=1))), last

    def answers(self, condition: Condition) -> Answers:
        """What a condition comes to, asked of each subject that it can be about."""
        match condition:
            case Misses() | ValueIs() | AverageIs():
                return tuple(self._of_level(condition, *each) for each in self._levels(condition))
            case CreditsReach() | CreditsAtCap() | PointsReach():
                return (self._of_months(condition),)
            case OutagesExceed() | OutageHoursExceed():
                return tuple(self._of_outages(condition, each) for each in self._outages(condition))
            case EventRecorded():
                return (self._event(condition.event),)
            case Convenience():
                return (recorded((("no cause is needed", self.span[0]),), self.span[1], self._source),)
            case AnyPart() | AllParts():
                # Parts of a credit's condition are asked by themselves; what comes here is "convenience: false".
                return ()

    @property
    def _source(self) -> str:
        return f"{self.agreement.name} version {self.agreement.version}"

    # ------------------------------------------------------------------------------------------ levels

    def _owner(self, of: LevelReference | None) -> str:
        """Whose level is meant: what an SLA takes from a less specific one it says as its own."""
        if of is None or of.agreement in (self.agreement.name, self.of.level.inherited_from):
            return self.agreement.name
        return of.agreement

    def _levels(self, condition: _OnLevel) -> Iterable[tuple[str, Window, tuple[Measurement, ...]]]:
        """The levels that a condition is about, each with its periods that end in the window, oldest first.

        Of a level on several services the one on the judged service is meant, else each.
        """
        of, window = condition.of, self._window_of(condition)
        owner, name = self._owner(of), self.of.level.name if of is None else of.level
        rows: dict[str, list[Measurement]] = {}
        for month in self._months(owner, self.month):
            for each in self._measured(owner, month) if month.last >= window[0] else ():
                seen = each.attainment
                is_whose = seen.of.customer is None or self.of.customer in (None, seen.of.customer)
                if seen.of.level.name == name and is_whose and window[0] <= _last_day(seen) <= window[1]:
                    rows.setdefault(seen.of.service, []).append(each)
        for service in [self.of.service] if self.of.service in rows else sorted(rows):
            found = sorted(rows[service], key=lambda each: each.attainment.period)
            yield f"{owner}/{name}/{service}", window, tuple(found)

    def _measured(self, owner: str, month: Period) -> tuple[Measurement, ...]:
        """What was measured of an agreement in a month, and how it counts."""
        return worst_of_each_month(self.kept.counted_measurements(owner, month))

    def _window_of(self, condition: _OnLevel) -> Window:
        if isinstance(condition, ValueIs):
            return self.span
        return self._window(condition.over if isinstance(condition, AverageIs) else condition.within)

    def _months(self, owner: str, until: Period) -> tuple[Period, ...]:
        versions = self.kept.versions.get(owner, ())
        return self.kept.history.months(versions[0], until) if versions else ()

    def _of_level(
        self, condition: _OnLevel, name: str, window: Window, rows: Sequence[Measurement]
    ) -> Answer:
        if isinstance(condition, AverageIs):
            values = tuple(
                (each.attainment.period.name, _last_day(each.attainment), _value(each)) for each in rows
            )
            begins = rows[0].attainment.period.first if rows else None
            return mean_beyond(values, begins, window, condition.limit, name)
        if isinstance(condition, ValueIs):
            bad = tuple(
                (_told(each, value), _last_day(each.attainment), Fraction(condition.limit.holds(value)))
                for each in rows
                if (value := _value(each)) is not None
            )
            return together(bad, window, Fraction(1), name)
        counted = tuple(
            (_told(each, each.attainment.compared), _last_day(each.attainment), self._counts(condition, each))
            for each in rows
            if not self.kept.measuring.is_relieved(each)
        )
        if condition.in_a_row:
            return in_a_row(counted, window, condition.count, name)
        weighed = tuple((told, day, Fraction(counts)) for told, day, counts in counted)
        return together(weighed, window, Fraction(condition.count), name)

    def _counts(self, condition: Misses, row: Measurement) -> bool:
        """Whether a period is a miss of the kind that is counted; for a bonus, whether it kept what is asked."""
        seen = row.attainment
        if seen.compared is None:
            return False
        if condition.against_minimum:
            is_under = misses_minimum(seen)
            is_counted = minimum_of(seen) is not None and not is_under if self.is_turned else is_under
        else:
            is_counted = seen.status is (AttainmentStatus.MET if self.is_turned else AttainmentStatus.MISSED)
        return is_counted and (condition.value is None or condition.value.holds(seen.compared))

    # ------------------------------------------------------------------------------------------- money

    def _of_months(self, condition: CreditsReach | CreditsAtCap | PointsReach) -> Answer:
        """Service points up to this month; credits up to the month before, for this one's are not known yet."""
        is_points = isinstance(condition, PointsReach)
        until = self.month if is_points else self.month.previous()
        since = max(window_start(until, condition.within), 1)
        rows = []
        # All months from the first on: each looks back in the same way, and finds those before it drawn up.
        for month in self._months(self.agreement.name, self.month.previous()):
            version = self.kept.judged_in(self.agreement.name, month)
            if version is None:
                continue
            consumers = None if self.of.customer is None else (self.of.customer,)
            fact = month_fact(self.kept, version, month, consumers)
            if month.last.toordinal() >= since:
                what = month_ground(condition, fact).what
                rows.append((f"{month.name}: {what}", month.last, weight_of(condition, fact)))
        if isinstance(condition, PointsReach):
            own = self.points()
            rows.append((f"{until.name}: {decimal_text(own)} service points", until.last, own))
        least = condition.points if isinstance(condition, PointsReach) else Fraction(condition.months)
        window = (date.fromordinal(since), until.last)
        return together(tuple(rows), window, least, f"{self._source}, statements")

    # ----------------------------------------------------------------------------------------- outages

    def _outages(self, condition: OutagesExceed | OutageHoursExceed) -> Iterable[OutageDays]:
        """The outages of the service that the level is on, of the level's service on each that it covers."""
        of = condition.of
        owner, level = self._owner(of), self.of.level.name if of is None else of.level
        opens = condition.within.before(self.span[0])
        months = [month for month in self._months(owner, self.month) if month.last >= opens]
        versions = [
            (month, version) for month in months if (version := self.kept.judged_in(owner, month)) is not None
        ]
        covered = {
            service
            for _, version in versions
            for each in version.levels
            if each.name == level
            for service in each.services
        }
        longer_than = condition.longer_than if isinstance(condition, OutagesExceed) else 0
        for service in [self.of.service] if self.of.service in covered else sorted(covered):
            days = outage_days(
                self.kept.measuring,
                versions,
                service,
                level,
                longer_than,
                self.span[1] + timedelta(days=1),
                in_hours=isinstance(condition, OutageHoursExceed),
                seen=_as_credits_see,
            )
            if days is not None:
                yield days

    def _of_outages(self, condition: OutagesExceed | OutageHoursExceed, outages: OutageDays) -> Answer:
        """The run of days ending in the judged period in which most came together (the first of several)."""
        is_count = isinstance(condition, OutagesExceed)
        days = (outages.began if is_count else outages.down_days).tolist()
        weights = (outages.weights if is_count else outages.down).tolist()
        scale = outages.scale if is_count else outages.scale * HOUR
        weighed = [
            (date.fromordinal(day), Fraction(weight, scale))
            for day, weight in zip(days, weights, strict=True)
        ]
        first, last = self.span
        found: tuple[Fraction, Window] | None = None
        for place in range((last - first).days + 1):
            day = first + timedelta(days=place)
            window = (condition.within.before(day + timedelta(days=1)), day)
            total = sum((each for on, each in weighed if window[0] <= on <= day), start=Fraction(0))
            if found is None or total > found[0]:
                found = (total, window)
        window = (first, last) if found is None else found[1]
        unit = "outages" if is_count else "hours down"
        rows = tuple(
            (f"{decimal_text(each)} {unit}", on, each) for on, each in weighed if window[0] <= on <= window[1]
        )
        limit = Fraction(condition.count) if isinstance(condition, OutagesExceed) else condition.hours
        name = f"outages of {outages.service} as {outages.agreement}/{outages.level} counts them"
        return together(rows, window, limit, name, strictly=True)

    # ------------------------------------------------------------------------------------------ events

    def _event(self, event: str) -> Answer:
        """Whether an event was recorded under the agreement, or its umbrella, by the end of the period."""
        names = {self.agreement.name, self.agreement.part_of}
        rows = sorted(
            (notice.name, notice.on)
            for notice in self.kept.portfolio.notices
            if notice.act is Act.EVENT and notice.event == event and notice.agreement in names
        )
        return recorded(tuple(rows), self.span[1], f"notices of {event}")


def _last_day(attainment: Attainment) -> date:
    """The day with which a period is over."""
    return period_counted(attainment).last


def _value(row: Measurement) -> Fraction | None:
    """The value that counts, with what is relieved for the credit."""
    return value_seen(row, _as_credits_see(row))


def _told(row: Measurement, value: Fraction | None) -> str:
    return f"{row.attainment.period.name}: {'no value' if value is None else decimal_text(value)}"
