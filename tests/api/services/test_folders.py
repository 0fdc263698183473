import shutil
from datetime import date
from pathlib import Path

import pytest

from api.errors import DocumentsError, FolderError
from api.services.checking import checked_folder
from api.services.folders import evidence_months, months_text, read_contracts, read_evidence
from api.services.settling import settle_folder_values, settled_folder

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHAPE = SCENARIOS / "75-shape-of-the-output"


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ((), ""),
        (("2026-03",), "2026-03"),
        (("2025-12", "2026-01", "2026-02"), "2025-12 to 2026-02"),
        (("2025-11", "2026-01", "2026-02", "2026-09"), "2025-11, 2026-01 to 2026-02, 2026-09"),
    ],
)
def test_months_that_follow_each_other_are_told_as_a_run(months: tuple[str, ...], words: str) -> None:
    assert months_text(months) == words


def test_the_months_of_evidence_are_those_of_outages_tickets_and_their_events() -> None:
    contracts = read_contracts(SCENARIOS / "07-ticket-clock-stops")
    evidence, _ = read_evidence(SCENARIOS / "07-ticket-clock-stops", contracts, None)
    assert evidence_months(contracts.portfolio, evidence) == ("2026-10", "2026-11")


def test_progress_is_told_from_the_contracts_to_the_settlement() -> None:
    told: list[str] = []
    settled_folder(SHAPE, "2026-04", None, lambda stage, _done, _total: told.append(stage))
    assert told[0] == "Reading contracts"
    assert "Reading evidence/outages.csv" in told
    assert told[-1] == "settling 2026-04"


def test_a_settlement_is_as_of_the_day_after_the_period_unless_it_is_said() -> None:
    assert settle_folder_values(SHAPE, "2026-04").as_of == date(2026, 5, 1)
    assert settle_folder_values(SHAPE, "2026-04", date(2026, 8, 3)).as_of == date(2026, 8, 3)


def test_a_settlement_knows_whether_its_period_has_evidence() -> None:
    assert not settled_folder(SHAPE, "2026-04").lacks_evidence()
    assert not settled_folder(SHAPE, "2026").lacks_evidence()
    assert settled_folder(SHAPE, "2026-03").lacks_evidence()


def test_what_is_read_twice_is_the_same(tmp_path: Path) -> None:
    before = sorted(path.relative_to(SHAPE) for path in SHAPE.rglob("*"))
    assert settle_folder_values(SHAPE, "2026-04") == settle_folder_values(SHAPE, "2026-04")
    assert sorted(path.relative_to(SHAPE) for path in SHAPE.rglob("*")) == before


def test_the_errors_of_documents_come_all_at_once_with_their_count(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: Partty\n---\nkind: Servise\n", encoding="utf-8")
    with pytest.raises(DocumentsError) as raised:
        read_contracts(tmp_path)
    assert [fault.line for fault in raised.value.faults if fault.path == "kind"] == [1, 3]
    checked = checked_folder(tmp_path)
    assert checked.documents == 2
    assert checked.faults == raised.value.faults


def test_a_folder_that_is_not_there_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="there is no folder"):
        checked_folder(tmp_path / "nowhere")


def test_findings_are_checked_as_of_the_last_month_with_evidence() -> None:
    assert checked_folder(SHAPE).month == "2026-04"


def test_findings_without_evidence_are_those_of_the_newest_agreement(tmp_path: Path) -> None:
    shutil.copy(SHAPE / "contracts.yaml", tmp_path)
    checked = checked_folder(tmp_path)
    assert checked.month == "2026-01"
    assert {"EVIDENCE_NO_FILES", "NO_EVIDENCE"} <= {each.code for each in checked.findings}


FEED = """
apiVersion: privity/v1
kind: Feed
metadata: {name: monitor}
spec:
  files: "monitor*.txt"
  reads: csv
  delimiter: ";"
  timezone: Europe/London
  timeFormat: "%d/%m/%Y %H:%M"
  produces: [outages]
  columns: {outage_id: id, started_at: down, ended_at: up}
  service: {column: host, values: {h1: hosting, w1: wan}}
"""


def test_a_feed_document_reads_the_files_of_another_system(tmp_path: Path) -> None:
    # The outages of E3 as a monitor in London writes them in April, one hour ahead of UTC.
    shutil.copy(SHAPE / "contracts.yaml", tmp_path)
    (tmp_path / "feed.yaml").write_text(FEED, encoding="utf-8")
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "monitor-april.txt").write_text(
        "id;host;down;up\n7;h1;14/04/2026 11:00;14/04/2026 12:00\n8;w1;21/04/2026 11:00;21/04/2026 11:02\n",
        encoding="utf-8",
    )
    by_feed, plain = settle_folder_values(tmp_path, "2026-04"), settle_folder_values(SHAPE, "2026-04")
    assert by_feed.attainments == plain.attainments
    assert by_feed.breaches == plain.breaches
