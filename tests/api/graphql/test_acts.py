"""Acts under agreements through the API, on a real store: recorded with their audit entry, or refused and nothing changed.

The clock of the tests stands at 28 May 2026. Both misses of hosting were complete on 1 May, when its rights accrued:
`chronic` is open to 30 June (1 May and 60 days), `hasty` lapsed on 11 May, `patient` waits for its breach notice.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.bootstrap import Privity
from domain.periods import Period
from tests.acted_contracts import AMENDMENT, folder_at
from tests.api.graphql.asking import Asking
from tests.api.services.stored_folders import empty_store, fill
from tests.store.stores import BACKENDS

WHO = {"actor": "ada", "reason": "as the letter says"}
REJECTED = "... on RequestRejected { faults { code message cure } }"
ACT = "act { action subject on document before after warning }"


@pytest.fixture(params=BACKENDS)
def privity(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Privity]:
    """A store with the contracts, on each of the databases that a store can lie in."""
    folder = folder_at(tmp_path / "contracts")
    with empty_store(tmp_path, request.param) as opened:
        fill(opened, folder)
        yield opened


@pytest.fixture
def ask(privity: Privity) -> Asking:
    return Asking(privity.reader, privity.commands)


def order(ask: Asking, name: str, fields: str, **given: Any) -> Any:
    kind = name[0].upper() + name[1:]
    query = f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{ __typename {fields} {REJECTED} }} }}"
    return ask(query, input={**WHO, **given})[name]


def state_of(privity: Privity) -> tuple[str | None, int]:
    return privity.store.set_id(), privity.reader.audit().total


def refused(privity: Privity, ask: Asking, name: str, fields: str, **given: Any) -> str:
    before = state_of(privity)
    answer = order(ask, name, fields, **given)
    assert answer["__typename"] == "RequestRejected", answer
    assert state_of(privity) == before
    [fault] = answer["faults"]
    assert fault["cure"]
    return str(fault["message"])


AGREED = (
    "... on AgreementSigned { agreement { state signatures { party { name } on by } nextStates } "
    + ACT
    + " }"
)
MOVED = "... on AgreementTransitioned { agreement { state version term { to } } " + ACT + " }"
PROPOSED = "... on AgreementProposed { agreement { name version state effective } " + ACT + " }"


def right(name: str) -> str:
    return f"... on {name} {{ right {{ name status exercisableUntil curingUntil earliestEnd }} {ACT} }}"


def test_an_amendment_is_proposed_signed_by_both_put_in_force_and_judged_from_its_day(
    privity: Privity, ask: Asking
) -> None:
    done = order(ask, "agreementPropose", PROPOSED, text=AMENDMENT)
    assert done["agreement"] == {
        "name": "sla-web", "version": 2, "state": "DRAFT", "effective": "2026-07-01",
    }  # fmt: skip
    order(ask, "agreementTransition", MOVED, agreement="sla-web", to="NEGOTIATING", trigger="CHANGE")
    first = order(ask, "agreementSign", AGREED, agreement="sla-web", party="house")
    assert first["agreement"]["state"] == "NEGOTIATING"
    message = refused(privity, ask, "agreementSign", AGREED, agreement="sla-web", party="house")
    assert message == "house signed version 2 of sla-web on 2026-05-28"
    second = order(ask, "agreementSign", AGREED, agreement="sla-web", party="shop", by="A. Osei")
    assert second["agreement"] == {
        "state": "AGREED",
        "signatures": [
            {"party": {"name": "house"}, "on": "2026-05-28", "by": "ada"},
            {"party": {"name": "shop"}, "on": "2026-05-28", "by": "A. Osei"},
        ],
        "nextStates": ["ACTIVE"],
    }
    # Agreed only, it is judged by nobody: July would still be judged under the first version.
    july = Period.parse("2026-07").first
    assert (
        privity.store.contracts(privity.store.set_id() or "")
        .portfolio.in_force(july)
        .by_name["sla-web"]
        .version
        == 1
    )
    done = order(ask, "agreementTransition", MOVED, agreement="sla-web", to="ACTIVE")
    assert (done["agreement"]["state"], done["act"]["action"]) == ("ACTIVE", "agreementTransition")
    held = privity.store.contracts(privity.store.set_id() or "").portfolio
    assert held.in_force(july).by_name["sla-web"].version == 2
    assert held.in_force(Period.parse("2026-06").first).by_name["sla-web"].version == 1
    trail = ask('{ auditTrail(subject: "sla-web") { edges { node { actor action reason before after } } } }')
    told = [edge["node"] for edge in trail["auditTrail"]["edges"]]
    assert [each["action"] for each in told] == [
        "agreementPropose", "agreementTransition", "agreementSign", "agreementSign", "agreementTransition",
    ]  # fmt: skip
    assert told[3]["before"] == (
        '{"effective":"2026-07-01","signedBy":["house"],"state":"negotiating","version":2}'
    )
    assert told[3]["after"] == (
        '{"effective":"2026-07-01","signedBy":["house","shop"],"state":"agreed","version":2}'
    )
    assert {each["actor"] for each in told} == {"ada"}


@pytest.mark.parametrize(
    ("name", "fields", "given", "message"),
    [
        (
            "agreementTransition", MOVED, {"agreement": "sla-web", "to": "AGREED"},
            "version 1 of sla-web is active and cannot become agreed",
        ),
        (
            "agreementTransition", MOVED, {"agreement": "sla-web", "to": "EXPIRED"},
            "sla-web runs until 2026-12-31, and 2026-05-28 is not after that",
        ),
        (
            "agreementSign", AGREED, {"agreement": "sla-web", "party": "shop"},
            "version 1 of sla-web is active, and only what is being negotiated can be signed",
        ),
        (
            "agreementSign", AGREED, {"agreement": "sla-wob", "party": "shop"},
            'no agreement is named "sla-wob"',
        ),
        (
            "terminationRightExercise", right("TerminationRightExercised"),
            {"agreement": "uc-cloudco", "right": "hasty"},
            "the right hasty of uc-cloudco stands otherwise: it had lapsed on 2026-05-11",
        ),
        (
            "terminationRightExercise", right("TerminationRightExercised"),
            {"agreement": "uc-cloudco", "right": "never"},
            "the right never of uc-cloudco stands otherwise: it had not accrued",
        ),
        (
            "terminationRightExercise", right("TerminationRightExercised"),
            {"agreement": "uc-cloudco", "right": "patient"},
            "the right patient of uc-cloudco stands otherwise: its cure runs from a breach notice, which had not been",
        ),
        (
            "terminationRightExercise", right("TerminationRightExercised"),
            {"agreement": "uc-cloudco", "right": "chronic", "at": "2026-05-29T00:00:00Z"},
            "2026-05-29 00:00 UTC has not come yet",
        ),
        (
            "reliefDecide", "... on ReliefDecided { relief { name } }", {"relief": "storm", "status": "ACCEPTED"},
            "no relief storm is claimed: there is none",
        ),
    ],
)  # fmt: skip
def test_what_may_not_be_done_is_refused_with_the_reason_and_nothing_changes(
    privity: Privity, ask: Asking, name: str, fields: str, given: dict[str, Any], message: str
) -> None:
    assert refused(privity, ask, name, fields, **given).startswith(message)


def test_an_amendment_effective_before_its_agreement_is_refused(privity: Privity, ask: Asking) -> None:
    text = AMENDMENT.replace("effective: 2026-07-01", "effective: 2025-07-01")
    message = refused(privity, ask, "agreementPropose", PROPOSED, text=text)
    assert "2025-07-01" in message
    late = AMENDMENT.replace("effective: 2026-07-01", "effective: 2026-05-27")
    order(ask, "agreementPropose", PROPOSED, text=late)
    order(ask, "agreementTransition", MOVED, agreement="sla-web", to="NEGOTIATING")
    message = refused(privity, ask, "agreementSign", AGREED, agreement="sla-web", party="shop")
    assert message.startswith(
        "version 2 of sla-web would hold from 2026-05-27, before it is agreed on 2026-05-28"
    )


def test_a_right_is_exercised_once(privity: Privity, ask: Asking) -> None:
    done = order(
        ask,
        "terminationRightExercise",
        right("TerminationRightExercised"),
        agreement="uc-cloudco",
        right="chronic",
    )
    # 28 May and 30 days of notice.
    assert done["right"] == {
        "name": "chronic", "status": "EXERCISED", "exercisableUntil": "2026-06-30", "curingUntil": None,
        "earliestEnd": "2026-06-27",
    }  # fmt: skip
    assert done["act"]["before"].startswith(
        '{"accrued":"2026-05-01","ends":"2026-06-27","status":"EXERCISABLE"'
    )
    assert done["act"]["warning"] is None
    stands = 'query($on: Date) { agreement(name: "uc-cloudco", asOf: $on) { state ended term { to } } }'
    found = {on: ask(stands, on=on)["agreement"] for on in ("2026-05-27", "2026-06-27", "2026-06-28")}
    open_ended = {"ended": None, "term": {"to": "2026-12-31"}}
    ended = {"ended": "2026-06-27", "term": {"to": "2026-06-27"}}
    assert found == {
        "2026-05-27": {"state": "ACTIVE", **open_ended},
        "2026-06-27": {"state": "ACTIVE", **ended},
        "2026-06-28": {"state": "TERMINATED", **ended},
    }
    # So it is for whoever comes to it through a settlement that was made since, as of today (1 June).
    privity.commands.settlement_run(Period.parse("2026-04"), None, "ada", "")
    through = ask('{ statements(period: "2026-04") { edges { node { agreement { name state ended } } } } }')
    assert {"agreement": {"name": "uc-cloudco", "state": "ACTIVE", "ended": "2026-06-27"}} in [
        edge["node"] for edge in through["statements"]["edges"]
    ]
    due = ask('{ calendar(asOf: "2026-06-01") { edges { node { day kind agreement { name } } } } }')[
        "calendar"
    ]
    told = {
        (each["node"]["day"], each["node"]["kind"], each["node"]["agreement"]["name"])
        for each in due["edges"]
    }
    assert {("2026-06-27", "ENDS", "uc-cloudco"), ("2026-06-28", "SUPPORT_ENDS", "sla-web")} <= told
    again = refused(
        privity, ask, "terminationRightExercise", right("TerminationRightExercised"), agreement="uc-cloudco",
        right="chronic",
    )  # fmt: skip
    assert again.endswith("the right had been exercised on 2026-05-28")


def test_a_cure_runs_from_the_notice_that_is_served_and_a_waiver_ends_it(
    privity: Privity, ask: Asking
) -> None:
    done = order(
        ask, "breachNoticeServe", right("BreachNoticeServed"), agreement="uc-cloudco", right="patient",
        at="2026-05-20T09:00:00Z",
    )  # fmt: skip
    assert (done["act"]["on"], done["act"]["document"]) == (
        "2026-05-20",
        "recorded/notices/uc-cloudco-patient-breach-2026-05-20.yaml",
    )
    assert done["act"]["warning"].startswith(
        "dated back: it counts from 2026-05-20 on and is known from 2026-05-28 on"
    )
    # 20 May and 10 days: the cure runs to 30 May, so that on 28 May it is too early to exercise.
    message = refused(
        privity, ask, "terminationRightExercise", right("TerminationRightExercised"), agreement="uc-cloudco",
        right="patient",
    )  # fmt: skip
    assert message.endswith("the cure ran until 2026-05-30")
    waived = order(
        ask, "terminationRightWaive", right("TerminationRightWaived"), agreement="uc-cloudco", right="patient"
    )
    assert '"status":"WAIVED"' in waived["act"]["after"]


def test_what_is_dated_back_is_not_known_as_of_its_day_and_a_right_that_lapsed_since_says_so(
    privity: Privity, ask: Asking
) -> None:
    # `hasty` was open for ten days from 1 May: on 11 May the letter was in time, on 28 May it no longer is.
    done = order(
        ask, "terminationRightExercise", right("TerminationRightExercised"), agreement="uc-cloudco", right="hasty",
        at="2026-05-11T09:00:00Z",
    )  # fmt: skip
    assert done["act"]["warning"].endswith(
        "On 2026-05-28 it could not be done any more (it had lapsed on 2026-05-11): keep the proof that it was done on "
        "2026-05-11"
    )
    status = "query($on: Date) { terminationRights(asOf: $on) { edges { node { name status } } } }"

    def hasty(on: str) -> str:
        rows = ask(status, on=on)["terminationRights"]["edges"]
        return str(next(each["node"]["status"] for each in rows if each["node"]["name"] == "hasty"))

    assert {on: hasty(on) for on in ("2026-05-11", "2026-05-27", "2026-05-28")} == {
        "2026-05-11": "EXERCISABLE",
        "2026-05-27": "LAPSED",
        "2026-05-28": "EXERCISED",
    }


def test_what_a_right_ended_is_not_ended_again(privity: Privity, ask: Asking) -> None:
    about = {"agreement": "uc-cloudco", "right": "patient"}
    order(ask, "breachNoticeServe", right("BreachNoticeServed"), at="2026-05-02T09:00:00Z", **about)
    # Cured until 12 May or not at all; the clause asks for no notice, so that the letter of the 13th ends it that day.
    fields = right("TerminationRightExercised")
    order(ask, "terminationRightExercise", fields, at="2026-05-13T09:00:00Z", **about)

    message = refused(
        privity, ask, "agreementTransition", MOVED, agreement="uc-cloudco", to="TERMINATED", ends="2026-12-31"
    )
    assert message == "uc-cloudco ended on 2026-05-13, by the right that was exercised on 2026-05-13"


def test_relief_is_claimed_and_counts_once_it_is_accepted(privity: Privity, ask: Asking) -> None:
    claimed = order(
        ask, "reliefClaim", "... on ReliefClaimed { relief { name status cause from effects } }",
        agreement="uc-cloudco", cause="FORCE_MAJEURE", **{"from": "2026-04-10T09:00:00Z", "to": "2026-04-10T13:00:00Z"},
    )  # fmt: skip
    assert claimed["relief"] == {
        "name": "relief-uc-cloudco", "status": "CLAIMED", "cause": "force_majeure", "from": "2026-04-10T09:00:00Z",
        "effects": ["BREACH", "CREDIT", "TERMINATION"],
    }  # fmt: skip
    query = '{ terminationRights(agreement: "uc-cloudco", asOf: "2026-05-28") { edges { node { name status } } } }'
    statuses = {
        edge["node"]["name"]: edge["node"]["status"] for edge in ask(query)["terminationRights"]["edges"]
    }
    assert statuses["chronic"] == "EXERCISABLE"
    decided = order(
        ask,
        "reliefDecide",
        "... on ReliefDecided { relief { status } }",
        relief="relief-uc-cloudco",
        status="ACCEPTED",
    )
    assert decided["relief"] == {"status": "ACCEPTED"}
    statuses = {
        edge["node"]["name"]: edge["node"]["status"] for edge in ask(query)["terminationRights"]["edges"]
    }
    assert statuses["chronic"] == "APPROACHING"  # April no longer counts; one more miss would do it.
    message = refused(
        privity, ask, "reliefDecide", "... on ReliefDecided { relief { status } }", relief="relief-uc-cloudco",
        status="REJECTED",
    )  # fmt: skip
    assert message == "the relief relief-uc-cloudco is accepted already"
    # April as it was known the day after it: the relief was not accepted yet. As known now it is.
    privity.commands.settlement_run(Period.parse("2026-04"), None, "ada", "as known then")
    breaches = '{ breaches(period: "2026-04", agreement: "uc-cloudco") { totalCount } }'
    assert ask(breaches)["breaches"]["totalCount"] == 1
    privity.commands.settlement_run(
        Period.parse("2026-04"), Period.parse("2026-05").day_after, "ada", "as known now"
    )
    assert ask(breaches)["breaches"]["totalCount"] == 0


def test_an_agreement_that_was_ended_is_judged_to_its_last_day(privity: Privity, ask: Asking) -> None:
    done = order(
        ask, "agreementTransition", MOVED, agreement="uc-cloudco", to="TERMINATED", ends="2026-06-30"
    )
    assert done["agreement"]["term"] == {"to": "2026-06-30"}
    held = privity.store.contracts(privity.store.set_id() or "").portfolio
    assert "uc-cloudco" in held.in_force(Period.parse("2026-06").last).by_name
    assert "uc-cloudco" not in held.in_force(Period.parse("2026-07").first).by_name
    states = '{ agreement(name: "uc-cloudco", asOf: "2026-07-01") { state } }'
    assert ask(states)["agreement"] == {"state": "TERMINATED"}
    message = refused(
        privity, ask, "agreementTransition", MOVED, agreement="uc-cloudco", to="TERMINATED", ends="2026-06-29"
    )
    assert message == "version 1 of uc-cloudco is terminated already"


def test_the_same_key_records_once_and_what_was_recorded_stays_when_the_folder_is_loaded_again(
    privity: Privity, ask: Asking, tmp_path: Path
) -> None:
    given = {"agreement": "uc-cloudco", "right": "chronic", "key": "k1"}
    first = order(ask, "terminationRightWaive", right("TerminationRightWaived"), **given)
    before = state_of(privity)
    assert order(ask, "terminationRightWaive", right("TerminationRightWaived"), **given) == first
    assert state_of(privity) == before
    texts = {"contracts.yaml": (tmp_path / "contracts" / "contracts.yaml").read_text()}
    privity.commands.portfolio_load(texts, "ada", "again")
    assert privity.store.set_id() == before[0]
    only = {
        "parties.yaml": "apiVersion: privity/v1\nkind: Party\nmetadata: {name: house}\nspec: {role: provider}\n"
    }
    privity.commands.portfolio_load(only, "ada", "all contracts gone")
    assert privity.store.contracts(privity.store.set_id() or "").portfolio.notices == ()
