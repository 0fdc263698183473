"""Statements in the store: issued, disputed, adjusted with their causes, settled; and what is refused.

E3 (tests/scenarios/75-shape-of-the-output): April, hosting (cirrus) down 60 minutes, wan (telco) 2: 62 of 43,200
minutes, so 99.856481...; 5 % of 40,000.00 below 99.9 are 2,000.00. Late evidence: hosting down 240 minutes more, 302
in all: 99.300925..., below 99.5: 15 % are 6,000.00.
"""

from pathlib import Path

import pytest
from sqlalchemy import text

from api.bootstrap import Privity
from api.errors import RequestError
from api.services.loading import texts_of
from api.services.records import StatementOrder, StatementView, statement_view
from domain.explanation import replay
from domain.periods import Period
from settlement.records.documents import document_of
from settlement.records.life import StatementAct, StatementStatus
from tests.api.services.stored_folders import SCENARIOS, empty_store, fill
from tests.store.stores import BACKENDS

SHAPE = SCENARIOS / "75-shape-of-the-output"
APRIL = Period.parse("2026-04")
LATE = b"service,started_at,ended_at\nhosting,2026-04-20T00:00:00Z,2026-04-20T04:00:00Z\n"
MAY = b"service,started_at,ended_at\nhosting,2026-05-04T00:00:00Z,2026-05-04T01:00:00Z\n"
SLA = "sla-online-banking"


def act(
    privity: Privity,
    what: StatementAct,
    reason: str = "",
    key: str | None = None,
    lines: tuple[int, ...] = (),
) -> StatementView:
    return privity.commands.statement_act(StatementOrder(what, SLA, APRIL, None, "ada", reason, key, lines))


def settled_april(privity: Privity) -> None:
    fill(privity, SHAPE)
    privity.commands.settlement_run(APRIL, None, "ada", "month end")


def net(view: StatementView) -> str:
    return view.document.net.text()


def refusal(privity: Privity, what: StatementAct, reason: str = "why", lines: tuple[int, ...] = ()) -> str:
    """Why a step is refused; it must have changed nothing."""
    before = (privity.reader.audit().total, statement_view(privity.store, privity.reader, SLA, APRIL, None))
    with pytest.raises(RequestError) as refused:
        act(privity, what, reason, lines=lines)
    after = (privity.reader.audit().total, statement_view(privity.store, privity.reader, SLA, APRIL, None))
    assert after == before
    return str(refused.value)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_issued_statement_stands_and_late_evidence_is_a_note_with_its_cause(
    backend: str, tmp_path: Path
) -> None:
    with empty_store(tmp_path, backend) as privity:
        settled_april(privity)
        draft = statement_view(privity.store, privity.reader, SLA, APRIL, None)
        assert (draft.status, net(draft), draft.record) == (StatementStatus.DRAFT, "2000.00", None)
        settled = privity.reader.settlement(APRIL)
        assert settled is not None
        issued = act(privity, StatementAct.ISSUE, "month end")
        assert issued.record is not None
        assert issued.record.issued.document in [document_of(each) for each in settled.statements]
        assert issued.record.issued.explanation is not None
        assert replay(issued.record.issued.explanation) == issued.document.net

        privity.commands.evidence_submit("evidence/outages-late.csv", LATE, "ada", "cirrus sent it late")
        # What began after the month is no cause of its note, though it is about the same service.
        privity.commands.evidence_submit("evidence/outages-may.csv", MAY, "ada", "the next month's")
        privity.commands.settlement_run(APRIL, None, "ada", "late evidence")
        waiting = statement_view(privity.store, privity.reader, SLA, APRIL, None)
        assert (net(waiting), waiting.status) == ("2000.00", StatementStatus.ISSUED)
        assert waiting.outstanding is not None
        assert waiting.outstanding.net.text() == "4000.00"

        adjusted = act(privity, StatementAct.ADJUST, "late evidence")
        assert (adjusted.status, net(adjusted)) == (StatementStatus.ADJUSTED, "2000.00")
        assert adjusted.record is not None
        assert adjusted.record.standing == adjusted.recalculated
        assert adjusted.record.standing.net.text() == "6000.00"
        (note,) = adjusted.record.notes
        assert (note.number, note.change.net.text()) == (2, "4000.00")
        (cause,) = note.causes
        assert cause.what == "evidence that came since: evidence/outages-late.csv, about hosting"
        assert len(cause.sha256 or "") == 64
        assert note.causes_of(0) == (cause,)
        assert note.explanation is not None
        assert replay(note.explanation) == note.change.net
        assert adjusted.outstanding is None

        entries = privity.reader.audit().entries
        assert [entry.action for entry in entries[:5]] == [
            "statementAdjust", "settlementRun", "evidenceSubmit", "evidenceSubmit", "statementIssue",
        ]  # fmt: skip
        assert entries[0].subject == "sla-online-banking/meridian-bank/2026-04"
        assert '"net":"2000.00"' in (entries[0].before or "")
        assert '"net":"6000.00"' in (entries[0].after or "")
        assert privity.reader.faults() == ()
        with privity.store.database.writing() as session:
            session.execute(text("UPDATE statement_document SET said = replace(said, '2000.00', '2000.01')"))
        assert privity.reader.faults() == (
            "sla-online-banking, meridian-bank, 2026-04, document 1: its text was changed",
            "sla-online-banking, meridian-bank, 2026-04, document 2: its text was changed",
        )


