"""Downtime cut into occasions: which services failed of themselves together, and what each coalition would have made.

Times are of 14 April; quantities are read in minutes.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest

from domain.agreements import ReliefTest
from domain.instants import MINUTE
from domain.intervals import Intervals
from ola.chain import Chain
from ola.downtime import DowntimeBook
from ola.games import fraction, owen
from ola.occasions import DowntimeBreach, DowntimeOccasion, Player, downtime_occasions
from ola.trace import whole_quantity
from tests.building import (
    Document,
    Row,
    all_of,
    any_of,
    evidence,
    house,
    lagging,
    micros,
    outage,
    portfolio,
    service,
    span,
)

ALWAYS_DOWN = span("01 00:00", "30 00:00")
TO_THE_EXTENT, NECESSARY, CONTRIBUTED = (
    ReliefTest.TO_THE_EXTENT,
    ReliefTest.NECESSARY,
    ReliefTest.CONTRIBUTED,
)


def everyone_alone(service_name: str, cause: str) -> Player:
    """Each service is run by a party of its own name; force majeure is excused."""
    return Player(
        service_name, service_name, service_name, excused=cause if cause == "force_majeure" else None
    )


def cut(
    *services: Document,
    rows: Sequence[Row],
    counted: Intervals | None = None,
    test: ReliefTest = TO_THE_EXTENT,
    identify: Callable[[str, str], Player] = everyone_alone,
) -> DowntimeBreach:
    """The downtime of v, all of it unless ``counted`` says what counts."""
    book = DowntimeBook(
        Chain.of(portfolio(house(), *services)), evidence(rows), micros("2026-05-01T00:00:00Z")
    )
    state = book.of("v")
    return downtime_occasions(
        book, "v", state, state.down if counted is None else state.down & counted, identify, test
    )


def clock(moment: int) -> str:
    minutes = (moment - micros("14 00:00")) // MINUTE
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def told(breach: DowntimeBreach) -> list[tuple[str, list[str]]]:
    """Each occasion: who failed in it, and when."""
    return [
        (
            "+".join(breach.players[i].service for i in (*occasion.players, *occasion.excused)),
            [f"{clock(start)}-{clock(end)}" for start, end in occasion.spans],
        )
        for occasion in breach.occasions
    ]


def minutes(breach: DowntimeBreach, occasion: DowntimeOccasion, *who: str) -> Fraction:
    """What one occasion would have come to if only these services had failed."""
    groups = [frozenset(i for i in occasion.players if breach.players[i].service in who)]
    return fraction(occasion.quantities([g for g in groups if g])[-1]) / MINUTE


def shares(breach: DowntimeBreach) -> dict[str, Fraction]:
    """The minutes of each service, every service a side of its own."""
    total: dict[str, Fraction] = {}
    for occasion in breach.occasions:
        divided = owen([[[player]] for player in occasion.players], occasion.quantities)
        for player, quantity in divided.items():
            name = breach.players[player].service
            total[name] = total.get(name, Fraction(0)) + quantity / MINUTE
    return total


def counted_minutes(breach: DowntimeBreach) -> Fraction:
    return whole_quantity(breach.players, breach.occasions) / MINUTE


def series(*names: str, measured: str | None = None) -> list[Document]:
    return [service("v", needs=all_of(*names), measured=measured), *(service(name) for name in names)]


# ------------------------------------------------------------------------------------------------ by instant


def test_e6_has_three_occasions() -> None:
    rows = [outage("a", "14 10:00", "14 12:00"), outage("b", "14 11:00", "14 14:00")]
    breach = cut(*series("a", "b"), rows=rows)
    assert told(breach) == [("a", ["10:00-11:00"]), ("a+b", ["11:00-12:00"]), ("b", ["12:00-14:00"])]
    assert shares(breach) == {"a": 90, "b": 150}


def test_the_same_failures_at_two_times_are_one_occasion() -> None:
    rows = [
        outage("a", "14 10:00", "14 11:00"),
        outage("b", "14 12:00", "14 13:00"),
        outage("a", "14 14:00", "14 15:00"),
    ]
    breach = cut(*series("a", "b"), rows=rows)
    assert told(breach) == [("a", ["10:00-11:00", "14:00-15:00"]), ("b", ["12:00-13:00"])]


def test_only_what_counts_is_cut() -> None:
    rows = [outage("a", "14 10:00", "14 12:00"), outage("b", "14 11:00", "14 14:00")]
    counted = Intervals.of(
        [(micros("14 10:30"), micros("14 11:30")), (micros("14 13:00"), micros("14 15:00"))]
    )
    breach = cut(*series("a", "b"), rows=rows, counted=counted)
    assert told(breach) == [("a", ["10:30-11:00"]), ("a+b", ["11:00-11:30"]), ("b", ["13:00-14:00"])]


def test_nothing_counted_is_no_occasion() -> None:
    breach = cut(
        *series("a"), rows=[outage("a", "14 10:00", "14 11:00")], counted=span("20 00:00", "21 00:00")
    )
    assert breach.occasions == ()


def test_a_failure_that_redundancy_held_stands_in_the_occasion_and_adds_nothing() -> None:
    rows = [outage("a", "14 10:00", "14 12:00"), outage("c", "14 11:00", "14 12:00")]
    breach = cut(
        service("v", needs=all_of(any_of("a", "b"), "c")), service("a"), service("b"), service("c"), rows=rows
    )
    assert told(breach) == [("a+c", ["11:00-12:00"])]
    assert shares(breach) == {"a": 0, "c": 60}


def test_what_a_monitor_did_not_see_no_coalition_makes() -> None:
    # m needs a and is monitored: it was up until 11, so a alone makes v fail from 11 on; c fails beside it.
    rows = [
        outage("a", "14 10:00", "14 12:00"),
        outage("m", "14 11:00", "14 12:00"),
        outage("c", "14 10:00", "14 12:00"),
    ]
    breach = cut(
        service("v", needs=all_of("m", "c")),
        service("m", needs=all_of("a"), measured="directly"),
        service("a"),
        service("c"),
        rows=rows,
    )
    assert told(breach) == [("a+c", ["10:00-11:00"]), ("a+c", ["11:00-12:00"])]
    assert [minutes(breach, occasion, "a") for occasion in breach.occasions] == [0, 60]
    assert shares(breach) == {"a": 30, "c": 90}


def test_one_service_with_two_causes_is_two_players() -> None:
    rows = [outage("v", "14 10:00", "14 12:00"), outage("v", "14 11:00", "14 13:00", "force_majeure")]
    breach = cut(service("v"), rows=rows)
    assert [(player.service, player.excused) for player in breach.players] == [
        ("v", None),
        ("v", "force_majeure"),
    ]
    assert [own.total() for own in breach.own] == [120 * MINUTE, 120 * MINUTE]


def test_in_a_cycle_a_failure_is_followed_to_the_service_at_its_end() -> None:
    # v and w need each other, and the edge from w to v reads as up: w explains all of v's records, v none of w's.
    rows = [outage("v", "14 10:00", "14 11:00"), outage("w", "14 10:00", "14 11:00")]
    breach = cut(service("v", needs=all_of("w")), service("w", needs=all_of("v")), rows=rows)
    assert shares(breach) == {"w": 60}


# --------------------------------------------------------------------------------------------- looking back


def test_with_a_lag_the_time_to_recover_belongs_to_whoever_would_have_caused_it() -> None:
    # a makes 10:00-11:10, b 11:05-11:30: together 90; alone 70 and 25.
    rows = [outage("a", "14 10:00", "14 11:00"), outage("b", "14 11:05", "14 11:30")]
    breach = cut(
        service("v", needs=all_of(lagging("a", "PT10M"), "b")), service("a"), service("b"), rows=rows
    )
    assert told(breach) == [("a+b", ["10:00-11:30"])]
    (occasion,) = breach.occasions
    assert [minutes(breach, occasion, *who) for who in ("a", "b", ("a", "b"))] == [70, 25, 90]
    assert shares(breach) == {"a": Fraction(70 + 65, 2), "b": Fraction(25 + 20, 2)}


def test_with_a_lag_over_two_the_gate_is_worked_out_anew_for_each_coalition() -> None:
    # m needs a and b, and v recovers 10 min after m: a alone 10:00-10:40, b alone 10:25-11:10, both 10:00-11:10.
    rows = [outage("a", "14 10:00", "14 10:30"), outage("b", "14 10:25", "14 11:00")]
    breach = cut(
        service("v", needs=all_of(lagging("m", "PT10M"))),
        service("m", needs=all_of("a", "b")),
        service("a"),
        service("b"),
        rows=rows,
    )
    (occasion,) = breach.occasions
    assert [minutes(breach, occasion, *who) for who in ("a", "b", ("a", "b"))] == [40, 45, 70]
    assert shares(breach) == {"a": Fraction(40 + 25, 2), "b": Fraction(45 + 30, 2)}


def test_with_a_lag_a_failure_before_the_window_can_have_caused_what_counts_in_it() -> None:
    rows = [outage("a", "14 10:00", "14 11:00")]
    breach = cut(
        service("v", needs=all_of(lagging("a", "PT30M"))),
        service("a"),
        rows=rows,
        counted=span("14 11:10", "14 18:00"),
    )
    assert told(breach) == [("a", ["11:10-11:30"])]
    assert shares(breach) == {"a": 20}


def test_with_a_lag_each_maximal_interval_is_an_occasion() -> None:
    rows = [outage("a", "14 10:00", "14 10:30"), outage("a", "14 12:00", "14 12:30")]
    breach = cut(service("v", needs=all_of(lagging("a", "PT10M"))), service("a"), rows=rows)
    assert told(breach) == [("a", ["10:00-10:40"]), ("a", ["12:00-12:40"])]


# ---------------------------------------------------------------------------------------------------- relief

OVERLAP = [outage("a", "14 10:00", "14 12:00", "force_majeure"), outage("b", "14 11:00", "14 13:00")]
"""An excused failure 10-12, another 11-13: the hour between them is both's."""


