"""The life of an agreement from the command line: each order with its reason, or refused with exit code 2."""

from pathlib import Path

import pytest

from tests.acted_contracts import AMENDMENT, folder_at
from tests.api.cli.command import Privity


@pytest.fixture
def amendment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, privity: Privity) -> Path:
    """A store with the contracts, and an amendment in a file that holds from a day still to come."""
    monkeypatch.setenv("PRIVITY_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("PRIVITY_DATABASE_URL", raising=False)
    folder = folder_at(tmp_path / "contracts")
    later = (folder / "contracts.yaml").read_text().replace("to: 2026-12-31", "to: 2999-12-31")
    (folder / "contracts.yaml").write_text(later)
    assert privity("load", folder).code == 0
    file = tmp_path / "v2.yaml"
    file.write_text(AMENDMENT.replace("2026-07-01", "2999-07-01").replace("to: 2026-12-31", "to: 2999-12-31"))
    return file


def test_an_amendment_from_the_proposal_to_its_signatures(amendment: Path, privity: Privity) -> None:
    why = ("--actor", "ada", "--reason", "slower is cheaper")
    proposed = privity("agreement", "propose", amendment, *why, "--json")
    assert (proposed.code, proposed.json["after"]["state"], proposed.json["before"]["version"]) == (
        0,
        "draft",
        1,
    )
    assert privity("agreement", "move", "sla-web", "--to", "negotiating", *why).code == 0
    ended = privity("agreement", "sign", "sla-web", "--party", "house", *why)
    assert "agreementSign, sla-web version 2" in ended.err
    assert "negotiating, signed by house" in ended.err
    again = privity("agreement", "sign", "sla-web", "--party", "house", *why)
    assert (again.code, again.out) == (2, "")
    assert "house signed version 2 of sla-web on " in again.err
    signed = privity(
        "agreement", "sign", "sla-web", "--party", "shop", "--by", "A. Osei", *why, "--json"
    ).json
    assert signed["after"] == {
        "version": 2, "state": "agreed", "effective": "2999-07-01", "signedBy": ["house", "shop"],
    }  # fmt: skip
    trail = privity("audit", "--about", "sla-web", "--json").json["audit"]
    assert [each["action"] for each in trail] == [
        "agreementSign", "agreementSign", "agreementTransition", "agreementPropose",
    ]  # fmt: skip
    assert {(each["actor"], each["reason"]) for each in trail} == {("ada", "slower is cheaper")}
    assert "agreementPropose" in privity("audit").out
    taken_out = amendment.parent / "taken-out"
    files = privity("export", taken_out, "--json").json["files"]
    assert "recorded/agreements/sla-web-v2.yaml" in files
    assert "recorded/signatures/sla-web-v2-signed-by-shop.yaml" in files
    # Loaded again, the folder says the same: nothing changes.
    assert privity("load", taken_out, "--json").json["changed"] is False
    assert "is not empty" in privity("export", taken_out).err


def test_a_relief_and_a_right_say_why_they_are_refused(amendment: Path, privity: Privity) -> None:
    assert amendment.exists()
    why = ("--reason", "the river rose")
    span = ("--from", "2026-04-10T09:00Z", "--to", "2026-04-10T13:00Z")
    claimed = privity("relief", "claim", "uc-cloudco", "--cause", "force_majeure", *span, *why, "--json").json
    assert claimed["after"]["status"] == "claimed"
    assert privity("relief", "decide", "relief-uc-cloudco", "rejected", *why).code == 0
    again = privity("relief", "decide", "relief-uc-cloudco", "accepted", *why, "--json")
    assert again.code == 2
    assert again.json["errors"][0]["code"] == "REFUSED"
    assert again.json["errors"][0]["message"] == "the relief relief-uc-cloudco is rejected already"
    right = privity("right", "exercise", "uc-cloudco", "never", *why)
    assert (right.code, "it had not accrued" in right.err) == (2, True)
    for act in ("notify", "waive"):
        assert privity("right", act, "uc-cloudco", "never", *why).code == 2
    silent = privity("right", "waive", "uc-cloudco", "never", "--reason", " ")
    assert "says no reason" in silent.err
