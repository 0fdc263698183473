"""What a person reads, on the figures of a settlement written by hand (tests/api/settled.py)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from api.cli.explanation_view import print_explanation
from api.cli.explanation_words import input_words, plain_value, result_words
from api.cli.settlement_view import print_findings, print_settlement
from api.cli.trace_view import MOST_INSTANTS, print_breach_in_full
from api.services.settling import settle_folder_values
from domain.evidence import QuarantinedRow
from domain.explanation import Explanation, Term, Value, encode
from domain.findings import Finding, FindingKind, Severity
from domain.instants import HOUR, parse_instant
from domain.intervals import Intervals
from ola.responsibility import Reason
from tests.api import settled


def page(width: int = 80) -> tuple[Console, StringIO]:
    """A sheet of paper to print on."""
    written = StringIO()
    return Console(file=written, width=width, markup=False, highlight=False, emoji=False), written


def lines(written: StringIO) -> list[str]:
    return [line.rstrip() for line in written.getvalue().splitlines()]


def test_a_settlement_begins_with_what_it_comes_to() -> None:
    console, written = page()
    print_settlement(console, settled.settlement())
    assert lines(written)[:3] == [
        "2026-04, as known on 2026-05-01",
        "1 service level: 1 missed.",
        "Payable to customers 2,000.00 GBP, recoverable 1,200.00 GBP, gap 800.00 GBP.",
    ]


def test_a_breach_says_who_answers_under_which_contract_and_with_what_share() -> None:
    console, written = page()
    print_settlement(console, settled.settlement())
    shown = lines(written)
    at = shown.index("sla-online-banking · availability · online-banking · 2026-04")
    assert shown[at + 1] == "  99.856 % against ≥ 99.9 % (clause Sch 3, 2.1): 1 h 2 min down"
    assert shown[at + 4].split() == [
        "cirrus",
        "hosting,",
        "uc-cirrus",
        "1",
        "h",
        "96.77",
        "%",
        "2,000.00",
        "99.995",
        "%",
        "met",
    ]
    assert shown[at + 5].split() == [
        "telco",
        "wan,",
        "uc-telco",
        "2",
        "min",
        "3.23",
        "%",
        "0.00",
        "99.861",
        "%",
        "missed",
    ]


def test_the_consumer_s_own_performance_stands_beside_the_provider_s_and_says_whose_it_is() -> None:
    folder = Path(__file__).parents[1] / "scenarios" / "change-specifications-late"
    console, written = page()

    print_settlement(console, settle_folder_values(folder, "2026-06"))

    told = [line.strip() for line in lines(written)]
    first = told.index("sla-crm")
    assert told[first + 1].startswith("change-delivery · crm")
    assert told[first + 2] == "duties of meridian"
    assert told[first + 3].startswith("specifications-in-time · crm")


def test_totals_stand_under_the_figures_they_sum() -> None:
    console, written = page()
    print_settlement(console, settled.settlement())
    shown = lines(written)
    cirrus = next(line for line in shown if line.startswith("cirrus  2,000.00"))
    total = next(line for line in shown if line.startswith("total"))
    assert total.split() == ["total", "2,000.00", "1,200.00", "0.00", "800.00", "0.00"]
    assert [cirrus.index("1,200.00"), cirrus.index("800.00")] == [
        total.index("1,200.00"),
        total.index("800.00"),
    ]


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    console, written = page(width)
    print_settlement(console, settled.settlement())
    print_breach_in_full(console, settled.BREACH, settled.settlement())
    assert max(len(line) for line in lines(written)) <= width


@pytest.mark.parametrize("width", [80, 120])
def test_no_name_and_no_figure_is_cut_off(width: int) -> None:
    console, written = page(width)
    print_settlement(console, settled.settlement())
    assert "…" not in written.getvalue()


def test_brackets_in_names_and_clauses_are_text_and_no_markup() -> None:
    console, written = page()
    level = replace(settled.AVAILABILITY, clause="Annex [red]4[/red]")
    breach = replace(
        settled.BREACH, attainment=replace(settled.ATTAINMENT, of=replace(settled.LEVEL, level=level))
    )
    print_breach_in_full(console, breach, settled.settlement())
    assert "Annex [red]4[/red]" in written.getvalue()


def test_a_breach_followed_in_full_shows_money_what_was_absorbed_and_the_evidence() -> None:
    console, written = page(120)
    print_breach_in_full(console, settled.BREACH, settled.settlement())
    shown = [line.strip() for line in lines(written)]
    assert "part: 1 h of 1 h 2 min, 96.77 % (exactly 30/31)" in shown
    assert "but for it: 99.995 % met, so it was necessary" in shown
    assert "it alone: would not have missed the target, so it was not sufficient" in shown
    assert "path: online-banking → hosting" in shown
    assert (
        "credit 2,000.00 GBP (5 % of 40,000.00 GBP, scheme bands); after the agreement's remedies 2,000.00 GBP"
        in shown
    )
    assert "cirrus: 800.00 GBP not recovered, RATE: the same breach on a smaller base" in shown
    assert "spare-wan (telco): 10 min" in shown
    assert "2026-04-14 10:00:00  2026-04-14 11:00:00  hosting (cirrus) 1 h, 100 %" in shown


def test_a_long_list_of_instants_says_how_many_more_there_are() -> None:
    many = tuple(settled.TRACE.instants[0] for _ in range(MOST_INSTANTS + 1202))
    console, written = page()
    breach = replace(settled.BREACH, trace=replace(settled.TRACE, instants=many))
    print_breach_in_full(console, breach, settled.settlement())
    assert "    and 1,202 more; --json has them all" in lines(written)


def test_what_is_excused_and_what_the_contracts_left_open_are_named() -> None:
    excused = replace(
        settled.responsibility(None, "online-banking", 900, share=Fraction(0)),
        reason=Reason.EXCUSED, cause="customer", impact_share=None, credit_share=None,
    )  # fmt: skip
    open_question = replace(settled.TELCO, party=None, reason=Reason.MISALIGNED, services=(), answerables=())
    trace = replace(settled.TRACE, responsibilities=(settled.CIRRUS, open_question, excused))
    breach = replace(settled.BREACH, trace=trace, credits=(settled.gbp("2000.00"), settled.gbp("0.00"), None))
    console, written = page()
    print_breach_in_full(console, breach, settled.settlement())
    shown = lines(written)
    assert "  the contracts themselves" in shown
    assert "  excused: customer online-banking" in shown
    assert "      15 min excused; it has no share" in shown


def test_a_claim_that_was_missed_says_so_beside_its_date() -> None:
    lapsed = replace(settled.STATEMENT, claim_by=date(2026, 5, 30), is_claim_missed=True)
    console, written = page()
    print_settlement(console, settled.settlement(statements=(lapsed,)))
    shown = lines(written)
    at = next(i for i, line in enumerate(shown) if line.endswith("2026-05-30"))
    assert shown[at + 1].endswith("missed")


def finding(severity: Severity, code: str) -> Finding:
    return Finding(code, severity, FindingKind.TERMS, f"{code} is wrong", "sla-a")


def test_the_severest_findings_come_first_and_the_rest_is_counted() -> None:
    findings = [finding(Severity.INFO, f"I{number}") for number in range(3)]
    findings += [finding(Severity.WARNING, "W"), finding(Severity.ERROR, "E")]
    console, written = page()
    print_findings(console, findings, at_most=3)
    shown = [line for line in lines(written) if line.startswith(("ERROR", "WARNING", "INFO", "…"))]
    assert shown == [
        "ERROR E  sla-a",
        "WARNING W  sla-a",
        "INFO I0  sla-a",
        "… and 2 more (1 I1, 1 I2); --json has them all",
    ]


def test_many_findings_are_counted_first_and_some_of_each_code_are_told() -> None:
    findings = [finding(Severity.WARNING, "W") for _ in range(21)] + [finding(Severity.ERROR, "E")]
    console, written = page()
    print_findings(console, findings, of_each=2, has_all="--limit 0 prints them all")
    shown = lines(written)
    assert [line.split() for line in shown if line.endswith("1") and "  " in line] == [
        ["ERROR", "E", "1", "1"],
        ["WARNING", "W", "21", "1"],
    ]
    assert [line for line in shown if line.startswith(("ERROR E  sla", "WARNING W  sla", "…"))] == [
        "ERROR E  sla-a",
        "WARNING W  sla-a",
        "WARNING W  sla-a",
        "… and 19 more (19 W); --limit 0 prints them all",
    ]


def test_quarantined_rows_are_listed_with_their_place_and_the_rest_is_counted() -> None:
    rows = tuple(QuarantinedRow("evidence/outages.csv", line, "bad") for line in range(14, 2, -1))
    console, written = page()
    print_settlement(console, settled.settlement(quarantine=rows))
    shown = lines(written)
    assert "Quarantine: 12 rows of evidence could not be read and changed nothing" in shown
    assert next(line for line in shown if line.startswith("evidence/")) == "evidence/outages.csv:3  bad"
    assert "… and 2 more; --json has them all" in shown


def test_values_of_an_explanation_are_told_in_words() -> None:
    day = parse_instant("2026-04-14T10:00Z")
    assert plain_value(Fraction(7189, 7200)) == "0.998472222"
    assert plain_value(True) == "yes"
    assert plain_value(settled.gbp("2000")) == "2,000.00 GBP"
    assert plain_value((Fraction(1), "a")) == "(1, a)"
    assert plain_value(Intervals.of([])) == "never"
    assert plain_value(Intervals.of([(day, day + HOUR)])) == "1 h: 2026-04-14 10:00 to 11:00"
    # Seven hours, every other one from 10:00 on, so the last is from 22:00 to 23:00.
    many = Intervals.of([(day + 2 * i * HOUR, day + (2 * i + 1) * HOUR) for i in range(7)])
    assert plain_value(many) == (
        "7 h: 2026-04-14 10:00 to 11:00, 2026-04-14 12:00 to 13:00, 2026-04-14 14:00 to 15:00 and 4 more"
    )


def test_a_length_is_told_in_hours_and_minutes() -> None:
    micros = Fraction(62 * 60 * 1_000_000)
    assert result_words(Explanation("counted", "counted-downtime/1", encode(micros))) == "1 h 2 min"
    assert result_words(Explanation("counted", "some-later-rule/1", encode(micros))) == "3720000000"


def test_bands_are_told_as_a_contract_writes_them() -> None:
    bands = (
        ("below", Fraction("99.9"), "percent", Fraction(5)),
        ("below", Fraction(99), "amount", Fraction(700)),
    )
    tree = Explanation(
        "amount", "bands/1", encode(Fraction(0)), inputs=(Term("bands", encode(bands), "uc-a"),)
    )
    assert input_words(tree) == [("bands", "below 99.9: 5 %; below 99: 700", "uc-a")]


def test_late_tickets_come_first_with_what_their_clock_ran_and_was_allowed() -> None:
    hour = Fraction(3_600_000_000)
    rows = (("T1", "P1", hour, 4 * hour), ("T2", "P1", 5 * hour, 4 * hour))
    tree = Explanation(
        "inTime", "tickets-in-time/1", encode(Fraction(1)), inputs=(Term("tickets", encode(rows)),)
    )
    assert input_words(tree) == [("tickets", "T2 (P1) 5 h of 4 h, late; T1 (P1) 1 h of 4 h", "")]


def test_shares_are_told_by_party_with_who_failed_together() -> None:
    # E4: A 40 minutes, B 10, apart: 0.8 and 0.2 of the 50; each alone would cost 0, both 2,000.
    minute = 60_000_000
    game: dict[str, Value] = {
        "unit": "microseconds",
        "players": (("a", "a", "hosting", ""), ("b", "b", "wan", "")),
        "occasions": (
            ((Fraction(0),), (), ((Fraction(40 * minute), "2"),)),
            ((Fraction(1),), (), ((Fraction(10 * minute), "2"),)),
        ),
        "credits": ((Fraction(10 * minute), Fraction(0)), (Fraction(50 * minute), Fraction(2000))),
        "firstFailures": ((Fraction(0), Fraction(1)), (Fraction(1), Fraction(2))),
    }
    shares = (
        ("a", "a", Fraction(40 * minute), Fraction(4, 5), Fraction(1, 2)),
        ("b", "b", Fraction(10 * minute), Fraction(1, 5), Fraction(1, 2)),
    )
    terms = tuple(Term(name, encode(value)) for name, value in game.items())
    tree = Explanation("shares", "shares/1", encode(shares), inputs=terms)
    assert (
        result_words(tree) == "a 40 min, 80 % and 50 % of the credit; b 10 min, 20 % and 50 % of the credit"
    )
    assert input_words(tree) == [
        ("occasions", "hosting (a) 40 min; wan (b) 10 min", ""),
        ("credits", "10 min costs 0; 50 min costs 2000", ""),
    ]


def explanation() -> Explanation:
    outage = Term("outage", encode(Fraction(60)), "evidence/outages.csv:2")
    leaf = Explanation("counted", "counted/1", encode(Fraction(62)), inputs=(outage,))
    return Explanation(
        "value", "availability/1", encode(Fraction(95)), "Sch 3, 2.1", "2026-04", steps=(leaf,)
    )


def test_an_explanation_reads_down_to_the_clause_and_the_line_of_evidence() -> None:
    console, written = page()
    print_explanation(console, "sla-a", explanation(), set())
    assert lines(written) == [
        "sla-a",
        "└── value = 95  (availability/1, clause Sch 3, 2.1, 2026-04)",
        "    └── counted = 62  (counted/1)",
        "        └── outage: 60  [evidence/outages.csv:2]",
    ]


def test_a_step_that_was_told_before_is_named_and_not_told_again() -> None:
    told: set[Explanation] = set()
    print_explanation(page()[0], "first", explanation(), told)
    console, written = page()
    print_explanation(console, "second", explanation(), told)
    assert lines(written) == ["second", "└── value = 95  (availability/1, as above)"]
