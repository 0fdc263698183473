"""``privity evidence FOLDER``: what each source's records are like, without a store."""

from pathlib import Path

from tests.api.cli.command import Privity


def test_the_evidence_of_a_folder_is_looked_at_without_storing_anything(
    privity: Privity, folder: Path
) -> None:
    (folder / "evidence" / "outages.csv").write_text(
        "outage_id,service,started_at,ended_at,source,recorded_at\n"
        "O1,hosting,2026-04-14T10:00Z,2026-04-14T11:00Z,monitor,2026-04-14T11:00Z\n"
        "O1,hosting,2026-04-14T10:00Z,2026-04-14T11:00Z,monitor,2026-04-14T11:00Z\n"
        "O2,wan,2026-04-12T10:00Z,,monitor,2026-04-12T09:00Z\n"
        "O3,nowhere,2026-04-12T10:00Z,,monitor,\n",
        encoding="utf-8",
    )
    before = sorted(folder.rglob("*"))

    ended = privity("evidence", folder, "--json")

    [outages] = [each for each in ended.json["sources"] if each["kind"] == "outages"]
    assert ended.code == 0
    assert (outages["source"], outages["rows"], outages["quarantined"], outages["repeated"]) == (
        "monitor",
        2,
        1,
        1,
    )
    assert (outages["open"], outages["skewed"], outages["outOfOrder"], outages["daysWithout"]) == (1, 1, 1, 1)
    assert (outages["first"], outages["last"]) == ("2026-04-12T10:00:00Z", "2026-04-14T10:00:00Z")
    assert sorted(folder.rglob("*")) == before
    # The same is told in words, and where the folder is settled or checked the wrong clock is a finding.
    assert "skewed            1" in privity("evidence", folder).out
    assert "CLOCK_SKEW" in privity("check", folder).out
    assert "CLOCK_SKEW" in privity("settle", folder, "--period", "2026-04").out


def test_a_folder_and_a_store_are_not_looked_at_together(privity: Privity, folder: Path) -> None:
    ended = privity("evidence", folder, "--store", folder)
    assert ended.code == 2
    assert f"both {folder} and the store {folder} are named. Name the one to look at." in ended.err
