"""Service windows become exact sets of time, label by label, whatever holidays, closures and the rest say."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import ALWAYS, CLOSED, Calendar, Closure, RestWindow, WeeklyWindow
from domain.errors import InvalidValue
from domain.instants import DAY, HOUR, MINUTE, as_datetime, isoformat
from domain.intervals import EMPTY, Intervals, union

ZONES = [
    "UTC",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",  # Its clocks change by half an hour.
    "America/Havana",  # Its clocks change at midnight.
    "Asia/Beirut",  # So do these, forwards from midnight and back to the day before.
    "Africa/Cairo",
    "America/Nuuk",  # Its clocks skip the last hour of a Saturday.
    "Asia/Kathmandu",
]
WEEKDAYS = frozenset(range(5))
ALL_DAYS = frozenset(range(7))
HALF_HOURS = 48


def at(text: str) -> datetime:
    """A time on the wall."""
    return datetime.fromisoformat(text)


def office(**changes: object) -> Calendar:
    terms: dict[str, object] = {
        "windows": (WeeklyWindow("prime", WEEKDAYS, 8 * HOUR, 18 * HOUR),),
        "rest_label": "non-prime",
    }
    return Calendar("office", "Europe/London", **(terms | changes))  # type: ignore[arg-type]


@st.composite
def calendars(draw: st.DrawFn, wall_times: st.SearchStrategy[int]) -> Calendar:
    """Calendars of up to three labels whose windows do not overlap, in the week of a clock change or not."""
    edges = sorted(draw(st.sets(wall_times, min_size=2, max_size=6)))
    windows = [
        WeeklyWindow(label, days, start, end)
        for start, end in pairwise(edges)
        if (label := draw(st.sampled_from(["a", "b", "c", None]))) is not None
        and (days := draw(st.frozensets(st.integers(0, 6), min_size=1)))
    ]
    rest = draw(st.sampled_from([None, "rest"]))
    labels = sorted({window.label for window in windows} | ({rest} if rest else set()))
    count_as = draw(st.sampled_from([None, CLOSED, *labels]))
    holidays = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=40))
    closures = draw(
        st.lists(
            st.tuples(st.datetimes(at("2026-01-01"), at("2026-12-31")), st.integers(1, 9 * 24 * 60)),
            max_size=3,
        )
    )
    return Calendar(
        "drawn",
        draw(st.sampled_from(ZONES)),
        tuple(windows),
        rest,
        holidays,
        count_as,
        tuple(Closure(start, start + timedelta(minutes=length)) for start, length in closures),
    )


any_calendar = calendars(st.integers(0, HALF_HOURS).map(lambda n: n * 30 * MINUTE))
# No zone above skips or repeats a time from 04:00 to 21:00.
away_from_clock_changes = calendars(st.integers(8, 42).map(lambda n: n * 30 * MINUTE))
days_of_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 1))
# Days just before a clock change of one of the zones, so that runs from them cross it.
eves = st.sampled_from(
    [
        date(2026, 3, 7),
        date(2026, 3, 28),
        date(2026, 4, 4),
        date(2026, 4, 23),
        date(2026, 10, 3),
        date(2026, 10, 24),
        date(2026, 10, 29),
        date(2026, 10, 31),
    ]
)


def runs_of(most: int) -> st.SearchStrategy[tuple[date, date]]:
    days = st.tuples(days_of_2026 | eves, st.integers(1, most))
    return days.map(lambda run: (run[0], run[0] + timedelta(days=run[1] - 1)))


runs = runs_of(20)


@given(any_calendar, runs)
def test_labels_are_disjoint_and_together_they_are_all_service_time(
    calendar: Calendar, run: tuple[date, date]
) -> None:
    by_label = [calendar.service_time(*run, label) for label in calendar.labels()]
    everything = calendar.service_time(*run)
    if calendar.labels():
        assert union(by_label) == everything
        assert sum(each.total() for each in by_label) == everything.total()


@given(any_calendar, runs)
def test_with_a_rest_the_labels_cover_whole_days_less_closures_and_closed_holidays(
    calendar: Calendar, run: tuple[date, date]
) -> None:
    less_closures = Calendar("around the clock", calendar.timezone, closures=calendar.closures).service_time(
        *run
    )
    assert not calendar.service_time(*run) - less_closures
    if calendar.rest_label is not None or not calendar.windows:
        removed = calendar.holidays if calendar.count_as == CLOSED else frozenset()
        holidays = union(whole_day(calendar, day) for day in sorted(removed))
        assert calendar.service_time(*run) == less_closures - holidays


def whole_day(calendar: Calendar, day: date) -> Intervals:
    return Calendar("whole", calendar.timezone).service_time(day, day)


@given(any_calendar, runs)
def test_a_run_of_days_is_its_days_put_together(calendar: Calendar, run: tuple[date, date]) -> None:
    first, last = run
    for label in (None, *calendar.labels()):
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        assert calendar.service_time(first, last, label) == union(
            calendar.service_time(day, day, label) for day in days
        )


@given(away_from_clock_changes, runs_of(6))
def test_service_time_is_when_the_clock_on_the_wall_shows_a_time_in_a_window(
    calendar: Calendar, run: tuple[date, date]
) -> None:
    first, last = run
    start = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) * 10**6 - 2 * DAY
    # Every quarter of an hour, and a minute before it, on the clocks of the zone.
    probes = range(start, start + ((last - first).days + 5) * DAY, 15 * MINUTE)
    for label in (None, *calendar.labels()):
        made = calendar.service_time(first, last, label)
        for probe in (instant for quarter in probes for instant in (quarter - MINUTE, quarter)):
            assert made.contains(probe) is expected_at(calendar, probe, label, run), (isoformat(probe), label)


def expected_at(calendar: Calendar, probe: int, label: str | None, run: tuple[date, date]) -> bool:
    """What the rulings say of one instant, read off the clock on the wall."""
    wall = as_datetime(probe).astimezone(calendar.zone)
    shown, day = wall.replace(tzinfo=None, fold=0), wall.date()
    if not run[0] <= day <= run[1]:
        return False
    if any(closed(calendar, closure, wall) for closure in calendar.closures):
        return False
    if calendar.count_as is not None and day in calendar.holidays:
        return calendar.count_as != CLOSED and label in {None, calendar.count_as}
    since_midnight = (shown - datetime.combine(day, datetime.min.time())) // timedelta(microseconds=1)
    of_label = [
        window.label
        for window in calendar.windows
        if day.weekday() in window.days and window.start <= since_midnight < window.end
    ]
    if not of_label and (calendar.rest_label is not None or not calendar.windows):
        return label in {None, calendar.rest_label}
    return bool(of_label) and (label is None or label in of_label)


def closed(calendar: Calendar, closure: Closure, wall: datetime) -> bool:
    return (
        closure.start.replace(tzinfo=calendar.zone).timestamp()
        <= wall.timestamp()
        < closure.end.replace(tzinfo=calendar.zone).timestamp()
    )


def test_prime_and_non_prime_share_a_month_with_a_clock_change() -> None:
    # March 2026 has 22 week days of ten hours, and 743 hours in London, because clocks go forward on the 29th.
    march = (date(2026, 3, 1), date(2026, 3, 31))
    assert office().service_time(*march, "prime").total() == 220 * HOUR
    assert office().service_time(*march, "non-prime").total() == 523 * HOUR
    assert office().service_time(*march).total() == 743 * HOUR


def test_no_calendar_is_utc_around_the_clock() -> None:
    assert [
        (isoformat(a), isoformat(b)) for a, b in ALWAYS.service_time(date(2026, 4, 1), date(2026, 4, 30))
    ] == [("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z")]


def test_a_calendar_without_windows_is_around_the_clock_in_its_zone() -> None:
    made = Calendar("always-london", "Europe/London").service_time(date(2026, 7, 1), date(2026, 7, 1))
    assert [(isoformat(a), isoformat(b)) for a, b in made] == [
        ("2026-06-30T23:00:00Z", "2026-07-01T23:00:00Z")
    ]


def test_a_calendar_without_windows_still_closes_on_its_holidays() -> None:
    calendar = Calendar("c", "UTC", holidays=frozenset({date(2026, 7, 2)}), count_as=CLOSED)
    assert calendar.service_time(date(2026, 7, 1), date(2026, 7, 3)).total() == 48 * HOUR


def test_a_label_may_have_several_entries_and_they_may_touch() -> None:
    calendar = Calendar(
        "split",
        "UTC",
        (
            WeeklyWindow("open", frozenset({0}), 9 * HOUR, 12 * HOUR),
            WeeklyWindow("open", frozenset({0}), 12 * HOUR, 13 * HOUR),
            WeeklyWindow("open", frozenset({0}), 14 * HOUR, DAY),
            WeeklyWindow("open", frozenset({1}), 0, HOUR),
        ),
    )
    made = calendar.service_time(date(2026, 3, 2), date(2026, 3, 3), "open")
    assert [(isoformat(a), isoformat(b)) for a, b in made] == [
        ("2026-03-02T09:00:00Z", "2026-03-02T13:00:00Z"),
        ("2026-03-02T14:00:00Z", "2026-03-03T01:00:00Z"),
    ]


def test_a_holiday_moves_its_whole_day_to_the_label_it_counts_as() -> None:
    good_friday = frozenset({date(2026, 4, 3)})
    calendar = office(holidays=good_friday, count_as="non-prime")
    week = (date(2026, 3, 30), date(2026, 4, 5))
    assert calendar.service_time(*week, "prime").total() == 40 * HOUR
    assert calendar.service_time(*week, "non-prime").total() == 128 * HOUR
    moved = office(holidays=good_friday, count_as="prime")
    assert moved.service_time(*week, "prime").total() == 64 * HOUR
    assert moved.service_time(*week, "non-prime").total() == 104 * HOUR


def test_a_closed_holiday_belongs_to_no_label_and_an_ignored_one_is_a_day_like_others() -> None:
    good_friday = frozenset({date(2026, 4, 3)})
    week = (date(2026, 3, 30), date(2026, 4, 5))
    closed_then = office(holidays=good_friday, count_as=CLOSED)
    assert closed_then.service_time(*week, "prime").total() == 40 * HOUR
    assert closed_then.service_time(*week, "non-prime").total() == 104 * HOUR
    assert closed_then.service_time(*week).total() == 144 * HOUR
    assert office(holidays=good_friday).service_time(*week) == office().service_time(*week)


def test_a_holiday_without_a_rest_still_gives_its_whole_day_to_its_label() -> None:
    calendar = office(rest_label=None, holidays=frozenset({date(2026, 4, 3)}), count_as="prime")
    assert calendar.service_time(date(2026, 4, 3), date(2026, 4, 3)).total() == 24 * HOUR


def test_a_closure_leaves_every_label() -> None:
    shutdown = Closure(at("2026-12-24T12:00"), at("2026-12-27T00:00"), "winter shutdown")
    calendar = office(closures=(shutdown,))
    days = (date(2026, 12, 24), date(2026, 12, 25))
    assert [(isoformat(a), isoformat(b)) for a, b in calendar.service_time(*days, "prime")] == [
        ("2026-12-24T08:00:00Z", "2026-12-24T12:00:00Z")
    ]
    assert calendar.service_time(*days).total() == 12 * HOUR


def test_a_closure_is_written_in_local_time() -> None:
    calendar = office(closures=(Closure(at("2026-07-01T09:00"), at("2026-07-01T10:00")),))
    assert [
        isoformat(start) for start, _ in calendar.service_time(date(2026, 7, 1), date(2026, 7, 1), "prime")
    ] == [
        "2026-07-01T07:00:00Z",
        "2026-07-01T09:00:00Z",
    ]


def test_agreed_maintenance_knows_no_holidays_and_no_closures() -> None:
    easter = date(2026, 4, 5)
    calendar = office(
        holidays=frozenset({easter}), count_as=CLOSED, closures=(Closure(at("2026-04-05"), at("2026-04-06")),)
    )
    sundays = (WeeklyWindow("maintenance", frozenset({6}), 2 * HOUR, 4 * HOUR),)
    made = calendar.weekly_intervals(sundays, date(2026, 4, 1), date(2026, 4, 30))
    # Four Sundays in summer time: 5, 12, 19 and 26 April.
    assert [isoformat(start) for start, _ in made] == [
        f"2026-04-{day}T01:00:00Z" for day in ("05", "12", "19", "26")
    ]
    assert made.total() == 8 * HOUR


def test_a_run_that_ends_before_it_begins_has_no_time() -> None:
    assert office().service_time(date(2026, 3, 2), date(2026, 3, 1)) == EMPTY
    assert office().weekly_intervals(office().windows, date(2026, 3, 2), date(2026, 3, 1)) == EMPTY
    assert office().weekly_intervals((), date(2026, 3, 1), date(2026, 3, 2)) == EMPTY


def test_business_days_are_monday_to_friday_less_holidays() -> None:
    calendar = office(holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
    assert [calendar.business_day(date(2026, 4, day)) for day in range(2, 8)] == [
        True,
        False,
        False,
        False,
        False,
        True,
    ]
    assert calendar.add_business_days(date(2026, 4, 2), 1) == date(2026, 4, 7)
    assert calendar.add_business_days(date(2026, 4, 2), 5) == date(2026, 4, 13)
    assert calendar.add_business_days(date(2026, 4, 7), -1) == date(2026, 4, 2)
    assert calendar.add_business_days(date(2026, 4, 4), 0) == date(2026, 4, 4)


@given(days_of_2026, st.integers(1, 30))
def test_business_days_ahead_are_counted_one_by_one(day: date, n: int) -> None:
    calendar = office(holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 12, 25)}))
    ahead = calendar.add_business_days(day, n)
    between = [day + timedelta(days=k) for k in range(1, (ahead - day).days + 1)]
    assert sum(calendar.business_day(each) for each in between) == n
    assert calendar.business_day(ahead)


def test_entries_as_a_document_writes_them_make_the_same_calendar() -> None:
    prime = WeeklyWindow("prime", WEEKDAYS, 8 * HOUR, 18 * HOUR)
    assert Calendar.of("office", "Europe/London", [RestWindow("non-prime"), prime]) == office()
    with pytest.raises(InvalidValue, match="the calendar 'x' has two labels for the rest: a and b"):
        Calendar.of("x", "UTC", [RestWindow("a"), RestWindow("b")])


def test_a_calendar_says_what_it_is_in_one_order() -> None:
    calendar = office(
        holidays=frozenset({date(2026, 4, 6), date(2026, 4, 3)}),
        count_as="non-prime",
        closures=(Closure(at("2026-12-24T12:00"), at("2026-12-27T00:00"), "winter shutdown"),),
    )
    assert calendar.text() == (
        "office, Europe/London: prime mon,tue,wed,thu,fri 08:00-18:00; non-prime the rest; 2 holidays non-prime; 1 closures"
    )
    assert calendar.canonical() == {
        "name": "office",
        "timezone": "Europe/London",
        "windows": [{"label": "prime", "hours": "mon,tue,wed,thu,fri 08:00-18:00"}],
        "rest": "non-prime",
        "holidays": ["2026-04-03", "2026-04-06"],
        "countAs": "non-prime",
        "closures": [
            {"from": "2026-12-24T12:00:00", "to": "2026-12-27T00:00:00", "reason": "winter shutdown"}
        ],
    }
    assert ALWAYS.text() == "always, UTC: 24x7"
    assert WeeklyWindow("x", frozenset({6}), 90 * MINUTE, DAY - HOUR // 7200).text() == "sun 01:30-23:59:59.5"


def test_terms_that_make_no_calendar_are_refused() -> None:
    with pytest.raises(
        InvalidValue, match="'Europe/Londn' is not a time zone: give a name of the IANA database"
    ):
        Calendar("x", "Europe/Londn")
    with pytest.raises(InvalidValue, match=r"'\.\./etc' is not a time zone"):
        Calendar("x", "../etc")
    with pytest.raises(
        InvalidValue, match=r"ends at 08:00, not after its start at 18:00: write one that runs past midnight"
    ):
        WeeklyWindow("night", ALL_DAYS, 18 * HOUR, 8 * HOUR)
    with pytest.raises(InvalidValue, match="leaves its day: its times lie from 00:00 to 24:00"):
        WeeklyWindow("late", ALL_DAYS, 18 * HOUR, 25 * HOUR)
    with pytest.raises(InvalidValue, match="needs week days from 0"):
        WeeklyWindow("never", frozenset(), 0, DAY)
    with pytest.raises(
        InvalidValue, match=r"'peak' \(mon 08:00-10:00\) and 'prime' \(mon 09:00-17:00\) overlap on mon"
    ):
        Calendar(
            "x",
            "UTC",
            (
                WeeklyWindow("prime", frozenset({0}), 9 * HOUR, 17 * HOUR),
                WeeklyWindow("peak", frozenset({0}), 8 * HOUR, 10 * HOUR),
            ),
        )
    with pytest.raises(
        InvalidValue,
        match="count as 'off-peak', which is none of its labels: write one of non-prime, prime, closed",
    ):
        office(count_as="off-peak")
    with pytest.raises(InvalidValue, match="gives the label 'prime' both hours and all the rest"):
        office(rest_label="prime")
    with pytest.raises(InvalidValue, match="has a window labelled 'closed': give it another name"):
        office(rest_label="closed")
    with pytest.raises(InvalidValue, match="has no window 'peak': its windows are non-prime, prime"):
        office().service_time(date(2026, 3, 1), date(2026, 3, 1), "peak")
    with pytest.raises(
        InvalidValue, match="has no window 'peak': its windows are none, so that all time counts"
    ):
        ALWAYS.service_time(date(2026, 3, 1), date(2026, 3, 1), "peak")
    with pytest.raises(InvalidValue, match="ends at 2026-01-01T00:00:00, not after its start"):
        Closure(at("2026-01-02"), at("2026-01-01"))
    with pytest.raises(InvalidValue, match="has a time zone: write local time, without an offset"):
        Closure(at("2026-01-01T00:00Z"), at("2026-01-02T00:00Z"))
