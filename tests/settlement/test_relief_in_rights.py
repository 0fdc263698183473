"""What relief takes from termination rights: the breach's weight alone, or with the breach itself; and what it leaves.

web misses 99.9 by an hour of downtime on the 14th of January, March and June 2026: three misses within six months.
"""

from typing import Any

import pytest

from domain.termination.standing import TerminationStatus
from tests.building import Document, availability, document, house, outage, service, settling, sla
from tests.rights_told import right, stands

DOWN = [
    outage("web", f"2026-{month}-14T10:00:00Z", f"2026-{month}-14T11:00:00Z") for month in ("01", "03", "06")
]
THREE = {"misses": 3, "of": "availability", "within": "P6M"}


def told(when: Any, *reliefs: Document) -> Any:
    documents = [
        *house(),
        service("web"),
        sla(["web"], [availability("99.9")], terminationRights=[right(when)]),
        *reliefs,
    ]
    return stands(settling(documents, outages=DOWN, as_of="2026-07-01"))


def relief(month: str, *effects: str, **more: Any) -> Document:
    return document(
        "Relief", f"flood-{month}", agreement="sla", cause="force_majeure", status="accepted", effects=list(effects),
        **({"from": f"2026-{month}-14T00:00Z", "to": f"2026-{month}-15T00:00Z"} | more),
    )  # fmt: skip


def test_three_misses_give_the_right() -> None:
    assert told(THREE).status is TerminationStatus.EXERCISABLE


@pytest.mark.parametrize(
    ("effects", "is_struck"),
    [
        (["termination"], True),
        (["breach"], True),
        (["breach", "credit", "termination"], True),
        (["credit"], False),
    ],
)
def test_a_miss_relieved_for_termination_is_struck_out_with_its_reason(
    effects: list[str], *, is_struck: bool
) -> None:
    found = told(THREE, relief("03", *effects))
    struck = {ground.period: ground.struck for ground in found.grounds}
    if is_struck:
        assert found.status is TerminationStatus.NOT_MET
    else:
        assert found.status is TerminationStatus.EXERCISABLE
        assert struck == {"2026-01": None, "2026-03": None, "2026-06": None}


def test_what_the_right_rests_on_shows_the_struck_one_beside_the_others() -> None:
    two = {"misses": 2, "of": "availability", "within": "P6M"}
    found = told(two, relief("03", "termination"))
    struck = {ground.period: ground.struck for ground in found.grounds}
    assert found.status is TerminationStatus.EXERCISABLE
    assert struck == {"2026-01": None, "2026-03": "relieved by flood-03 (force_majeure)", "2026-06": None}


def test_an_outage_relieved_for_termination_does_not_count() -> None:
    june = {"outages": {"moreThan": 0}, "within": "P20D", "of": "availability"}
    assert told(june).status is TerminationStatus.EXERCISABLE
    every = [relief(month, "termination") for month in ("01", "03", "06")]
    assert told(june, *every).status is not TerminationStatus.EXERCISABLE
    credit = [relief(month, "credit") for month in ("01", "03", "06")]
    assert told(june, *credit).status is TerminationStatus.EXERCISABLE


@pytest.mark.parametrize("effects", [["termination"], ["breach", "termination"]])
def test_a_struck_out_miss_is_told_with_the_value_it_would_have_without_the_excuse(
    effects: list[str],
) -> None:
    found = told({"misses": 2, "of": "availability", "within": "P6M"}, relief("03", *effects))
    [struck] = [ground for ground in found.grounds if ground.struck is not None]
    # An hour of the 744 of March: 100 x 743 / 744.
    assert struck.what == "99.865591398, against a target of 99.9"


def test_each_miss_is_told_against_the_target_that_was_in_force_in_its_period() -> None:
    dated = {"dated": [{"from": "2026-01-01", "atLeast": "99.9"}, {"from": "2026-06-01", "atLeast": "99.95"}]}
    of_years = availability("99.9") | {"target": dated}
    three = {"misses": 3, "of": "availability", "within": "P6M"}
    documents = [*house(), service("web"), sla(["web"], [of_years], terminationRights=[right(three)])]

    found = stands(settling(documents, outages=DOWN[:2], as_of="2026-05-01"))
    then = stands(settling(documents, outages=DOWN, as_of="2026-07-01"))

    assert [ground.what.split("target of ")[1] for ground in then.grounds] == ["99.9", "99.9", "99.95"]
    assert found.next_trigger is not None
    assert "missing its target of 99.9 in 2026-05" in found.next_trigger
