import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import event, text

from api.errors import DocumentsError, RequestError
from api.services.engine import rules
from api.services.folders import read_contracts
from api.services.loading import texts_of
from api.services.reading import Commands, LevelKey, Reader
from api.services.settling import settle_folder_values
from api.shapes.settlement import settlement_shape
from domain.explanation import replay
from domain.periods import Period
from settlement.results import Settlement
from store.mappers import output_hash
from tests.api.services.stored_folders import HALDEN, SCENARIOS, empty_store, fill
from tests.store.stores import BACKENDS

SHAPE = SCENARIOS / "75-shape-of-the-output"
APRIL = Period.parse("2026-04")
MARCH = Period.parse("2026-03")
FOLDERS = sorted(path.parent for path in SCENARIOS.glob("*/period"))

CONTRACTS_READ_WITH_EVIDENCE = {"what-was-invoiced", "a-cure-that-runs-from-the-breach-notice"}
"""Where evidence changes the contracts (what was invoiced, a right that ended one): those stored are the documents' own."""


def period_of(folder: Path) -> Period:
    return Period.parse((folder / "period").read_text().strip())


@cache
def settled(folder: Path, period: str) -> Settlement:
    """What `privity settle` works out, once for both ways of storing it."""
    return settle_folder_values(folder, period)