def test_an_accepted_relief_is_a_note_that_names_it(tmp_path: Path) -> None:
    relief = (
        "\n---\napiVersion: privity/v1\nkind: Relief\nmetadata: {name: storm}\nspec:\n"
        "  agreement: sla-online-banking\n  from: 2026-04-01T00:00Z\n  to: 2026-05-01T00:00Z\n"
        "  cause: force_majeure\n  effects: [breach, credit]\n  status: STATUS\n"
    )
    with empty_store(tmp_path) as privity:
        fill(privity, SHAPE)
        texts = texts_of(SHAPE)
        file = next(iter(texts))
        privity.commands.portfolio_load(
            {**texts, file: texts[file] + relief.replace("STATUS", "claimed")}, "ada", ""
        )
        privity.commands.settlement_run(APRIL, None, "ada", "")
        act(privity, StatementAct.ISSUE)
        act(privity, StatementAct.DISPUTE, "the storm of April", lines=(1,))
        privity.commands.portfolio_load(
            {**texts, file: texts[file] + relief.replace("STATUS", "accepted")}, "ada", ""
        )
        privity.commands.settlement_run(APRIL, None, "ada", "")
        view = act(privity, StatementAct.ADJUST, "the relief was accepted")
    assert view.record is not None
    (note,) = view.record.notes
    assert [cause.what for cause in note.causes] == ["the Relief storm was claimed and is accepted now"]
    assert note.change.net.text() == "-2000.00"
    assert note.change.lines[0].after is None
    assert view.record.standing.net.text() == "0.00"
    assert view.status is StatementStatus.ADJUSTED


def test_steps_that_are_not_allowed_are_refused_with_the_reason_and_change_nothing(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        settled_april(privity)
        for what in (StatementAct.DISPUTE, StatementAct.UPHOLD, StatementAct.ADJUST, StatementAct.SETTLE):
            assert "the statement is a draft: it was not issued yet. Issue it first." in refusal(
                privity, what
            )
        act(privity, StatementAct.ISSUE)
        assert "an issued statement never changes" in refusal(privity, StatementAct.ISSUE)
        assert "there is nothing to adjust" in refusal(privity, StatementAct.ADJUST)
        assert "disputed for a reason" in refusal(privity, StatementAct.DISPUTE, "  ")
        assert "the statement has line 1 only, not 2" in refusal(privity, StatementAct.DISPUTE, "?", (2,))
        act(privity, StatementAct.DISPUTE, "no", lines=(1,))
        assert "Answer the dispute first" in refusal(privity, StatementAct.SETTLE)
        assert act(privity, StatementAct.UPHOLD, "the monitor was right").status is StatementStatus.ISSUED
        assert act(privity, StatementAct.SETTLE).status is StatementStatus.SETTLED
        assert "the statement is settled" in refusal(privity, StatementAct.DISPUTE)


def test_the_same_order_with_a_key_is_carried_out_once_and_its_key_serves_no_other(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        settled_april(privity)
        first = act(privity, StatementAct.ISSUE, key="k1")
        assert act(privity, StatementAct.ISSUE, key="k1") == first
        assert privity.reader.audit().entries[0].key == "k1"
        assert [entry.action for entry in privity.reader.audit().entries].count("statementIssue") == 1
        with pytest.raises(RequestError, match="was given to another order before"):
            act(privity, StatementAct.SETTLE, key="k1")


def test_what_is_not_there_is_said_with_what_to_do(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, SHAPE)
        with pytest.raises(RequestError, match="Settle it first: privity run --period 2026-04"):
            act(privity, StatementAct.ISSUE)
        privity.commands.settlement_run(APRIL, None, "ada", "")
        order = StatementOrder(StatementAct.ISSUE, "sla-online-bankin", APRIL, None, "ada", "")
        with pytest.raises(RequestError, match='Did you mean "sla-online-banking"'):
            privity.commands.statement_act(order)
        quarter = StatementOrder(StatementAct.ISSUE, SLA, Period.parse("2026-Q2"), None, "ada", "")
        with pytest.raises(RequestError, match="statements are drawn up month by month"):
            privity.commands.statement_act(quarter)


def test_a_run_that_knows_less_than_what_stands_adjusts_nothing(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        settled_april(privity)
        act(privity, StatementAct.ISSUE)
        late = LATE.replace(b"ended_at\n", b"ended_at,recorded_at\n").replace(
            b"04:00:00Z\n", b"04:00:00Z,2026-05-10T00:00Z\n"
        )
        privity.commands.evidence_submit("evidence/outages-late.csv", late, "ada", "")
        privity.commands.settlement_run(APRIL, Period.parse("2026-05").day_after, "ada", "")
        act(privity, StatementAct.ADJUST)
        privity.commands.settlement_run(APRIL, None, "ada", "once more as of 1 May")
        assert "what stands was made from what was known on 2026-06-01" in refusal(
            privity, StatementAct.ADJUST
        )