@pytest.mark.parametrize(
    ("test", "counted"),
    [(TO_THE_EXTENT, 90), (NECESSARY, 120), (CONTRIBUTED, 60)],
    ids=["half of the overlap", "none of it, for b would have been enough", "all of it"],
)
def test_of_two_failures_in_series_the_excused_one_relieves(test: ReliefTest, counted: int) -> None:
    breach = cut(*series("a", "b"), rows=OVERLAP, test=test)
    assert counted_minutes(breach) == counted
    assert shares(breach) == {"b": counted}


@pytest.mark.parametrize(
    ("test", "counted"),
    [(TO_THE_EXTENT, 30), (NECESSARY, 0), (CONTRIBUTED, 0)],
    ids=["half", "all, for without it nothing would have been down", "all"],
)
def test_of_two_lines_that_failed_together_the_excused_one_relieves(test: ReliefTest, counted: int) -> None:
    breach = cut(service("v", needs=any_of("a", "b")), service("a"), service("b"), rows=OVERLAP, test=test)
    assert counted_minutes(breach) == counted


@pytest.mark.parametrize("test", list(ReliefTest))
def test_an_excused_failure_that_redundancy_held_relieves_nothing(test: ReliefTest) -> None:
    rows = [outage("a", "14 10:00", "14 12:00", "force_majeure"), outage("c", "14 10:00", "14 12:00")]
    breach = cut(
        service("v", needs=all_of(any_of("a", "b"), "c")),
        service("a"),
        service("b"),
        service("c"),
        rows=rows,
        test=test,
    )
    assert counted_minutes(breach) == 120
    assert shares(breach) == {"c": 120}


