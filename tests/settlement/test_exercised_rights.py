"""A right that was exercised ends what it is about, in everything after its day, and in nothing before (ruling 153)."""

from datetime import date
from typing import Any

import pytest

from domain.agreements import State
from domain.diary import DueKind
from domain.periods import Period
from domain.termination.standing import TerminationStatus
from settlement.agenda import agenda
from settlement.rights import Rights
from settlement.settle import Settling
from tests.building import (
    Document,
    all_of,
    availability,
    bands,
    document,
    evidence,
    gbp,
    house,
    outage,
    portfolio,
    service,
    sla,
    uc,
)
from tests.rights_told import notice, right, stands

TWICE = right({"misses": 2, "of": "availability", "within": "P6M"})
LEAVE = right({"convenience": "true"}, "leave", exercise=None, notice="P30D")
CREDITED = [availability("99.9", credit=bands({"99.9": "10"}))]
DOWN = [
    outage("hosting", f"2026-{month}-10T00:00:00Z", f"2026-{month}-10T10:00:00Z") for month in ("05", "06", "08", "09")
]  # fmt: skip


def contracts(*documents: Document, **terms: Any) -> list[Any]:
    """A shop on cirrus's hosting; cirrus may be left after two misses, or with thirty days' notice."""
    below = {"hosting": "3100.00"}
    plain: dict[str, Any] = {"terminationRights": [TWICE, LEAVE]} | terms
    return [
        house(vendors=["cirrus"]),
        service("shop", needs=all_of("hosting")), service("hosting", "cirrus"),
        sla(["shop"], [availability("99.9")]),
        uc("cirrus", ["hosting"], CREDITED, below, **plain),
        *documents,
    ]  # fmt: skip


EXERCISED = notice("exercise", "2026-07-20", agreement="uc-cirrus")


def settled(as_of: str, *documents: Any) -> Settling:
    return Settling.of(portfolio(*documents), evidence(DOWN), date.fromisoformat(as_of))


def net(settling: Settling, month: str, name: str = "uc-cirrus") -> list[Any]:
    found = settling.settle(Period.parse(month))
    return [each.net for each in found.statements if each.agreement == name]


def test_after_the_end_nothing_is_judged_and_nothing_is_owed() -> None:
    # Accrued on 1 July by May and June; exercised on 20 July; thirty days later is 19 August.
    settling = settled("2026-10-01", contracts(EXERCISED))

    assert net(settling, "2026-07") == [gbp("0.00")]
    # Ten hours down in the nineteen days of August that it still held: 10 % of 19/31 of 3,100.
    assert net(settling, "2026-08") == [gbp("190.00")]
    assert net(settling, "2026-09") == []
    assert "uc-cirrus" not in {
        each.of.agreement.name for each in settling.settle(Period.parse("2026-09")).attainments
    }
    without = settled("2026-10-01", contracts())
    assert net(without, "2026-09") == [gbp("310.00")]


def test_a_question_as_of_a_day_before_the_exercise_never_sees_it() -> None:
    documents = portfolio(contracts(EXERCISED))
    before = Settling.of(documents, evidence(DOWN), date(2026, 7, 19))
    known = Settling.of(documents, evidence(DOWN), date(2026, 7, 20))

    assert before.portfolio.ended == ()
    assert before.version_on("uc-cirrus", date(2026, 12, 1)).last == date(2027, 12, 31)  # type: ignore[union-attr]
    assert known.version_on("uc-cirrus", date(2026, 12, 1)).last == date(2026, 8, 19)  # type: ignore[union-attr]
    # A settling of contracts that another settling left ended sees its own day only.
    again = Settling.of(known.portfolio, evidence(DOWN), date(2026, 7, 19))
    assert again.portfolio.ended == ()


