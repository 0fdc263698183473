"""Four real contracts as documents: settled with a few made rows, to figures that were worked out from their clauses.

The contracts are real (CUAD), the evidence is made. What each leaves ambiguous must be a finding, never a silent choice.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest

from api.services.settling import settle_folder

CONTRACTS = Path(__file__).parents[2] / "examples" / "contracts"
NAMES = ("bsp-datec-2004", "excite-ecentives-2000", "silicon-smelters-eit-2009", "webhelp-egain-2000")


def settled(folder: Path, contract: str, period: str, **evidence: list[str]) -> dict[str, Any]:
    """A period of one contract with made evidence; each list of rows begins with its header."""
    shutil.copytree(CONTRACTS / contract, folder, dirs_exist_ok=True)
    (folder / "evidence").mkdir(exist_ok=True)
    for name, rows in evidence.items():
        (folder / "evidence" / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    result: dict[str, Any] = settle_folder(folder, period)
    return result


def level(result: dict[str, Any], name: str) -> tuple[str, str]:
    found = next(each for each in result["attainments"] if each["serviceLevel"] == name)
    return found["status"], found["value"]


def test_nine_of_ten_urgent_jobs_answered_in_time_cost_datec_a_fifth_of_the_monthly_fee(
    tmp_path: Path,
) -> None:
    # 7 June 2004 is a Monday; 10:00 in Port Moresby is midnight UTC. Fifteen minutes exactly are in time, a second more is not.
    rows = [f"J{n},network-management,S1,2004-06-07T00:00:00Z,2004-06-07T00:15:00Z" for n in range(8)]
    rows += ["J8,network-management,S2,2004-06-07T00:00:00Z,2004-06-07T00:30:00Z"]
    rows += ["J9,network-management,S1,2004-06-07T00:00:00Z,2004-06-07T00:15:01Z"]

    result = settled(
        tmp_path,
        "bsp-datec-2004",
        "2004-06",
        tickets=["ticket_id,service,priority,opened_at,responded_at", *rows],
    )

    assert level(result, "sla-achieved") == ("MISSED", "90")
    assert result["statements"][0]["net"] == {"amount": "58738.70", "currency": "PGK"}


def test_between_two_steps_of_the_rebate_table_there_is_no_rebate_but_a_finding(tmp_path: Path) -> None:
    late = "J0,network-management,S1,2004-06-07T00:00:00Z,2004-06-07T00:15:01Z"
    rows = [f"J{n},network-management,S1,2004-06-07T00:00:00Z,2004-06-07T00:10:00Z" for n in range(1, 12)]

    result = settled(
        tmp_path,
        "bsp-datec-2004",
        "2004-06",
        tickets=["ticket_id,service,priority,opened_at,responded_at", late, *rows],
    )

    assert level(result, "sla-achieved")[1].startswith("91.666666")
    assert result["statements"][0]["net"]["amount"] == "0.00"
    assert "BAND_GAP" in {each["code"] for each in result["findings"]}


def test_five_hours_of_a_smelters_working_time_are_more_than_two_percent_of_february(tmp_path: Path) -> None:
    # February 2009 has 20 workdays of 12 hours: 240. 5 hours down leave 235; electronic mail lost 6 of its 672.
    result = settled(
        tmp_path,
        "silicon-smelters-eit-2009",
        "2009-02",
        outages=[
            "service,started_at,ended_at",
            "network,2009-02-03T06:00:00Z,2009-02-03T11:00:00Z",
            "electronic-mail,2009-02-08T00:00:00Z,2009-02-08T06:00:00Z",
        ],
    )

    assert level(result, "network-availability") == ("MISSED", "97.916666667")
    assert level(result, "electronic-mail-availability") == ("MET", "99.107142857")
    assert result["statements"] == []


def test_downtime_begins_with_the_notification_and_earns_a_day_and_one_more_for_eight_hours(
    tmp_path: Path,
) -> None:
    # Tuesday 2 May 2000: down from 06:00 Pacific, notified 06:30, up 16:29: 9 h 59, which is a first hour and one eight hours.
    # May has 31 days, so that a day of 3,100 is 100. Work in the night of the 7th was announced five days before.
    result = settled(
        tmp_path,
        "webhelp-egain-2000",
        "2000-05",
        outages=[
            "service,started_at,ended_at,reported_at,cause",
            "hosting,2000-05-02T13:00:00Z,2000-05-02T23:29:00Z,2000-05-02T13:30:00Z,",
            "hosting,2000-05-07T08:00:00Z,2000-05-07T09:00:00Z,2000-05-02T08:00:00Z,maintenance",
        ],
    )

    lines = {each["serviceLevel"]: each["net"]["amount"] for each in result["statements"][0]["lines"]}
    assert lines == {"downtime-in-business-hours": "100.00", "further-downtime": "100.00"}
    assert result["statements"][0]["net"]["amount"] == "200.00"
    assert level(result, "downtime-outside") == ("MET", "100")


def test_the_uptime_that_is_owed_rises_with_the_age_of_the_application(tmp_path: Path) -> None:
    rows = [
        *(
            f"co-branded-application,2000-03-{day}T10:00:00Z,2000-03-{day}T12:30:00Z"
            for day in ("06", "13", "20")
        ),
        "co-branded-application,2000-09-05T10:00:00Z,2000-09-05T15:00:00Z",
    ]
    outages = ["service,started_at,ended_at", *rows]

    march = settled(tmp_path, "excite-ecentives-2000", "2000-03", outages=outages)
    september = settled(tmp_path, "excite-ecentives-2000", "2000-09", outages=outages)

    # 7.5 of 744 hours against 98.8 %, but three outages of more than two hours; 5 of 720 hours against 99.4 %.
    assert level(march, "uptime") == ("MET", "98.991935484")
    assert level(march, "long-outages") == ("MISSED", "3")
    assert level(september, "uptime") == ("MISSED", "99.305555556")


@pytest.mark.parametrize("contract", NAMES)
def test_every_ambiguity_is_a_finding_with_the_reading_that_was_taken(tmp_path: Path, contract: str) -> None:
    periods = {"bsp-datec-2004": "2004-06", "silicon-smelters-eit-2009": "2009-02"}
    result = settled(tmp_path, contract, periods.get(contract, "2000-05"))
    said = [each for each in result["findings"] if each["code"] == "AMBIGUOUS"]
    assert len(said) == (CONTRACTS / contract / "contract.yaml").read_text(encoding="utf-8").count(
        "leavesOpen:"
    )
    assert all(
        each["severity"] == "INFO" and each["clauses"] and "Read here as" in each["message"] for each in said
    )