@pytest.mark.parametrize("test", list(ReliefTest))
def test_what_an_excused_failure_alone_caused_is_relieved_whole(test: ReliefTest) -> None:
    breach = cut(*series("a"), rows=[outage("a", "14 10:00", "14 12:00", "force_majeure")], test=test)
    assert counted_minutes(breach) == 0
    (occasion,) = breach.occasions
    assert (occasion.players, len(occasion.excused)) == ((), 1)


def test_beside_two_sides_the_excused_cause_is_one_player_of_three() -> None:
    rows = [
        outage("a", "14 10:00", "14 12:00", "force_majeure"),
        outage("b", "14 10:00", "14 12:00"),
        outage("c", "14 10:00", "14 12:00"),
    ]
    breach = cut(*series("a", "b", "c"), rows=rows)
    # A third of 120 min is relieved; of b and c each would have kept half of its own 120 against it: 60 each alone.
    assert counted_minutes(breach) == 80
    assert shares(breach) == {"b": 40, "c": 40}
    (occasion,) = breach.occasions
    assert [minutes(breach, occasion, who) for who in "bc"] == [60, 60]


def test_two_excused_causes_are_together_one_player() -> None:
    rows = [
        outage("a", "14 10:00", "14 12:00", "force_majeure"),
        outage("b", "14 10:00", "14 12:00", "force_majeure"),
        outage("c", "14 10:00", "14 12:00"),
    ]
    assert counted_minutes(cut(*series("a", "b", "c"), rows=rows)) == 60


def test_an_excused_and_another_record_of_one_service_at_one_instant_are_each_enough() -> None:
    rows = [outage("v", "14 10:00", "14 12:00"), outage("v", "14 10:00", "14 12:00", "force_majeure")]
    for test, counted in ((TO_THE_EXTENT, 60), (NECESSARY, 120), (CONTRIBUTED, 0)):
        assert counted_minutes(cut(service("v"), rows=rows, test=test)) == counted


def by_party(runs: Mapping[str, str]) -> Callable[[str, str], Player]:
    """Services of one party are one side."""

    def identify(name: str, cause: str) -> Player:
        excused = cause if cause == "force_majeure" else None
        return Player(name, runs[name], runs[name], excused=excused)

    return identify


def test_relief_is_between_sides_however_many_services_of_one_side_failed() -> None:
    rows = [
        outage("a", "14 10:00", "14 12:00", "force_majeure"),
        outage("b", "14 10:00", "14 12:00"),
        outage("c", "14 10:00", "14 12:00"),
    ]
    identify = by_party({"v": "halden", "a": "x", "b": "one", "c": "one"})
    breach = cut(*series("a", "b", "c"), rows=rows, identify=identify)
    # One side against the excused cause: half, and not two thirds.
    assert counted_minutes(breach) == 60
    (occasion,) = breach.occasions
    divided: dict[int, Any] = owen([[list(occasion.players)]], occasion.quantities)
    assert [share / MINUTE for share in divided.values()] == [30, 30]


def test_relief_with_a_lag_is_worked_out_piece_by_piece() -> None:
    # The excused a makes 10:00-11:10 with its lag; b 11:00-12:00. Only 11:00-11:10 is both's, and half relieved.
    rows = [outage("a", "14 10:00", "14 11:00", "force_majeure"), outage("b", "14 11:00", "14 12:00")]
    breach = cut(
        service("v", needs=all_of(lagging("a", "PT10M"), "b")), service("a"), service("b"), rows=rows
    )
    assert counted_minutes(breach) == 55
    assert shares(breach) == {"b": 55}
