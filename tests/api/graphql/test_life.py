"""What falls due, what was negotiated, and what an amendment would have changed: over GraphQL and on the command line.

March: hosting was down for 2 of 744 hours, so web came to 99.731 %: 5 % of 1,000.00 EUR under the first version; the
amendment's 99.5 is kept.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.bootstrap import Privity
from tests.acted_contracts import AMENDMENT, folder_at
from tests.api.cli.command import Privity as CommandLine
from tests.api.cli.conftest import privity as command_line  # noqa: F401 - a fixture
from tests.api.graphql.asking import Asking
from tests.api.services.stored_folders import empty_store, fill

DIFFERENCES = [
    {"path": "serviceLevels[availability].target.atLeast", "before": "99.9", "after": "99.5"},
    {
        "path": "serviceLevels[availability].credit.bands",
        "before": "[{below: '99.9', percent: '5'}, {below: '99.0', percent: '20'}]",
        "after": "[{below: '99.5', percent: '5'}, {below: '99.0', percent: '20'}]",
    },
    {"path": "serviceLevels[availability].requested", "before": None, "after": "{atLeast: '99.95'}"},
    {"path": "effective", "before": None, "after": "2026-07-01"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = folder_at(tmp_path / "contracts")
    (folder / "amendment.yaml").write_text(AMENDMENT)
    return folder


@pytest.fixture
def ask(folder: Path, tmp_path: Path) -> Iterator[Asking]:
    with empty_store(tmp_path) as opened:
        opened_store: Privity = opened
        fill(opened_store, folder)
        yield Asking(opened_store.reader, opened_store.commands)


def test_an_amendment_says_what_it_changes_and_what_it_would_have_changed(ask: Asking) -> None:
    found = ask(
        """{ agreementDifference(agreement: "sla-web", from: 1, to: 2, effect: "2026-03") {
          differences { path before after }
          effect { statements { agreement { name } net { before { amount } after { amount } } } attainments { change } } } }"""
    )["agreementDifference"]
    assert found["differences"] == DIFFERENCES
    assert found["effect"]["statements"] == [
        {
            "agreement": {"name": "sla-web"},
            "net": {"before": {"amount": "50.00"}, "after": {"amount": "0.00"}},
        }
    ]
    assert found["effect"]["attainments"] == [{"change": "NO_LONGER_MISSED"}]


def test_what_was_asked_what_is_supported_and_what_is_agreed_stand_side_by_side(ask: Asking) -> None:
    found = ask(
        """{ agreement(name: "sla-web") { versions { version state
             negotiation { serviceLevel service requested expected guaranteed agreed requestIs agreedIs } } } }"""
    )["agreement"]["versions"]
    assert [(each["version"], each["state"]) for each in found] == [(1, "ACTIVE"), (2, "DRAFT")]
    # The shop's web stands on hosting, promised at 99.9 by the month: both figures are 99.9.
    assert found[1]["negotiation"] == [
        {
            "serviceLevel": "availability", "service": "web", "requested": "99.95", "expected": "99.9",
            "guaranteed": "99.9", "agreed": "99.5", "requestIs": "UNSUPPORTED", "agreedIs": "GUARANTEED",
        }
    ]  # fmt: skip


def test_the_calendar_has_the_last_days_of_rights_and_of_terms_and_waits_for_signatures(ask: Asking) -> None:
    found = ask(
        """{ calendar(asOf: "2026-05-28", agreement: "uc-cloudco") { edges { node { day kind what } } } }"""
    )["calendar"]["edges"]
    assert [(each["node"]["day"], each["node"]["kind"]) for each in found] == [
        ("2026-06-30", "RIGHT_LAPSES"), ("2026-12-01", "REVIEW"), ("2026-12-31", "ENDS"),
    ]  # fmt: skip
    found = ask('{ calendar(asOf: "2026-05-28", agreement: "sla-web") { edges { node { day what } } } }')
    assert found["calendar"]["edges"][0]["node"] == {
        "day": "2026-07-01", "what": "version 2 would take effect and waits for house and shop",
    }  # fmt: skip


def test_the_command_line_says_the_same(command_line: CommandLine, folder: Path) -> None:  # noqa: F811
    told = command_line("diff", "sla-web:1", "sla-web:2", folder, "--effect", "2026-03", "--json").json
    rows = [{key: each[key] for key in ("path", "before", "after")} for each in told["differences"]]
    assert rows == DIFFERENCES
    assert told["effect"]["statements"][0]["net"]["difference"]["amount"] == "-50.00"
    assert (
        "Under version 2, 2026-03 would have been"
        in command_line("diff", "sla-web", folder / "amendment.yaml", folder, "--effect", "2026-03").out
    )
    levels = command_line("negotiation", "sla-web", folder, "--json").json["levels"]
    assert [(each["requestIs"], each["agreedIs"]) for each in levels] == [("UNSUPPORTED", "GUARANTEED")]
    assert "unsupported" in command_line("negotiation", "sla-web", folder).out
    entries = command_line("calendar", folder, "--agreement", "uc-cloudco", "--json").json
    # As of 1 May, the day after the last month with evidence, `hasty` is still open.
    assert [(each["day"], each["kind"]) for each in entries["entries"]] == [
        ("2026-05-11", "RIGHT_LAPSES"), ("2026-06-30", "RIGHT_LAPSES"), ("2026-12-01", "REVIEW"), ("2026-12-31", "ENDS"),
    ]  # fmt: skip
    assert "2026-06-30" in command_line("calendar", folder).out
    wrong = command_line("diff", "sla-web:1", "sla-web:7", folder)
    assert (wrong.code, "sla-web has no version 7" in wrong.err) == (2, True)


def test_a_dossier_is_given_as_json_and_on_paper(ask: Asking) -> None:
    found = ask('{ dossier(subject: "cloudco", asOf: "2026-05-28") { asOf months json pdf } }')["dossier"]
    assert (found["asOf"], found["months"]) == ("2026-05-28", ["2026-03", "2026-04"])
    told = json.loads(found["json"])
    assert [(each["period"], each["evidence"]) for each in told["breaches"]] == [
        ("2026-03", [1]),
        ("2026-04", [2]),
    ]
    assert base64.b64decode(found["pdf"]).startswith(b"%PDF-")
