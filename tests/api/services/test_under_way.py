"""A run is seen by everybody from its first moment on, and never seems to go on for ever."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.bootstrap import Privity, start
from api.services.under_way import under_way
from api.settings import Settings
from domain.periods import Period
from store.records import Run, RunStatus
from store.repositories.attempts import SILENCE
from tests.api.services.stored_folders import HALDEN, fill

MARCH = Period.parse("2026-03")
NOON = 1_775_000_000_000_000


class Clock:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> int:
        self.now += 1
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def one(tmp_path: Path, clock: Clock) -> Iterator[Privity]:
    privity = start(Settings.of(tmp_path / "store"), clock)
    yield privity
    privity.close()


@pytest.fixture
def other(one: Privity, tmp_path: Path, clock: Clock) -> Iterator[Privity]:
    """The same store, opened by somebody else."""
    privity = start(Settings.of(tmp_path / "store"), clock)
    yield privity
    privity.close()


def march(clock: Clock) -> Run:
    return Run("", MARCH, MARCH.day_after, RunStatus.RUNNING, clock(), None, "ada", "March", "k1", "digest")


def test_somebody_else_sees_how_far_a_run_has_come(one: Privity, other: Privity, clock: Clock) -> None:
    with under_way(one.store, march(clock), None) as told:
        told("settling 2026-03", 3, 11)
        (seen,) = other.reader.unfinished_runs(MARCH)
        assert (seen.status, seen.stage, seen.done, seen.total) == (
            RunStatus.RUNNING,
            "settling 2026-03",
            3,
            11,
        )
        assert (seen.actor, seen.reason, seen.key, seen.finished_at) == ("ada", "March", "k1", None)
        assert other.reader.unfinished_runs(Period.parse("2026-04")) == ()
        with one.store.writing() as work:
            work.attempts.end(told.number, clock())
    assert other.reader.unfinished_runs() == ()


def test_a_run_that_fails_is_told_to_have_failed(one: Privity, other: Privity, clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError), under_way(one.store, march(clock), None):
        _ = 1 // 0
    (seen,) = other.reader.unfinished_runs()
    assert seen.status is RunStatus.FAILED
    assert seen.failure == "The program made a mistake (ZeroDivisionError)."
    assert seen.finished_at is not None
    assert other.reader.runs() == ()


def test_a_run_of_which_nothing_is_heard_any_more_was_interrupted(
    one: Privity, other: Privity, clock: Clock
) -> None:
    with one.store.writing() as work:
        work.attempts.begin(march(clock))
    (seen,) = other.reader.unfinished_runs()
    assert seen.status is RunStatus.RUNNING
    clock.now += SILENCE
    (seen,) = other.reader.unfinished_runs()
    assert seen.status is RunStatus.FAILED
    assert seen.failure == "It was interrupted: nothing was heard of it since 2026-03-31T23:33:20.000001Z."


def test_a_run_that_is_done_is_told_once(one: Privity, other: Privity) -> None:
    fill(one, HALDEN)
    done = one.commands.settlement_run(MARCH, None, "ada", "March")
    assert other.reader.unfinished_runs() == ()
    assert [run.id for run in other.reader.runs()] == [done.id]
