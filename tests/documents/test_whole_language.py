"""Every form that the design shows is read, and so is every worked case."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from documents.kinds import KINDS
from documents.loading import Loaded, load_folder, load_texts
from documents.positions import canonical
from documents.reading import read_text

LANGUAGE = Path(__file__).with_name("language.yaml")
CASES = Path(__file__).parents[3] / "shared" / "cases"
EXAMPLES = Path(__file__).parents[2] / "examples"


def texts_of(found: Loaded) -> list[str]:
    return [error.text() for error in found.errors]


def language() -> str:
    return LANGUAGE.read_text(encoding="utf-8")


def test_every_form_of_the_language_is_read() -> None:
    found = load_texts({"language.yaml": language()})

    assert texts_of(found) == []
    assert found.portfolio is not None
    assert [(one.name, len(one.levels)) for one in found.portfolio.agreements] == [
        ("msa-halden", 0), ("ola-desk", 0), ("sla-online-banking", 14), ("sla-support", 0), ("uc-cirrus", 2),
    ]  # fmt: skip
    assert [feed.metadata.name for feed in found.feeds] == ["servicenow-incidents", "cloud-incidents"]


def test_the_language_sample_has_every_kind_of_document() -> None:
    kinds = {document.text_at("kind") for document in read_text("language.yaml", language()).documents}

    assert kinds == set(KINDS)


def test_a_feed_keeps_its_columns_values_and_service() -> None:
    feed = load_texts({"language.yaml": language()}).feeds[0].spec

    assert feed.files == "servicenow*.csv*"
    assert feed.nulls == ("?", "")
    assert feed.time_format == "%d/%m/%Y %H:%M"
    assert feed.produces == ("tickets", "ticket_events")
    assert feed.columns["holder"] == "assignment_group"
    assert feed.values["priority"]["1 - Critical"] == "P1"
    assert (feed.service_column, dict(feed.service_values)) == ("category", {"*": "it-support"})
    assert feed.service_columns == ()


def test_a_feed_may_say_by_two_columns_which_service_a_row_is_about() -> None:
    feed = load_texts({"language.yaml": language()}).feeds[1].spec

    assert (feed.service_column, feed.service_columns) == (None, ("product", "region"))
    assert feed.service_values["Compute | *"] == "hosting"


def test_written_as_json_the_documents_are_the_same() -> None:
    documents = read_text("language.yaml", language()).documents
    as_json = {f"{place:03}.yaml": json.dumps(canonical(one.fields)) for place, one in enumerate(documents)}

    again = load_texts(as_json)

    assert texts_of(again) == []
    assert again.portfolio == load_texts({"language.yaml": language()}).portfolio


@pytest.mark.parametrize("reorder", [reversed, sorted, lambda listed: [*listed[11:], *listed[:11]]])
def test_the_order_of_documents_is_irrelevant(reorder: Callable[[list[str]], Iterable[str]]) -> None:
    documents = language().split("\n---\n")

    found = load_texts({"reordered.yaml": "\n---\n".join(reorder(documents))})

    assert texts_of(found) == []
    assert found.portfolio == load_texts({"language.yaml": language()}).portfolio


def case_folders() -> list[Path]:
    return sorted(path.parent for path in CASES.glob("*/expected.json"))


@pytest.mark.skipif(not CASES.is_dir(), reason="the worked cases are not beside this clone")
def test_every_worked_case_is_read() -> None:
    found = {case.name: load_folder(case) for case in case_folders()}

    assert len(found) >= 10
    assert {name: texts_of(one) for name, one in found.items() if one.errors} == {}
    assert all(one.portfolio is not None and one.documents > 0 for one in found.values())


def test_every_bundled_example_is_read() -> None:
    found = {path.name: load_folder(path) for path in sorted(EXAMPLES.iterdir()) if path.is_dir()}

    assert found != {}
    assert {name: texts_of(one) for name, one in found.items() if one.errors} == {}
