"""The steps of a statement: where each leads, and which are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.records.life import IllegalAct, StatementAct, StatementStatus, require_allowed, status_after

ISSUE, DISPUTE, UPHOLD, ADJUST, SETTLE = StatementAct
ALLOWED = {
    # Derived by hand from the picture in the module: for each status the steps that leave it.
    StatementStatus.DRAFT: {ISSUE},
    StatementStatus.ISSUED: {DISPUTE, ADJUST, SETTLE},
    StatementStatus.DISPUTED: {UPHOLD, ADJUST},
    StatementStatus.ADJUSTED: {DISPUTE, ADJUST, SETTLE},
    StatementStatus.SETTLED: {ADJUST},
}
REACHED = {
    StatementStatus.DRAFT: (),
    StatementStatus.ISSUED: (ISSUE,),
    StatementStatus.DISPUTED: (ISSUE, DISPUTE),
    StatementStatus.ADJUSTED: (ISSUE, ADJUST),
    StatementStatus.SETTLED: (ISSUE, SETTLE),
}


@pytest.mark.parametrize("status", list(StatementStatus))
@pytest.mark.parametrize("act", list(StatementAct))
def test_each_step_is_allowed_from_where_it_leads_on_and_refused_elsewhere(
    status: StatementStatus, act: StatementAct
) -> None:
    taken = REACHED[status]
    assert status_after(taken) is status
    if act in ALLOWED[status]:
        assert require_allowed(taken, act) is status_after((*taken, act))
        return
    with pytest.raises(IllegalAct) as refused:
        require_allowed(taken, act)
    assert refused.value.message.startswith("It cannot be ")
    assert refused.value.cure


def test_a_dispute_that_is_not_upheld_by_a_change_leaves_the_statement_as_it_was() -> None:
    assert status_after((ISSUE, DISPUTE, UPHOLD)) is StatementStatus.ISSUED
    assert status_after((ISSUE, ADJUST, DISPUTE, UPHOLD)) is StatementStatus.ADJUSTED
    assert status_after((ISSUE, DISPUTE, ADJUST)) is StatementStatus.ADJUSTED


def test_a_settled_statement_is_open_to_late_evidence_and_is_settled_again() -> None:
    assert status_after((ISSUE, SETTLE, ADJUST)) is StatementStatus.ADJUSTED
    assert status_after((ISSUE, SETTLE, ADJUST, SETTLE)) is StatementStatus.SETTLED


def test_a_refusal_says_why_and_what_to_do() -> None:
    with pytest.raises(
        IllegalAct, match=r"^It cannot be settled: the statement is disputed\. Answer the dispute"
    ):
        require_allowed((ISSUE, DISPUTE), SETTLE)
    with pytest.raises(IllegalAct, match="an issued statement never changes"):
        require_allowed((ISSUE,), ISSUE)
    with pytest.raises(IllegalAct, match="nobody disputes the statement"):
        require_allowed((ISSUE,), UPHOLD)


@given(st.lists(st.sampled_from(list(StatementAct)), max_size=8))
def test_whatever_is_tried_a_refused_step_changes_nothing_and_an_issued_one_is_never_a_draft_again(
    tried: list[StatementAct],
) -> None:
    taken: list[StatementAct] = []
    for act in tried:
        before = status_after(taken)
        try:
            reached = require_allowed(taken, act)
        except IllegalAct:
            assert act not in ALLOWED[before]
            assert status_after(taken) is before
        else:
            assert act in ALLOWED[before]
            taken.append(act)
            assert reached is not StatementStatus.DRAFT
    assert taken[:1] in ([], [ISSUE])
    assert taken.count(ISSUE) <= 1
