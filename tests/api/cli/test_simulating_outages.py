"""``privity simulate-outage`` on E3: four hours more of the host in April 2026."""

from pathlib import Path

from tests.api.cli.command import SCENARIO, Privity

HOST = ("--service", "hosting", "--from", "2026-04-20T10:00Z", "--to", "2026-04-20T14:00Z")


def test_a_folder_says_what_would_break_who_would_answer_and_what_it_would_cost(privity: Privity) -> None:
    ended = privity("simulate-outage", SCENARIO, *HOST)

    assert ended.code == 0
    text = " ".join(ended.out.split())
    for words in (
        "If hosting failed from 2026-04-20 10:00:00 to 2026-04-20 14:00:00 UTC, 4 h",
        "online-banking from 2026-04-20 10:00:00",
        "Payable to customers 6,000.00 GBP instead of 2,000.00 GBP, recoverable 1,200.00 GBP, gap 4,800.00 GBP",
        "cirrus hosting, uc-cirrus 5 h 99.34 % 6,000.00",
    ):
        assert words in text


def test_the_same_is_told_as_json_and_of_the_store(privity: Privity, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    assert privity("load", SCENARIO, "--store", store).code == 0
    assert privity("ingest", SCENARIO, "--store", store).code == 0

    found = privity("simulate-outage", SCENARIO, *HOST, "--json").json
    assert privity("simulate-outage", "--store", store, *HOST, "--json").json == found
    assert found["outage"] == {
        "service": "hosting",
        "from": "2026-04-20T10:00:00Z",
        "to": "2026-04-20T14:00:00Z",
        "cause": None,
    }
    assert [each["service"] for each in found["down"]] == ["online-banking"]
    [statement] = found["statements"]
    assert statement["net"] == {
        "before": {"amount": "2000.00", "currency": "GBP"},
        "after": {"amount": "6000.00", "currency": "GBP"},
        "difference": {"amount": "4000.00", "currency": "GBP"},
    }
    changes = {each["service"]: each["change"] for each in found["attainments"]}
    assert changes == {"online-banking": "WORSE", "hosting": "WORSE"}
    assert found["unchanged"] == 1


def test_a_wrong_question_says_what_to_do(privity: Privity) -> None:
    wrong = privity(
        "simulate-outage", SCENARIO, *HOST[:2], "--from", "yesterday", "--to", "2026-04-20T14:00Z"
    )
    assert (wrong.code, "--from" in wrong.err) == (2, True)

    backwards = privity("simulate-outage", SCENARIO, *HOST[:4], "--to", "2026-04-20T09:00Z")
    assert (backwards.code, "give an end that lies after the start" in backwards.err) == (2, True)

    unknown = privity("simulate-outage", SCENARIO, "--service", "hostin", *HOST[2:])
    assert (unknown.code, 'Did you mean "hosting"?' in unknown.err) == (2, True)

    later = ("--from", "2031-04-20T10:00Z", "--to", "2031-04-20T14:00Z")
    outside = privity("simulate-outage", SCENARIO, *HOST[:2], *later)
    assert outside.code == 2
    assert "no promise is in force on 2031-04-20" in outside.err
    assert "Give a time from 2026-01-01 to" in outside.err
