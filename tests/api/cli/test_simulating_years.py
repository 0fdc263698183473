"""``privity simulate`` on E3, whose one month had one failure of hosting and one of the line."""

from tests.api.cli.command import SCENARIO, Privity

FEW = ("--years", "40", "--seed", "3")


def test_a_folder_says_what_a_year_may_cost_and_what_would_help_most(privity: Privity) -> None:
    ended = privity("simulate", SCENARIO, *FEW)

    assert ended.code == 0
    text = " ".join(ended.out.split())
    for words in (
        "2026, drawn 40 times (seed 3)",
        "From 2 failures of 2 services observed from 2026-04-01 to 2026-05-01. 1 of the drawn years was settled row by",
        "sla-online-banking · chronic-availability",
        "a stand-in for hosting, so that it never fails of itself",
    ):
        assert words in text


def test_the_same_seed_prints_the_same_and_amounts_are_whole_credits(privity: Privity) -> None:
    found = privity("simulate", SCENARIO, *FEW, "--json").json

    assert privity("simulate", SCENARIO, *FEW, "--json").json == found
    [money] = found["money"]
    # A month with one or more of the host's hours costs 2,000.00 (one or two of them) or 6,000.00 at most.
    assert float(money["payable"]["max"]["amount"]) % 2000 == 0
    assert {each["agreement"] for each in money["agreements"]} == {
        "sla-online-banking",
        "uc-cirrus",
        "uc-telco",
    }
    assert (found["checkedYears"], found["leftOut"]) == (1, [])


def test_a_year_without_contracts_is_told(privity: Privity) -> None:
    wrong = privity("simulate", SCENARIO, *FEW, "--year", "2031")

    assert (wrong.code, "no level of 2031 can be simulated" in wrong.err) == (2, True)


def test_tickets_are_drawn_where_no_outage_was_ever_recorded(privity: Privity) -> None:
    desk = SCENARIO.parent / "35-ticket-custody-three-parties"
    ended = privity("simulate", desk, *FEW)

    assert ended.code == 0
    text = " ".join(ended.out.split())
    assert "Tickets and counts come month by month from the month 2026-" in text
    assert "Note: Tickets and counts are drawn from only 1 month" in text
    found = privity("simulate", desk, *FEW, "--json").json
    assert (len(found["observedMonths"]), len(found["notes"]), found["leftOut"]) == (1, 1, [])
    [money] = found["money"]
    # One month that was, drawn twelve times a year: every year is the same.
    for each in money["agreements"]:
        if each["gap"] is not None:
            amounts = [float(each[name]["mean"]["amount"]) for name in ("credits", "recoverable", "gap")]
            assert amounts[0] == amounts[1] + amounts[2]
            assert each["credits"]["mean"] == each["credits"]["max"]
