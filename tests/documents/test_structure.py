"""What documents may not say together: duplicates, versions out of order, circles."""

import pytest

from documents.errors import DocumentError
from tests.documents.samples import agreement, document, errors_of, folder, level, loaded, uc


def told(text: str) -> list[tuple[int, str, str]]:
    return [(error.line, error.path, error.message) for error in errors_of(text)]


def line_of(text: str, words: str) -> int:
    return text[: text.rindex(words)].count("\n") + 1


@pytest.mark.parametrize("kind", ["Party", "Service", "Calendar", "Claim"])
def test_two_documents_of_a_kind_cannot_have_one_name(kind: str) -> None:
    spec = {
        "Party": "{role: vendor}",
        "Service": "{provider: halden}",
        "Calendar": "{timezone: UTC}",
        "Claim": "{agreement: sla-shop, period: 2026-03, claimedAt: 2026-04-12}",
    }[kind]
    text = folder(agreement(), document(kind, "twin", spec), document(kind, "twin", spec))

    found = told(text)

    first = text.index("{name: twin}")
    assert found == [
        (line_of(text, "{name: twin}"), "metadata.name",
         f"the {kind} twin is declared twice; first at contracts.yaml:{text[:first].count(chr(10)) + 1}")
    ]  # fmt: skip


def test_the_same_version_of_an_agreement_cannot_be_declared_twice() -> None:
    found = errors_of(folder(agreement(), agreement()))

    assert [(error.path, error.message.split(";")[0]) for error in found] == [
        ("metadata.name", "the Agreement sla-shop in version 1 is declared twice")
    ]
    assert "higher metadata.version" in found[0].cure


def test_versions_of_one_agreement_are_no_duplicates() -> None:
    portfolio = loaded(agreement(), agreement(metadata=", version: 2", effective="2026-07-01")).portfolio

    assert portfolio is not None
    assert [(one.name, one.version, one.effective.isoformat()) for one in portfolio.agreements] == [
        ("sla-shop", 1, "2026-01-01"),
        ("sla-shop", 2, "2026-07-01"),
    ]


def test_a_later_version_cannot_hold_from_an_earlier_day() -> None:
    text = folder(
        agreement(effective="2026-07-01"), agreement(metadata=", version: 2", effective="2026-03-01")
    )

    found = told(text)

    assert [(path, message.split(" (")[0]) for _, path, message in found] == [
        (
            "spec.effective",
            "version 2 holds from 2026-03-01, earlier than version 1, which holds from 2026-07-01",
        )
    ]


def duplicates(*agreements: str) -> list[DocumentError]:
    return [error for error in errors_of(folder(*agreements)) if "duplicates" in error.message]


def test_two_active_agreements_on_the_same_promise_are_duplicates() -> None:
    text = folder(uc("uc-a"), uc("uc-b"))

    found = told(text)

    first = text[: text.index("{name: uc-a}")].count("\n") + 1
    assert found == [
        (line_of(text, "{name: uc-b}"), "metadata.name",
         f"duplicates the active agreement uc-a (contracts.yaml:{first}): both promise hosting by cirrus to halden at the same time")
    ]  # fmt: skip
    assert "Remove one" in duplicates(uc("uc-a"), uc("uc-b"))[0].cure


@pytest.mark.parametrize(
    "other",
    [
        {"state": "draft"},
        {"provider": "atlas"},
        {"consumer": "atlas"},
        {"term": "{from: 2028-01-01, to: 2028-12-31}", "effective": "2028-01-01"},
    ],
)
def test_agreements_that_differ_in_state_party_or_time_are_no_duplicates(other: dict[str, str]) -> None:
    assert duplicates(uc("uc-a"), uc("uc-b", **other)) == []


def test_agreements_of_other_structures_or_services_are_no_duplicates() -> None:
    corporate = agreement("sla-all", structure="corporate", consumer="'*'", services="'*'", charges="")

    assert duplicates(agreement(), corporate) == []
    assert duplicates(uc("uc-a"), uc("uc-b", services="[shop]", charges="")) == []


def test_terms_that_overlap_by_one_day_are_duplicates_and_touching_ones_are_not() -> None:
    one = uc("uc-a", term="{from: 2026-01-01, to: 2026-06-30}")

    assert (
        duplicates(one, uc("uc-b", term="{from: 2026-07-01, to: 2026-12-31}", effective="2026-07-01")) == []
    )
    assert (
        len(duplicates(one, uc("uc-b", term="{from: 2026-06-30, to: 2026-12-31}", effective="2026-06-30")))
        == 1
    )


def test_a_version_that_was_replaced_before_duplicates_nothing() -> None:
    wide = uc("uc-a", services="[hosting]")
    narrow = uc("uc-a", services="[shop]", charges="", effective="2026-07-01").replace(
        "{name: uc-a}", "{name: uc-a, version: 2}"
    )
    successor = uc("uc-b", term="{from: 2026-07-01, to: 2026-12-31}", effective="2026-07-01")

    assert duplicates(wide, narrow, successor) == []


def test_everybody_includes_each_customer() -> None:
    assert len(duplicates(agreement("sla-a"), agreement("sla-b", consumer="'*'"))) == 1


def test_parents_that_go_in_a_circle_are_told_once() -> None:
    text = folder(
        document("Party", "east", "{role: customer, parent: west}"),
        document("Party", "west", "{role: customer, parent: east}"),
    )

    assert [(path, message) for _, path, message in told(text)] == [
        ("spec.parent", "parents go in a circle: east -> west -> east")
    ]


def test_services_that_need_each_other_are_a_finding_and_no_error() -> None:
    chain = [
        document("Service", "a", "{provider: halden, dependsOn: {all: [b]}}"),
        document("Service", "b", "{provider: halden, dependsOn: {any: [c, hosting]}}"),
        document(
            "Service",
            "c",
            "{provider: halden, dependsOn: {atLeast: 1, of: [{service: a, recoveryLag: PT5M}]}}",
        ),
        document("Service", "self", "{provider: halden, dependsOn: self}"),
        document("Service", "above", "{provider: halden, dependsOn: a}"),
    ]

    portfolio = loaded(*chain).portfolio

    assert portfolio is not None
    assert [(one.code, one.service, one.severity.value) for one in portfolio.findings] == [
        ("DEPENDENCY_CYCLE", "a", "ERROR"), ("DEPENDENCY_CYCLE", "self", "ERROR"),
    ]  # fmt: skip
    assert "a -> b -> c -> a" in portfolio.findings[0].message
    assert "self -> self" in portfolio.findings[1].message


def test_a_long_chain_without_a_circle_has_no_finding() -> None:
    chain = [document("Service", f"s{n}", f"{{provider: halden, dependsOn: s{n + 1}}}") for n in range(1500)]

    portfolio = loaded(*chain, document("Service", "s1500", "{provider: halden}")).portfolio

    assert portfolio is not None
    assert portfolio.findings == ()


def test_an_agreement_that_names_no_money_needs_no_currency() -> None:
    portfolio = loaded(agreement(currency="", charges="", serviceLevels=f"[{level()}]")).portfolio

    assert portfolio is not None
    assert portfolio.agreements[0].currency == "XXX"


def test_a_level_with_a_credit_needs_a_currency() -> None:
    credit = "{scheme: bands, bands: [{below: '99', percent: '5'}]}"

    found = errors_of(folder(agreement(currency="", charges="", serviceLevels=f"[{level(credit=credit)}]")))

    assert [(error.path, error.message) for error in found] == [
        ("spec.serviceLevels[0].credit", "money is named and the agreement has no currency")
    ]
