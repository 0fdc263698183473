"""A watched folder gives each file once, when it has come to rest."""

from __future__ import annotations

import os
from pathlib import Path

from api.services.watching import Watch, watched_part


def write(path: Path, text: str, changed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, ns=(changed, changed))


def test_a_file_is_given_when_two_looks_saw_it_alike_and_then_never_again(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    write(tmp_path / "outages.csv", "a", 1)
    assert watch.ready() == ()
    assert watch.waiting() == (tmp_path / "outages.csv",)
    assert watch.ready() == (tmp_path / "outages.csv",)
    assert watch.ready() == ()
    assert watch.waiting() == ()


def test_a_file_that_is_still_being_written_is_waited_for(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    for length in range(1, 4):
        write(tmp_path / "outages.csv", "a" * length, length)
        assert watch.ready() == ()
    assert watch.ready() == (tmp_path / "outages.csv",)


def test_a_file_that_changed_is_given_again(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    write(tmp_path / "outages.csv", "a", 1)
    watch.ready()
    watch.ready()
    write(tmp_path / "outages.csv", "b", 2)
    assert watch.ready() == ()
    assert watch.ready() == (tmp_path / "outages.csv",)


def test_hidden_files_folders_and_files_that_went_away_are_left_alone(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    write(tmp_path / ".outages.csv", "a", 1)
    write(tmp_path / "deep" / "tickets.csv", "a", 1)
    write(tmp_path / "gone.csv", "a", 1)
    watch.ready()
    (tmp_path / "gone.csv").unlink()
    assert watch.ready() == (tmp_path / "deep" / "tickets.csv",)


def test_of_a_portfolio_s_folder_the_evidence_is_watched_and_of_another_folder_everything(
    tmp_path: Path,
) -> None:
    write(tmp_path / "portfolio" / "contracts.yaml", "", 1)
    write(tmp_path / "portfolio" / "evidence" / "outages.csv", "a", 1)
    write(tmp_path / "exports" / "outages.csv", "a", 1)
    assert watched_part(tmp_path / "portfolio") == tmp_path / "portfolio" / "evidence"
    assert watched_part(tmp_path / "exports") == tmp_path / "exports"
