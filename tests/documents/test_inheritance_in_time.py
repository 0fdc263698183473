"""What a more specific SLA inherits is what its source says on the day (rulings 37 of the design and 152)."""

from datetime import date

import pytest

from domain.agreements import Agreement, State
from ola.portfolio import Portfolio
from tests.documents.samples import agreement, document, level, loaded


def corporate(version: int = 1, effective: str = "2026-01-01", *, metric: str = "PT5M", **terms: str) -> str:
    """The corporate SLA, which counts outages from ``metric`` on."""
    plain = {
        "structure": "corporate", "consumer": "'*'", "services": "'*'", "charges": "", "effective": effective,
        "serviceLevels": f"[{level(metric=f'{{kind: availability, minimumOutage: {metric}}}', clause=f'C{version}')}]",
    }  # fmt: skip
    return agreement("sla-all", metadata=f", version: {version}", **(plain | terms))


OWN = agreement(serviceLevels="[{name: availability, target: {atLeast: '99.95'}}]")


def portfolio(*documents: str) -> Portfolio:
    found = loaded(*documents).portfolio
    assert found is not None
    return found


def forms(found: Portfolio, name: str = "sla-shop") -> list[tuple[int, date, str]]:
    """Every form of an agreement: version, since when, and the shortest outage that counts."""
    return [
        (each.version, each.effective, f"PT{each.levels[0].metric.minimum_outage // 60_000_000}M")  # type: ignore[union-attr]
        for each in found.versions[name]
    ]


def shop_on(found: Portfolio, day: date) -> Agreement:
    return found.in_force(day).by_name["sla-shop"]


def test_an_amendment_above_gives_the_same_version_another_form_from_its_day_on() -> None:
    found = portfolio(corporate(), corporate(2, "2026-04-01", metric="PT1M"), OWN)

    assert forms(found) == [(1, date(2026, 1, 1), "PT5M"), (1, date(2026, 4, 1), "PT1M")]
    assert [each.is_changed_from_outside for each in found.versions["sla-shop"]] == [False, True]
    assert shop_on(found, date(2026, 3, 31)).levels[0].clause == "C1"
    assert shop_on(found, date(2026, 4, 1)).levels[0].clause == "C2"
    assert [each.effective for each in found.texts("sla-shop")] == [date(2026, 1, 1)]


def test_an_amendment_above_that_changes_nothing_here_makes_no_further_form() -> None:
    found = portfolio(corporate(), corporate(2, "2026-04-01").replace("clause: C2", "clause: C1"), OWN)

    assert forms(found) == [(1, date(2026, 1, 1), "PT5M")]


def test_the_own_next_version_ends_the_forms_of_the_one_before() -> None:
    second = agreement(
        metadata=", version: 2",
        effective="2026-03-01",
        serviceLevels="[{name: availability, target: {atLeast: '99.5'}}]",
    )

    found = portfolio(corporate(), corporate(2, "2026-04-01", metric="PT1M"), OWN, second)

    assert forms(found) == [
        (1, date(2026, 1, 1), "PT5M"),
        (2, date(2026, 3, 1), "PT5M"),
        (2, date(2026, 4, 1), "PT1M"),
    ]


def test_what_a_later_version_leaves_out_is_not_taken_from_the_earlier_one() -> None:
    found = portfolio(
        corporate(exclusions="[customer]"),
        corporate(2, "2026-04-01", exclusions=""),
        agreement(exclusions="", serviceLevels="[{name: availability}]"),
    )

    assert shop_on(found, date(2026, 3, 1)).exclusions == frozenset({"customer"})
    assert shop_on(found, date(2026, 4, 1)).exclusions == frozenset()


