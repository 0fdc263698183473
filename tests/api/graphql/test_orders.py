"""Orders: carried out wholly, or refused with every fault and nothing changed."""

import base64
from typing import Any

from tests.api.graphql.asking import Asking
from tests.api.graphql.memory import MemoryStore

RUN = """mutation($input: SettlementRunInput!) { settlementRun(input: $input) {
  __typename
  ... on SettlementRunDone { run { id period asOf status actor reason key outputHash progress { stage } } }
  ... on RequestRejected { faults { code message cure } }
} }"""
LOAD = """mutation($input: PortfolioLoadInput!) { portfolioLoad(input: $input) {
  __typename
  ... on PortfolioLoaded { digest recordedAt documents { name } }
  ... on RequestRejected { faults { code message file line column path nearest cure value } }
} }"""
SUBMIT = """mutation($input: EvidenceSubmitInput!) { evidenceSubmit(input: $input) {
  __typename
  ... on EvidenceSubmitted { file rows { kind rows } quarantined knownBefore notices { code } }
  ... on RequestRejected { faults { code message cure } }
} }"""
WHO = {"actor": "ada", "reason": "month end"}

PARTY = "apiVersion: privity/v1\nkind: Party\nmetadata: {name: halden}\nspec: {role: provider}\n"


def test_a_period_is_settled_and_its_figures_are_there_in_the_same_request(ask: Asking) -> None:
    both = RUN.replace("mutation(", "mutation Both(")
    done = ask(both, input={"period": "2026-04", **WHO})["settlementRun"]
    assert done["__typename"] == "SettlementRunDone"
    assert {key: done["run"][key] for key in ("period", "asOf", "status", "actor", "reason", "progress")} == {
        "period": "2026-04",
        "asOf": "2026-05-01",
        "status": "DONE",
        "actor": "ada",
        "reason": "month end",
        "progress": None,
    }
    assert ask('{ attainments(period: "2026-04") { totalCount } }') == {"attainments": {"totalCount": 3}}


def test_the_same_key_gives_the_same_run_and_settles_nothing_again(store: MemoryStore, ask: Asking) -> None:
    first = ask(RUN, input={"period": "2026-04", "key": "april", **WHO})
    again = ask(RUN, input={"period": "2026-04", "key": "april", **WHO})
    assert first == again
    assert len(store.done) == 1


def test_documents_with_faults_are_refused_with_all_of_them_and_nothing_changes(
    store: MemoryStore, ask: Asking
) -> None:
    before = store.held
    wrong = PARTY.replace("provider", "provder") + "---\n" + PARTY.replace("kind: Party", "kind: Prty")
    answer = ask(LOAD, input={"documents": [{"file": "a.yaml", "text": wrong}], **WHO})["portfolioLoad"]
    assert answer["__typename"] == "RequestRejected"
    places = [(each["code"], each["file"], each["line"], each["nearest"]) for each in answer["faults"]]
    assert places == [("DOCUMENT", "a.yaml", 4, "provider"), ("DOCUMENT", "a.yaml", 7, "Party")]
    assert store.held is before
    assert store.trail == []


def test_documents_without_faults_are_the_contracts_from_then_on(ask: Asking) -> None:
    answer = ask(LOAD, input={"documents": [{"file": "a.yaml", "text": PARTY}], **WHO})["portfolioLoad"]
    assert answer["__typename"] == "PortfolioLoaded"
    assert ask("{ parties { edges { node { name } } } }")["parties"]["edges"] == [
        {"node": {"name": "halden"}}
    ]


def test_two_files_of_one_name_are_refused(store: MemoryStore, ask: Asking) -> None:
    twice = [{"file": "a.yaml", "text": PARTY}] * 2
    answer = ask(LOAD, input={"documents": twice, **WHO})["portfolioLoad"]
    assert [each["message"] for each in answer["faults"]] == ["two of the files have the same name"]
    assert store.trail == []


def submitted(ask: Asking, **content: Any) -> Any:
    return ask(SUBMIT, input={"file": "evidence/outages.csv", **content, **WHO})["evidenceSubmit"]


def test_evidence_is_taken_in_as_text_or_as_bytes(store: MemoryStore, ask: Asking) -> None:
    rows = [{"kind": "outages", "rows": 1}]
    for content in ({"text": "service,start"}, {"base64": base64.b64encode(b"PAR1").decode()}):
        answer = submitted(ask, **content)
        assert (answer["file"], answer["rows"], answer["knownBefore"]) == (
            "evidence/outages.csv",
            rows,
            False,
        )
    assert len(store.files) == 2


def test_evidence_with_no_content_or_two_or_unreadable_is_refused(store: MemoryStore, ask: Asking) -> None:
    told = [
        submitted(ask)["faults"][0]["message"],
        submitted(ask, text="a", base64="YQ==")["faults"][0]["message"],
        submitted(ask, base64="not base64!")["faults"][0]["code"],
    ]
    assert told == ["a file has either a text or bytes", "a file has either a text or bytes", "USAGE"]
    assert store.files == []


def test_a_mistake_of_the_program_is_masked_and_a_wrong_query_is_not(store: MemoryStore, ask: Asking) -> None:
    class Broken(MemoryStore):
        def runs(self, period: object = None) -> Any:
            raise ZeroDivisionError("a secret of the inside")

    broken = Broken(store.folder, store.held, store.contracts)
    [masked] = Asking(broken, broken).result("{ settlementRuns { totalCount } }").errors
    assert masked.message == "A mistake of this program. It is in the server's log; please open an issue."
    [unmasked] = ask.result("{ settlementRun }").errors
    assert unmasked.message.startswith("Cannot query field 'settlementRun' on type 'Query'.")


def test_a_wrong_period_is_told_in_words(ask: Asking) -> None:
    [error] = ask.result('{ attainments(period: "March") { totalCount } }').errors
    assert "'March' is not a period: write a month like 2026-03" in error.message
    [error] = ask.result("query($p: Period!) { attainments(period: $p) { totalCount } }", p="2026-13").errors
    assert "not a period" in error.message


def test_a_query_beyond_all_measure_is_refused(ask: Asking) -> None:
    deep = "{ parties { edges { node { " + "parent { " * 60 + "name" + " }" * 60 + " } } } }"
    wide = "{ " + " ".join(f'p{i}: party(name: "cirrus") {{ name }}' for i in range(60)) + " }"
    assert "exceeds maximum operation depth" in ask.result(deep).errors[0].message
    assert "aliases" in ask.result(wide).errors[0].message
