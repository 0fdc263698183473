"""The life of an agreement by its rules alone: who may do what, in which order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agreements import Agreement, AgreementType, State
from domain.calendars import ALWAYS
from domain.life import (
    MOVES,
    Life,
    LifeAct,
    Refusal,
    Signature,
    Transition,
    as_lived,
    lives_of,
    move,
    proposed,
    sign,
    stage_on,
)

NOBODY: frozenset[str] = frozenset()
DRAFT = Agreement(
    "sla-web", "sla-web", 1, AgreementType.SLA, None, "house", "shop", ("web",), State.DRAFT,
    date(2026, 1, 1), date(2026, 12, 31), date(2026, 1, 1), ALWAYS, "EUR",
)  # fmt: skip
AMENDMENT = replace(DRAFT, version=2, effective=date(2026, 7, 1))
TABLED = Life(State.NEGOTIATING)


def signature(party: str, day: str, version: int = 1) -> Signature:
    on = date.fromisoformat(day)
    return Signature(f"{party}-{day}", "sla-web", version, party, on, on.toordinal())


def step(to: State, day: str, version: int | None = 1, ends: str | None = None) -> Transition:
    on = date.fromisoformat(day)
    last = None if ends is None else date.fromisoformat(ends)
    return Transition(f"{to}-{day}", "sla-web", version, to, on, on.toordinal(), ends=last)


def lived(life: Life | Refusal) -> Life:
    assert isinstance(life, Life), life
    return life


def why(life: Life | Refusal | None) -> str:
    assert isinstance(life, Refusal), life
    return life.why


def test_the_second_partys_signature_makes_it_agreed() -> None:
    first = lived(sign(DRAFT, TABLED, signature("house", "2025-12-03"), NOBODY))
    assert first.state is State.NEGOTIATING
    second = lived(sign(DRAFT, first, signature("shop", "2025-12-05"), NOBODY))
    assert (second.state, second.since) == (State.AGREED, date(2025, 12, 5))
    assert [each.party for each in second.signatures] == ["house", "shop"]


def test_signing_twice_is_refused_with_the_day_of_the_first() -> None:
    first = lived(sign(DRAFT, TABLED, signature("house", "2025-12-03"), NOBODY))
    again = sign(DRAFT, first, signature("house", "2025-12-04"), NOBODY)
    assert why(again) == "house signed version 1 of sla-web on 2025-12-03"


def test_who_is_no_party_cannot_sign() -> None:
    assert (
        why(sign(DRAFT, TABLED, signature("rival", "2025-12-03"), NOBODY)) == "rival is no party of sla-web"
    )


def test_of_an_agreement_with_every_customer_one_customer_signs_for_them() -> None:
    open_to_all = replace(DRAFT, consumer="*")
    customers = frozenset({"shop", "cafe"})
    first = lived(sign(open_to_all, TABLED, signature("cafe", "2025-12-03"), customers))
    assert why(sign(open_to_all, first, signature("shop", "2025-12-04"), customers)) == (
        "cafe signed version 1 of sla-web on 2025-12-03"
    )
    assert lived(sign(open_to_all, first, signature("house", "2025-12-04"), customers)).state is State.AGREED


def test_only_what_is_on_the_table_can_be_signed() -> None:
    refused = sign(DRAFT, Life(State.DRAFT), signature("shop", "2025-12-03"), NOBODY)
    assert why(refused) == "version 1 of sla-web is draft, and only what is being negotiated can be signed"


def test_an_amendment_that_would_hold_before_it_is_agreed_cannot_be_signed() -> None:
    assert why(sign(AMENDMENT, TABLED, signature("shop", "2026-07-02", 2), NOBODY)).startswith(
        "version 2 of sla-web would hold from 2026-07-01, before it is agreed on 2026-07-02"
    )
    assert lived(sign(AMENDMENT, TABLED, signature("shop", "2026-07-01", 2), NOBODY)).signatures
    # A first version may have begun while its text was still on its way between the parties.
    assert lived(sign(DRAFT, TABLED, signature("shop", "2026-07-02"), NOBODY)).signatures


def test_agreed_comes_by_both_signatures_and_by_nothing_else() -> None:
    first = lived(sign(DRAFT, TABLED, signature("house", "2025-12-03"), NOBODY))
    assert why(move(DRAFT, first, step(State.AGREED, "2025-12-04"), NOBODY)) == (
        "version 1 of sla-web is agreed by both signatures, and shop has not signed"
    )


def test_back_on_the_drawing_board_the_signatures_are_gone() -> None:
    first = lived(sign(DRAFT, TABLED, signature("house", "2025-12-03"), NOBODY))
    assert lived(move(DRAFT, first, step(State.DRAFT, "2025-12-04"), NOBODY)).signatures == ()


@pytest.mark.parametrize("to", list(State))
@pytest.mark.parametrize("state", list(State))
def test_every_step_that_is_not_in_the_table_is_refused(state: State, to: State) -> None:
    after = move(DRAFT, Life(state), step(to, "2027-01-01", ends=None), NOBODY)
    may = to in MOVES[state] and to is not State.AGREED
    if may and to is State.TERMINATED:  # It ran out the day before.
        assert why(after) == "sla-web ends on 2026-12-31 by its own term, before 2027-01-01"
    else:
        assert isinstance(after, Life) is may


def test_an_agreement_ends_within_its_term_and_not_before_that_is_decided() -> None:
    active = Life(State.ACTIVE)
    early = move(DRAFT, active, step(State.TERMINATED, "2026-05-01", ends="2026-04-30"), NOBODY)
    assert why(early) == "sla-web would end on 2026-04-30, before that is decided on 2026-05-01"
    ended = lived(move(DRAFT, active, step(State.TERMINATED, "2026-05-01", ends="2026-06-30"), NOBODY))
    assert (ended.state, ended.ended) == (State.TERMINATED, date(2026, 6, 30))
    assert stage_on(DRAFT, ended, date(2026, 6, 30)) is State.ACTIVE
    assert stage_on(DRAFT, ended, date(2026, 7, 1)) is State.TERMINATED


def test_what_runs_or_renews_itself_does_not_expire() -> None:
    active = Life(State.ACTIVE)
    assert why(move(DRAFT, active, step(State.EXPIRED, "2026-12-31"), NOBODY)) == (
        "sla-web runs until 2026-12-31, and 2026-12-31 is not after that"
    )
    assert lived(move(DRAFT, active, step(State.EXPIRED, "2027-01-01"), NOBODY)).state is State.EXPIRED
    renewing = replace(DRAFT, renews=True)
    assert why(move(renewing, active, step(State.EXPIRED, "2027-01-01"), NOBODY)) == (
        "sla-web renews itself until somebody ends it"
    )
    assert stage_on(DRAFT, active, date(2027, 1, 1)) is State.EXPIRED
    assert stage_on(renewing, active, date(2027, 1, 1)) is State.ACTIVE


def test_acts_of_one_day_are_taken_as_a_life_goes_whatever_they_are_called() -> None:
    day = "2025-12-10"
    acts: list[LifeAct] = [
        replace(step(State.ACTIVE, day), name="a"),
        replace(signature("shop", day), name="b"),
        replace(signature("house", day), name="c"),
        replace(step(State.NEGOTIATING, day), name="d"),
    ]
    lives, refused = lives_of([DRAFT], acts, NOBODY)
    assert (lives["sla-web", 1].state, refused) == (State.ACTIVE, ())


def test_an_end_ends_every_version_in_force_to_its_last_day() -> None:
    versions = (replace(DRAFT, state=State.ACTIVE), replace(AMENDMENT, state=State.ACTIVE))
    lives, refused = lives_of(versions, [step(State.TERMINATED, "2026-08-01", None, "2026-08-31")], NOBODY)
    assert refused == ()
    assert {life.ended for life in lives.values()} == {date(2026, 8, 31)}
    judged = as_lived(versions, lives)
    assert [(each.state, each.last) for each in judged] == [(State.ACTIVE, date(2026, 8, 31))] * 2


def test_an_amendment_never_holds_before_its_agreement_or_the_version_before() -> None:
    held = [replace(DRAFT, state=State.ACTIVE, first=date(2026, 2, 1), effective=date(2026, 2, 1))]
    early = replace(AMENDMENT, effective=date(2026, 1, 31))
    assert why(proposed(early, held, {})) == (
        "version 2 of sla-web would hold from 2026-01-31, before sla-web itself begins on 2026-02-01"
    )
    held.append(replace(AMENDMENT, state=State.ACTIVE))
    third = replace(DRAFT, version=3, effective=date(2026, 6, 30))
    assert why(proposed(third, held, {})) == (
        "version 3 of sla-web would hold from 2026-06-30, before version 2, which holds from 2026-07-01"
    )
    assert proposed(replace(third, effective=date(2026, 7, 1)), held, {}) is None


def test_versions_are_proposed_one_after_another_between_the_same_parties() -> None:
    held = [replace(DRAFT, state=State.ACTIVE)]
    assert why(proposed(replace(AMENDMENT, version=3), held, {})) == "sla-web is at version 1"
    assert why(proposed(AMENDMENT, [], {})) == "sla-web has no version before 2"
    assert why(proposed(replace(AMENDMENT, state=State.ACTIVE), held, {})) == (
        "version 2 of sla-web says state: active"
    )
    assert "another agreement" in lived_refusal(proposed(replace(AMENDMENT, consumer="cafe"), held, {})).cure


def lived_refusal(refusal: Refusal | None) -> Refusal:
    assert refusal is not None
    return refusal


def test_a_draft_that_nobody_signed_may_be_proposed_again_and_a_signed_one_not() -> None:
    assert proposed(DRAFT, [DRAFT], {}) is None
    signed = lived(sign(DRAFT, TABLED, signature("house", "2025-12-03"), NOBODY))
    assert why(proposed(DRAFT, [DRAFT], {("sla-web", 1): signed})) == (
        "house has signed version 1 of sla-web on 2025-12-03"
    )


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("sign"), st.sampled_from(["house", "shop", "rival"]), st.integers(0, 400)),
        st.tuples(st.just("move"), st.sampled_from(list(State)), st.integers(0, 400)),
    ),
    max_size=8,
)


def made(drawn: list[tuple[str, str, int]]) -> list[LifeAct]:
    acts: list[LifeAct] = []
    for number, (kind, what, days) in enumerate(drawn):
        day = (date(2025, 12, 1) + timedelta(days=days)).isoformat()
        act = signature(what, day) if kind == "sign" else step(State(what), day)
        acts.append(replace(act, name=f"act-{number}"))
    return acts


@given(ACTS, st.randoms())
def test_refused_acts_change_nothing_and_the_order_in_which_acts_are_told_does_not_matter(
    drawn: list[tuple[str, str, int]], shuffled: object
) -> None:
    acts = made(drawn)
    lives, refused = lives_of([DRAFT], acts, NOBODY)
    without = [act for act in acts if act.name not in {each.act.name for each in refused}]
    assert lives_of([DRAFT], without, NOBODY) == (lives, ())
    turned = list(acts)
    shuffled.shuffle(turned)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    assert lives_of([DRAFT], turned, NOBODY) == (lives, refused)


@given(ACTS)
def test_nothing_is_agreed_or_in_force_that_both_parties_did_not_sign(
    drawn: list[tuple[str, str, int]],
) -> None:
    lives, _ = lives_of([DRAFT], made(drawn), NOBODY)
    life = lives["sla-web", 1]
    if life.state not in (State.DRAFT, State.NEGOTIATING):
        assert {each.party for each in life.signatures} == {"house", "shop"}