def test_a_whole_level_is_had_only_while_the_sla_that_says_it_is_in_force() -> None:
    ends = corporate(term="{from: 2026-02-01, to: 2026-06-30}", effective="2026-02-01")
    found = portfolio(ends, agreement(exclusions="[]"))

    assert [(each.effective, [one.name for one in each.levels]) for each in found.versions["sla-shop"]] == [
        (date(2026, 1, 1), []),
        (date(2026, 2, 1), ["availability"]),
        (date(2026, 7, 1), []),
    ]


def test_the_terms_of_an_own_level_stay_as_the_ended_sla_said_them_last() -> None:
    ends = corporate(term="{from: 2026-01-01, to: 2026-06-30}")
    second = corporate(2, "2026-04-01", metric="PT1M", term="{from: 2026-01-01, to: 2026-06-30}")

    found = portfolio(ends, second, OWN)

    assert forms(found) == [(1, date(2026, 1, 1), "PT5M"), (1, date(2026, 4, 1), "PT1M")]


def test_terms_pass_through_the_level_between() -> None:
    customer = agreement(
        "sla-meridian", structure="customer", services="'*'", charges="", exclusions="[customer]"
    )

    found = portfolio(corporate(), corporate(2, "2026-04-01", metric="PT1M"), customer, OWN)

    assert forms(found, "sla-meridian") == [(1, date(2026, 1, 1), "PT5M"), (1, date(2026, 4, 1), "PT1M")]
    assert forms(found) == [(1, date(2026, 1, 1), "PT5M"), (1, date(2026, 4, 1), "PT1M")]


ACTS = [
    document("Transition", "tabled", "{agreement: sla-all, version: 2, to: negotiating, at: 2026-03-01}"),
    document("Signature", "one", "{agreement: sla-all, version: 2, party: halden, at: 2026-03-02}"),
    document("Signature", "two", "{agreement: sla-all, version: 2, party: meridian, at: 2026-03-03}"),
    document("Transition", "begun", "{agreement: sla-all, version: 2, to: active, at: 2026-03-20}"),
]


def test_as_of_a_day_before_the_amendment_above_was_in_force_there_is_one_form() -> None:
    draft = corporate(2, "2026-04-01", metric="PT1M", state="draft")

    found = portfolio(corporate(), draft, OWN, *ACTS)

    assert forms(found) == [(1, date(2026, 1, 1), "PT5M"), (1, date(2026, 4, 1), "PT1M")]
    assert forms(found.known_on(date(2026, 3, 19))) == [(1, date(2026, 1, 1), "PT5M")]
    assert forms(found.known_on(date(2026, 3, 20))) == forms(found)


def test_an_sla_that_was_terminated_above_gives_its_levels_to_its_last_day() -> None:
    ended = document(
        "Transition", "ended", "{agreement: sla-all, to: terminated, at: 2026-05-04, ends: 2026-06-30}"
    )

    found = portfolio(corporate(), agreement(exclusions="[]"), ended)

    assert [(each.effective, len(each.levels)) for each in found.versions["sla-shop"]] == [
        (date(2026, 1, 1), 1),
        (date(2026, 7, 1), 0),
    ]
    assert len(found.known_on(date(2026, 5, 3)).versions["sla-shop"]) == 1


def test_a_draft_takes_its_terms_from_what_is_proposed_above() -> None:
    proposal = corporate(2, "2026-04-01", metric="PT1M", state="draft")
    own = OWN.replace("state: active", "state: draft").replace(
        "effective: 2026-01-01", "effective: 2026-05-01"
    )

    found = portfolio(corporate(), proposal, own)

    assert [
        (each.state, *form) for each, form in zip(found.versions["sla-shop"], forms(found), strict=True)
    ] == [(State.DRAFT, 1, date(2026, 5, 1), "PT1M")]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_order_of_the_documents_changes_nothing(order: tuple[int, ...]) -> None:
    documents = (corporate(), corporate(2, "2026-04-01", metric="PT1M"), OWN)

    found = portfolio(*(documents[place] for place in order))

    assert found.agreements == portfolio(*documents).agreements
