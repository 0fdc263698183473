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