@pytest.mark.parametrize("many_rows", [500_000, 0], ids=["in memory", "by the engine"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_stored_settlement_is_the_one_that_settle_prints(
    folder: Path, many_rows: int, tmp_path: Path
) -> None:
    period = period_of(folder)
    with empty_store(tmp_path) as privity:
        privity.store.many_rows = many_rows
        fill(privity, folder)
        privity.commands.settlement_run(period, None, "ada", "month end")
        stored = privity.reader.settlement(period)
    assert stored is not None
    printed = settled(folder, period.name)
    if folder.name not in CONTRACTS_READ_WITH_EVIDENCE:
        assert stored == printed
    assert json.dumps(settlement_shape(stored)) == json.dumps(settlement_shape(printed))


@pytest.mark.parametrize("period", ["2026-03", "2026-Q1", "2026"])
def test_the_bundled_example_is_stored_whatever_the_length_of_the_period(period: str, tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, HALDEN)
        run = privity.commands.settlement_run(Period.parse(period), None, "ada", "")
        stored = privity.reader.settlement(Period.parse(period))
        assert privity.reader.faults() == ()
    assert stored == settle_folder_values(HALDEN, period)
    assert stored is not None
    assert output_hash(stored) == run.output_hash


@pytest.mark.parametrize("backend", BACKENDS)
def test_run_again_it_gives_the_same_hashes_on_every_backend(backend: str, tmp_path: Path) -> None:
    with empty_store(tmp_path, backend) as privity:
        fill(privity, HALDEN)
        first = privity.commands.settlement_run(MARCH, None, "ada", "")
        again = privity.commands.settlement_run(MARCH, None, "bob", "once more")
        assert (again.input_hash, again.output_hash) == (first.input_hash, first.output_hash)
        assert (first.settled, first.kept) == (11, 0)
        assert (again.settled, again.kept) == (0, 11)
        assert [run.id for run in privity.reader.runs(MARCH)] == ["2026-03.2", "2026-03.1"]
        assert privity.reader.faults() == ()
        # The same documents and files give the hash of the folder, and so of every other backend.
        assert first.output_hash == output_hash(settle_folder_values(HALDEN, "2026-03"))


def test_the_store_answers_what_readers_and_writers_were_promised(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        reader: Reader = privity.reader
        commands: Commands = privity.commands
        assert reader.portfolio().agreements == ()
        assert reader.settlement(MARCH) is None
        assert reader.findings() == ()
        with pytest.raises(RequestError, match="no contract documents are loaded"):
            commands.settlement_run(MARCH, None, "ada", "")
        with pytest.raises(RequestError, match="no contract documents are loaded"):
            commands.evidence_submit("evidence/outages.csv", b"", "ada", "")


def test_any_number_of_periods_takes_four_statements_and_then_one(tmp_path: Path) -> None:
    months = [Period.parse(name) for name in ("2026-01", "2026-02", "2026-03", "2026-Q1")]
    with empty_store(tmp_path) as privity:
        fill(privity, HALDEN)
        for month in months:
            privity.commands.settlement_run(month, None, "ada", "")
        statements: list[str] = []
        event.listen(
            privity.store.database.engine,
            "before_cursor_execute",
            lambda _connection, _cursor, statement, *_: statements.append(statement),
        )
        first = privity.reader.settlements(months)
        assert len(statements) == 4
        again = privity.reader.settlements(months)
        assert len(statements) == 5
        privity.reader.portfolio()
        privity.reader.portfolio(date(2026, 3, 1))
        assert len(statements) == 5
    assert dict(first) == dict(again)
    assert [first[month] for month in months] == [settle_folder_values(HALDEN, m.name) for m in months]


def test_what_was_known_earlier_is_the_run_of_that_day(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, SHAPE)
        early = privity.commands.settlement_run(APRIL, date(2026, 5, 1), "ada", "")
        late = privity.commands.settlement_run(APRIL, date(2026, 6, 1), "ada", "")
        read = privity.reader.settlement

        def as_of(known_at: datetime | None) -> date | None:
            found = read(APRIL, known_at)
            return None if found is None else found.as_of

        assert as_of(None) == late.as_of
        assert as_of(datetime(2026, 5, 20, tzinfo=UTC)) == early.as_of
        assert as_of(datetime(2026, 6, 1, tzinfo=UTC)) == late.as_of
        assert as_of(datetime(2026, 4, 30, tzinfo=UTC)) is None


def test_documents_with_an_error_change_nothing(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, SHAPE)
        before = privity.reader.status(), privity.reader.audit()
        texts = texts_of(SHAPE)
        texts["more.yaml"] = (
            "apiVersion: privity/v1\nkind: Party\nmetadata: {name: x}\nspec: {role: nobody}\n"
        )
        with pytest.raises(DocumentsError) as raised:
            privity.commands.portfolio_load(texts, "ada", "a mistake")
        assert [(fault.file, fault.line) for fault in raised.value.faults] == [("more.yaml", 4)]
        assert (privity.reader.status(), privity.reader.audit()) == before


def test_the_same_documents_and_the_same_file_add_nothing_but_their_audit_entry(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, SHAPE)
        before = privity.reader.status()
        file = SHAPE / "evidence" / "outages.csv"
        again = privity.commands.evidence_submit("evidence/outages.csv", file.read_bytes(), "bob", "again")
        privity.commands.portfolio_load(texts_of(SHAPE), "bob", "again")
        assert again.known_before
        assert privity.reader.status() == before
        entries = privity.reader.audit().entries
        assert [(each.action, each.actor) for each in entries] == [
            ("portfolioLoad", "bob"),
            ("evidenceSubmit", "bob"),
            ("evidenceSubmit", "ada"),
            ("portfolioLoad", "ada"),
        ]


def test_an_order_with_a_key_is_carried_out_once(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        loaded = privity.commands.portfolio_load(texts_of(SHAPE), "ada", "", "load-1")
        assert privity.commands.portfolio_load(texts_of(SHAPE), "ada", "", "load-1") == loaded
        content = (SHAPE / "evidence" / "outages.csv").read_bytes()
        taken = privity.commands.evidence_submit("outages.csv", content, "ada", "", "file-1")
        assert privity.commands.evidence_submit("outages.csv", content, "ada", "", "file-1") == taken
        run = privity.commands.settlement_run(APRIL, None, "ada", "", "run-1")
        assert privity.commands.settlement_run(APRIL, None, "ada", "", "run-1") == run
        assert privity.reader.runs() == (run,)
        assert privity.reader.audit().total == 3
        with pytest.raises(RequestError, match="was given to another order before"):
            privity.commands.settlement_run(MARCH, None, "ada", "", "run-1")
        with pytest.raises(RequestError, match="was given to another order before"):
            privity.commands.settlement_run(APRIL, None, "ada", "", "file-1")
        assert privity.reader.audit().total == 3


def test_the_audit_trail_tells_a_run_by_its_hashes_before_and_after(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, SHAPE)
        first = privity.commands.settlement_run(APRIL, None, "ada", "month end")
        privity.commands.settlement_run(APRIL, date(2026, 6, 1), "bob", "late evidence")
        second, before = privity.reader.audit(first=2).entries
        assert (before.actor, before.reason, before.subject, before.before) == (
            "ada",
            "month end",
            "2026-04",
            None,
        )
        assert before.after is not None
        assert second.before == before.after
        assert json.loads(before.after) == {
            "run": "2026-04.1",
            "inputHash": first.input_hash,
            "outputHash": first.output_hash,
        }


def test_explanations_are_rebuilt_from_what_the_run_read(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, HALDEN)
        privity.commands.settlement_run(MARCH, None, "ada", "")
        settlement = privity.reader.settlement(MARCH)
        assert settlement is not None
        lines = [line for statement in settlement.statements for line in statement.lines]
        line = next(line for line in lines if line.of.level.metric.kind == "availability")
        level = LevelKey(line.of.agreement.name, line.of.level.name, line.of.service)
        # Evidence that comes later does not change what the run is explained by.
        late = f"outage_id,service,started_at,ended_at\nlate,{level.service},2026-03-09T00:00:00Z,2026-03-10T00:00:00Z\n"
        privity.commands.evidence_submit("evidence/outages-late.csv", late.encode(), "ada", "")
        trees = privity.reader.explanation(level, MARCH)
        assert set(trees) == {"attainment", "shares", "credit"}
        assert replay(trees["attainment"]) == "MISSED"
        assert replay(trees["credit"]) == line.net
        # A run that reads it does.
        privity.commands.settlement_run(MARCH, None, "ada", "")
        assert privity.reader.explanation(level, MARCH)["attainment"] != trees["attainment"]


def test_the_evidence_behind_a_level_is_what_reaches_into_the_period(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, SHAPE)
        privity.commands.settlement_run(APRIL, None, "ada", "")
        settlement = privity.reader.settlement(APRIL)
        assert settlement is not None
        of = settlement.breaches[0].attainment.of
        level = LevelKey(of.agreement.name, of.level.name, of.service)
        page = privity.reader.evidence(level, APRIL)
        assert page.total == 2
        assert [(row.kind, row.service, row.file, row.line) for row in page.rows] == [
            ("outage", "hosting", "evidence/outages.csv", 2),
            ("outage", "wan", "evidence/outages.csv", 3),
        ]
        assert privity.reader.evidence(level, APRIL, first=1, offset=1).rows == page.rows[1:]
        assert privity.reader.evidence(level, MARCH).total == 0


def test_contracts_of_an_earlier_day_are_those_that_were_loaded_then(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        privity.commands.portfolio_load(texts_of(SHAPE), "ada", "")
        privity.commands.portfolio_load(texts_of(HALDEN), "ada", "")
        loaded = {each.name for each in privity.reader.portfolio().agreements}
        assert "sla-online-banking" in loaded
        # Nothing had been loaded by 2020, so the first set is what is known of that time.
        first = {each.name for each in privity.reader.portfolio(date(2020, 1, 1)).agreements}
        assert first == {each.name for each in read_contracts(SHAPE).portfolio.agreements}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../outages.csv", "is no name of a file"),
        ("evidence/nothing.txt", "nobody knows what it holds"),
        ("", "is no name of a file"),
    ],
)
def test_a_file_that_cannot_be_taken_in_changes_nothing(name: str, reason: str, tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        privity.commands.portfolio_load(texts_of(SHAPE), "ada", "")
        with pytest.raises(RequestError, match=reason):
            privity.commands.evidence_submit(name, b"a,b\n", "ada", "")
        assert privity.reader.audit().total == 1
        assert privity.reader.status().evidence_files == 0


def test_a_batch_that_was_changed_on_disk_is_told(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, SHAPE)
        batch = next(privity.store.lake_folder.rglob("*.parquet"))
        batch.write_bytes(batch.read_bytes() + b"x")
        assert privity.reader.faults() == (
            f"{batch.relative_to(privity.store.lake_folder).as_posix()}: gone or changed",
        )


def test_a_run_that_was_changed_is_told_and_one_that_another_version_wrote_is_told_apart(
    tmp_path: Path,
) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, SHAPE)
        run = privity.commands.settlement_run(APRIL, None, "ada", "")
        with privity.store.database.engine.begin() as connection:
            connection.execute(text("UPDATE settlement_run SET output_hash = 'other'"))
        assert privity.reader.faults() == (f"the run {run.id} does not give its output hash other",)
        with privity.store.database.engine.begin() as connection:
            connection.execute(text("UPDATE settlement_run SET engine = '0.0.1+old'"))
        (fault,) = privity.reader.faults()
        assert fault.startswith(f"the run {run.id} was settled by another version (0.0.1+old)")
        assert fault.endswith("cannot be told; settle 2026-04 again")
        # Settled again, nothing is wrong with what holds now; what it took the place of is noted, not accused.
        privity.commands.settlement_run(APRIL, None, "ada", "")
        checked = privity.reader.verified()
        assert checked.faults == ()
        (left,) = checked.superseded
        assert left.startswith(
            f"the run {run.id} was settled by another version (0.0.1+old), and 2026-04 again"
        )
        # One that this version wrote is accused all the same: somebody changed it.
        with privity.store.database.engine.begin() as connection:
            ours = {"engine": rules(), "run": run.id}
            connection.execute(text("UPDATE settlement_run SET engine = :engine WHERE id = :run"), ours)
        assert privity.reader.faults() == (f"the run {run.id} does not give its output hash other",)
