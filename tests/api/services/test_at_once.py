"""Several who work on one store at the same time."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from api.bootstrap import opened
from api.services.loading import texts_of
from api.settings import Settings
from domain.periods import Period
from tests.api.services.stored_folders import SCENARIOS, START, empty_store, fill
from tests.store.stores import BACKENDS

SHAPE = SCENARIOS / "75-shape-of-the-output"
APRIL = Period.parse("2026-04")
AT_ONCE = 4


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_file_that_several_send_at_once_is_taken_in_once(backend: str, tmp_path: Path) -> None:
    content = (SHAPE / "evidence" / "outages.csv").read_bytes()
    start = Barrier(AT_ONCE)
    with empty_store(tmp_path, backend) as privity:
        privity.commands.portfolio_load(texts_of(SHAPE), "ada", "")

        def send(who: int) -> bool:
            start.wait()
            return privity.commands.evidence_submit("outages.csv", content, f"person-{who}", "").known_before

        with ThreadPoolExecutor(AT_ONCE) as people:
            known_before = sorted(people.map(send, range(AT_ONCE)))
        assert known_before == [False, True, True, True]
        assert privity.reader.status().evidence_rows == 2
        assert privity.reader.audit().total == 1 + AT_ONCE


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_period_that_several_settle_at_once_has_a_run_for_each_and_one_hash(
    backend: str, tmp_path: Path
) -> None:
    start = Barrier(AT_ONCE)
    with empty_store(tmp_path, backend) as privity:
        fill(privity, SHAPE)

        def settle(who: int) -> tuple[str, str | None]:
            start.wait()
            run = privity.commands.settlement_run(APRIL, None, f"person-{who}", "")
            return run.id, run.output_hash

        with ThreadPoolExecutor(AT_ONCE) as people:
            runs = list(people.map(settle, range(AT_ONCE)))
        assert sorted(run for run, _ in runs) == [f"2026-04.{number}" for number in range(1, AT_ONCE + 1)]
        assert len({output for _, output in runs}) == 1
        assert privity.reader.faults() == ()


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_order_with_one_key_that_is_given_several_times_at_once_is_carried_out_once(
    backend: str, tmp_path: Path
) -> None:
    start = Barrier(AT_ONCE)
    with empty_store(tmp_path, backend) as privity:
        fill(privity, SHAPE)

        def settle(_: int) -> str:
            start.wait()
            return privity.commands.settlement_run(APRIL, None, "ada", "", "month end").id

        with ThreadPoolExecutor(AT_ONCE) as people:
            assert set(people.map(settle, range(AT_ONCE))) == {"2026-04.1"}
        assert len(privity.reader.runs()) == 1


def test_what_another_process_loaded_is_seen_after_a_look(tmp_path: Path) -> None:
    with empty_store(tmp_path) as mine, opened(Settings.of(tmp_path / "store")) as other:
        other.commands.portfolio_load(texts_of(SHAPE), "bob", "")
        assert mine.reader.portfolio().agreements == ()
        mine.reader.refresh()
        assert mine.reader.portfolio() == other.reader.portfolio()


def test_what_the_killed_left_beside_the_lake_is_swept_away_after_a_day(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, SHAPE)
        waiting = privity.store.lake_folder / "staging"
        for name, left_at in (("file-old", 0), ("file-now", START // 1_000_000)):
            (waiting / name).mkdir()
            os.utime(waiting / name, (left_at, left_at))
        privity.commands.evidence_submit("outages.csv", b"service,started_at,ended_at\n", "ada", "")
        assert sorted(path.name for path in waiting.iterdir()) == ["file-now"]