def test_the_agreement_is_terminated_from_the_day_after_and_its_right_stays_told() -> None:
    settling = settled("2026-10-01", contracts(EXERCISED))
    version = settling.portfolio.versions["uc-cirrus"][0]

    assert settling.portfolio.stage(version, date(2026, 8, 19)) is State.ACTIVE
    assert settling.portfolio.stage(version, date(2026, 8, 20)) is State.TERMINATED
    told = {each.name: each for each in settling.with_rights(settling.settle(Period.parse("2026-09"))).rights}
    assert {name: each.status for name, each in told.items()} == {"chronic": TerminationStatus.EXERCISED}
    assert told["chronic"].earliest_end == date(2026, 8, 19)


def test_the_fee_goes_by_what_remained_of_the_term_when_it_was_ended() -> None:
    steps = [{"remainingMonths": 12, "amount": "900.00"}, {"remainingMonths": 0, "amount": "500.00"}]
    dear = right({"convenience": "true"}, "leave", exercise=None, notice="P30D", fee={"schedule": steps})
    act = notice("exercise", "2026-07-20", right="leave", agreement="uc-cirrus")

    # From 19 August 2026 to the end of 2027 sixteen whole months remain, whenever it is asked.
    for as_of in ("2026-07-20", "2026-10-01"):
        settling = settled(as_of, contracts(act, terminationRights=[dear]))
        assert stands(settling, "leave", "uc-cirrus").fee == gbp("900.00")


def test_an_exercise_that_is_refused_ends_nothing() -> None:
    too_soon = notice("exercise", "2026-06-20", agreement="uc-cirrus")

    settling = settled("2026-10-01", contracts(too_soon))

    assert settling.portfolio.ended == ()
    assert net(settling, "2026-09") == [gbp("310.00")]
    assert [each.code for each in Rights(settling, settling.as_of).of(["uc-cirrus"])[1]] == [
        "EXERCISE_REFUSED"
    ]


def test_relief_that_strikes_the_miss_out_takes_the_end_with_it() -> None:
    terms: dict[str, Any] = {"from": "2026-06-10T00:00Z", "to": "2026-06-11T00:00Z", "status": "accepted"}
    relief = document("Relief", "flood", agreement="uc-cirrus", cause="force_majeure", **terms)

    assert settled("2026-10-01", contracts(EXERCISED, relief)).portfolio.ended == ()


@pytest.mark.parametrize(
    ("agreed", "last"), [("2026-12-31", date(2026, 12, 31)), ("2026-07-31", date(2026, 7, 31))]
)
def test_the_end_that_the_parties_record_between_the_letter_and_its_effect_stands(
    agreed: str, last: date
) -> None:
    recorded = document(
        "Transition", "agreed-end", agreement="uc-cirrus", to="terminated", at="2026-07-25", ends=agreed
    )

    settling = settled("2026-10-01", contracts(EXERCISED, recorded))

    assert settling.portfolio.versions["uc-cirrus"][0].last == last
    assert settling.portfolio.ended == ()
    assert stands(settling, "chronic", "uc-cirrus").earliest_end == last


def test_an_end_that_is_recorded_after_the_effect_comes_too_late() -> None:
    recorded = document(
        "Transition", "too-late", agreement="uc-cirrus", to="terminated", at="2026-09-01", ends="2026-12-31"
    )

    settling = settled("2026-10-01", contracts(EXERCISED, recorded))

    assert settling.portfolio.versions["uc-cirrus"][0].last == date(2026, 8, 19)


def test_of_two_exercised_rights_the_earlier_end_stands_and_after_it_no_right_is_left() -> None:
    sooner = notice("exercise", "2026-07-22", right="leave", agreement="uc-cirrus")
    late = notice("exercise", "2026-09-05", right="leave", agreement="uc-cirrus")

    assert settled("2026-10-01", contracts(EXERCISED, sooner)).portfolio.versions["uc-cirrus"][
        0
    ].last == date(2026, 8, 19)
    settling = settled("2026-10-01", contracts(EXERCISED, late))
    _, findings = Rights(settling, settling.as_of).of(["uc-cirrus"])
    assert [(each.code, "had ended on 2026-08-19" in each.message) for each in findings] == [
        ("EXERCISE_REFUSED", True)
    ]


