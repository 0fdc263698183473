"""Adjustment notes: with the issued statement they are the recalculated one, whatever changed and however often."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agreements import AgreementType
from domain.errors import CurrencyMismatch, PrivityError
from domain.explanation import ReplayMismatch, replay, work
from domain.money import Money
from settlement.records.causes import (
    BatchRead,
    Cause,
    CauseKind,
    DocumentRead,
    Inputs,
    Scope,
    causes,
)
from settlement.records.difference import applied, difference
from settlement.records.documents import RecordLine, StatementDocument
from settlement.records.record import (
    AdjustmentNote,
    IssuedDocument,
    StatementRecord,
    adjustment_explanation,
    note_causes,
)


def gbp(text: str) -> Money:
    return Money(Decimal(text), "GBP")


def line(net: str, level: str = "availability", value: str = "99.7", week: str = "2026-03") -> RecordLine:
    money = gbp(net)
    return RecordLine(
        level,
        "web",
        None,
        week,
        "2.1",
        "bands",
        Fraction(value),
        None,
        Fraction(5),
        gbp("40000.00"),
        money,
        money,
    )


def document(
    *lines: RecordLine, back: str = "0.00", claim_by: date | None = None, currency: str = "GBP"
) -> StatementDocument:
    zero = Money(Decimal("0.00"), currency)
    gross = sum((each.amount for each in lines), start=zero)
    taken = Money(Decimal(back), currency)
    net = sum((each.net for each in lines), start=zero) - taken
    return StatementDocument(
        "sla",
        AgreementType.SLA,
        "halden",
        "meridian",
        "2026-03",
        tuple(sorted(lines, key=lambda each: each.order)),
        gross,
        taken,
        net,
        (),
        claim_by,
    )


ISSUED = document(line("2000.00"))
LATER = document(line("6000.00", value="99.4"), line("100.00", "response"), back="50.00")


def test_a_note_says_line_by_line_what_changed_and_by_how_much() -> None:
    change = difference(ISSUED, LATER)
    assert [(each.line.service_level, each.net) for each in change.lines] == [
        ("availability", gbp("4000.00")),
        ("response", gbp("100.00")),
    ]
    assert [each.before is None for each in change.lines] == [False, True]
    # 6,000 + 100 − 50 is 6,050; 2,000 were issued.
    assert (change.gross, change.earned_back, change.net) == (gbp("4100.00"), gbp("50.00"), gbp("4050.00"))
    assert applied(ISSUED, change) == LATER


def test_a_line_that_is_none_any_more_is_taken_away() -> None:
    change = difference(ISSUED, document())
    assert (change.lines[0].after, change.net) == (None, gbp("-2000.00"))
    assert applied(ISSUED, change) == document()


def test_a_value_that_changes_within_its_band_is_a_difference_of_no_money() -> None:
    change = difference(ISSUED, document(line("2000.00", value="99.65")))
    assert not change.is_nothing
    assert (len(change.lines), change.net) == (1, gbp("0.00"))


def test_a_corrected_date_to_claim_by_is_a_difference_too() -> None:
    later = document(line("2000.00"), claim_by=date(2026, 5, 30))
    change = difference(ISSUED, later)
    assert [(each.name, each.before, each.after) for each in change.terms] == [
        ("claim_by", None, "2026-05-30")
    ]
    assert applied(ISSUED, change) == later


def test_the_same_statement_has_no_difference() -> None:
    assert difference(LATER, LATER).is_nothing


def test_a_note_is_refused_by_a_statement_that_it_is_not_of() -> None:
    with pytest.raises(PrivityError, match="has no line availability"):
        applied(document(line("1.00")), difference(ISSUED, LATER))


def test_two_currencies_are_never_subtracted() -> None:
    with pytest.raises(CurrencyMismatch, match="issued in GBP and is in EUR now"):
        difference(ISSUED, document(currency="EUR"))


AMOUNTS = st.integers(0, 10**7).map(lambda pence: str(Decimal(pence) / 100))
LINES = st.builds(
    line,
    AMOUNTS,
    st.sampled_from(["availability", "response"]),
    st.sampled_from(["99.7", "99.4"]),
    st.sampled_from(["2026-W10", "2026-W11"]),
)
# Two lines that nothing tells apart may occur too: they are kept apart by their place.
DOCUMENTS = st.builds(lambda lines, back: document(*lines, back=back), st.lists(LINES, max_size=5), AMOUNTS)


@given(st.lists(DOCUMENTS, min_size=1, max_size=5))
@settings(max_examples=100)
def test_the_issued_statement_and_its_notes_are_the_recalculated_one(stated: list[StatementDocument]) -> None:
    first, *rest = stated
    record = StatementRecord(IssuedDocument(0, "run", first, None), (), ())
    for number, recalculated in enumerate(rest, 2):
        change = record.outstanding(recalculated)
        note = AdjustmentNote(number, number, "run", change, (), (), None)
        record = StatementRecord(record.issued, (*record.notes, note), ())
        assert record.outstanding(recalculated).is_nothing
    last = stated[-1]
    assert record.standing == last
    assert record.issued.document == first
    zero = gbp("0.00")
    assert first.net + sum((note.change.net for note in record.notes), start=zero) == last.net
    assert first.gross + sum((note.change.gross for note in record.notes), start=zero) == last.gross
    # Line by line, not in sum alone: what the notes add to a level's lines is what its lines have come to.
    for level in ("availability", "response"):
        lines = [
            each for note in record.notes for each in note.change.lines if each.line.service_level == level
        ]
        before = sum((each.net for each in first.lines if each.service_level == level), start=zero)
        after = sum((each.net for each in last.lines if each.service_level == level), start=zero)
        assert before + sum((each.net for each in lines), start=zero) == after


def test_the_explanation_of_a_note_replays_to_its_difference_and_to_nothing_else() -> None:
    recalculated = work("net", "statement/1", {"currency": "GBP", "line": gbp("6000.00")}).explanation
    tree = adjustment_explanation(gbp("2000.00"), recalculated, "2026-03")
    assert replay(tree) == gbp("4000.00")
    changed = work("net", "statement/1", {"currency": "GBP", "line": gbp("6000.01")}).explanation
    with pytest.raises(ReplayMismatch):
        replay(type(tree)(tree.name, tree.rule, tree.value, None, None, tree.inputs, (changed,)))


# ------------------------------------------------------------------------------------------------- causes

SLA = DocumentRead("Agreement", "sla", 1, "a1", agreement="sla")
STORM = DocumentRead("Relief", "storm", 1, "b1", status="claimed", agreement="sla", levels=("availability",))
OTHER = DocumentRead("Relief", "other", 1, "c1", status="claimed", agreement="sla-other")
FILE = BatchRead("outages.csv", "f1", {"web": frozenset({"outages:2"})})
SCOPE = Scope(frozenset({"web", "hosting"}), frozenset({"sla", "uc"}))


def inputs(*read: DocumentRead | BatchRead, as_of: str = "2026-04-01", rules: str = "1") -> Inputs:
    return Inputs(
        tuple(each for each in read if isinstance(each, DocumentRead)),
        tuple(each for each in read if isinstance(each, BatchRead)),
        date.fromisoformat(as_of),
        rules,
    )


def test_evidence_that_came_since_is_named_with_its_batch_and_only_if_it_concerns_the_statement() -> None:
    late = BatchRead(
        "late.csv", "f2", {"hosting": frozenset({"outages:2"}), "mail": frozenset({"outages:3"})}
    )
    elsewhere = BatchRead("mail.csv", "f3", {"mail": frozenset({"outages:2"})})
    (found,) = causes(inputs(SLA, FILE), inputs(SLA, FILE, late, elsewhere), SCOPE)
    assert (found.kind, found.name, found.sha256, found.services) == (
        CauseKind.EVIDENCE,
        "late.csv",
        "f2",
        ("hosting",),
    )
    assert found.what == "evidence that came since: late.csv, about hosting"


def test_rows_that_became_known_between_two_dates_are_named_with_both() -> None:
    more = BatchRead("outages.csv", "f1", {"web": frozenset({"outages:2", "outages:9"})})
    (found,) = causes(inputs(FILE), inputs(more, as_of="2026-05-15"), SCOPE)
    assert found.what == ("rows of outages.csv about web that became known between 2026-04-01 and 2026-05-15")


def test_a_row_that_gave_way_to_another_is_not_named_beside_it() -> None:
    gone = BatchRead("outages.csv", "f1", {"web": frozenset()})
    correction = BatchRead("correction.csv", "f4", {"web": frozenset({"outages:2"})})
    found = causes(inputs(FILE), inputs(gone, correction), SCOPE)
    assert [each.name for each in found] == ["correction.csv"]


def test_an_accepted_relief_is_named_with_what_it_was_before() -> None:
    accepted = DocumentRead(
        "Relief", "storm", 1, "b2", status="accepted", agreement="sla", levels=("availability",)
    )
    changed = DocumentRead("Relief", "other", 1, "c2", status="accepted", agreement="sla-other")
    (found,) = causes(inputs(SLA, STORM, OTHER), inputs(SLA, accepted, changed), SCOPE)
    assert (found.kind, found.name, found.sha256) == (CauseKind.RELIEF, "storm", "b2")
    assert found.what == "the Relief storm was claimed and is accepted now"


def test_a_corrected_document_is_named_with_its_version() -> None:
    second = DocumentRead("Agreement", "sla", 2, "a2", agreement="sla")
    (found,) = causes(inputs(SLA), inputs(SLA, second), SCOPE)
    assert (found.kind, found.name, found.version) == (CauseKind.DOCUMENT, "sla", 2)
    assert found.what == "the Agreement sla, version 2, is new"


def test_where_nothing_of_the_statement_s_own_differs_everything_that_differs_is_named() -> None:
    changed = DocumentRead("Relief", "other", 1, "c2", status="accepted", agreement="sla-other")
    found = causes(inputs(SLA, OTHER), inputs(SLA, changed), SCOPE)
    assert [each.name for each in found] == ["other"]


def test_a_changed_line_names_the_causes_that_concern_it() -> None:
    found = (
        Cause(CauseKind.EVIDENCE, "late.csv", "", services=("hosting",)),
        Cause(CauseKind.RELIEF, "storm", "", levels=("response",)),
        Cause(CauseKind.DOCUMENT, "uk-office", ""),
    )
    change = difference(ISSUED, LATER)
    placed = note_causes(change.lines, found, {"web": frozenset({"web", "hosting"})})
    assert placed == ((0, 2), (0, 1, 2))
    alone = note_causes(change.lines, found[:1], {"web": frozenset({"web"})})
    assert alone == ((0,), (0,))