def test_a_right_over_an_umbrella_ends_its_parts() -> None:
    part = {"partOf": "msa", "terminationRights": []}
    umbrella = uc("cirrus", [], [], name="msa", terminationRights=[LEAVE])
    act = notice("exercise", "2026-07-20", right="leave", agreement="msa")

    settling = settled("2026-10-01", [*contracts(**part), umbrella, act])

    assert {each.agreement: each.last for each in settling.portfolio.ended} == {
        "msa": date(2026, 8, 19),
        "uc-cirrus": date(2026, 8, 19),
    }
    assert net(settling, "2026-09") == []


def test_a_right_about_a_service_takes_that_service_out_and_the_rest_goes_on() -> None:
    about = right({"misses": 2, "of": "availability", "within": "P6M"}, scope="service")
    documents = [
        house(vendors=["cirrus"]), service("hosting", "cirrus"), service("mail", "cirrus"),
        uc("cirrus", ["hosting", "mail"], CREDITED, {"hosting": "3100.00", "mail": "500.00"}, terminationRights=[about]),
        EXERCISED,
    ]  # fmt: skip

    settling = settled("2026-10-01", documents)

    [ended] = settling.portfolio.ended
    assert (ended.services, ended.last) == (("hosting",), date(2026, 8, 19))
    found = settling.settle(Period.parse("2026-09"))
    assert [(each.of.service, each.status.value) for each in found.attainments] == [("mail", "MET")]
    # In August hosting counts, and costs, to the 19th: what failed on the 25th is nobody's miss.
    august = settling.settle(Period.parse("2026-08"))
    agreed = {each.of.service: each.denominator for each in august.attainments}
    assert agreed == {"hosting": 19 * 86_400_000_000, "mail": 31 * 86_400_000_000}
    # Ten of 456 hours down is under 99.9: 10 % of 19/31 of 3,100.
    assert net(settling, "2026-08") == [gbp("190.00")]
    assert [[each.net for each in found.statements]] == [[gbp("0.00")]]
    version = settling.version_on("uc-cirrus", date(2026, 9, 1))
    assert version is not None
    assert settling.portfolio.stage(version, date(2026, 9, 1)) is State.ACTIVE


def test_what_was_inherited_from_an_ended_sla_ends_with_it() -> None:
    general = sla(
        ["shop"], [availability("99.9")], name="sla-all", structure="customer", terminationRights=[LEAVE]
    )
    special = sla(["shop"], [], name="sla-shop")
    act = notice("exercise", "2026-07-20", right="leave", agreement="sla-all")

    settling = settled("2026-10-01", house(), service("shop"), general, special, act)

    june = settling.settle(Period.parse("2026-06")).attainments
    assert [(each.of.agreement.name, each.of.level.inherited_from) for each in june] == [
        ("sla-shop", "sla-all")
    ]
    assert settling.settle(Period.parse("2026-09")).attainments == ()


def test_the_calendar_tells_the_end_and_who_stands_without_support_after_it() -> None:
    settling = settled("2026-08-01", contracts(EXERCISED))

    found = agenda(settling, date(2026, 8, 1), date(2026, 9, 30))

    assert [(each.day, each.agreement, each.kind, each.what) for each in found] == [
        (date(2026, 8, 19), "uc-cirrus", DueKind.ENDS, "ends: the right chronic was exercised"),
        (date(2026, 8, 20), "sla", DueKind.SUPPORT_ENDS, "shop without support: uc-cirrus ended the day before"),
    ]  # fmt: skip


def test_the_check_of_what_is_to_come_finds_the_dependency_ungoverned() -> None:
    settling = settled("2026-10-01", contracts(EXERCISED))

    found = settling.settle(Period.parse("2026-09")).findings

    assert ("UNGOVERNED", "sla") in {(each.code, each.agreement) for each in found}
