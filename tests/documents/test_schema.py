"""The published JSON Schema says what the models say, and describes every key."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from documents.reading import read_text
from documents.schema import documents_schema, schema_text
from tests.documents.samples import agreement, folder, level
from tests.documents.schema_check import as_an_editor_sees_it, faults

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "openapi" / "documents.schema.json"
LANGUAGE = Path(__file__).with_name("language.yaml")
CASES = ROOT.parent / "shared" / "cases"

SCHEMA = documents_schema()


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for key, value in schema.items():
            if key not in ("default", "enum", "const", "required"):
                yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


def properties() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, definition in SCHEMA["$defs"].items():
        for key, said in definition.get("properties", {}).items():
            yield name, key, said


def told(text: str) -> list[str]:
    return [
        fault
        for document in read_text("a.yaml", text).documents
        for fault in faults(as_an_editor_sees_it(document.fields), SCHEMA, SCHEMA)
    ]


def test_the_committed_schema_is_the_one_that_the_models_make() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == schema_text(), "write it anew with: make schema"


def test_the_schema_is_the_same_in_every_process() -> None:
    program = "from documents.schema import schema_text; import sys; sys.stdout.buffer.write(schema_text().encode())"

    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert texts == {schema_text().encode()}


def test_it_names_its_dialect_and_itself() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["title"] == "Privity contract document"
    assert [choice["$ref"].rsplit("/", 1)[-1] for choice in SCHEMA["oneOf"]] == [
        "PartyDocument", "CalendarDocument", "ServiceDocument", "AgreementDocument", "ReliefDocument", "ClaimDocument",
        "NoticeDocument", "DecisionDocument", "SignatureDocument", "TransitionDocument", "FeedDocument",
        "ExchangeRateDocument",
    ]  # fmt: skip


def test_every_key_of_every_mapping_is_described() -> None:
    assert [(name, key) for name, key, said in properties() if len(said.get("description", "")) < 4] == []


def test_every_mapping_is_titled_described_and_closed() -> None:
    for name, definition in SCHEMA["$defs"].items():
        assert definition["title"], name
        assert definition["description"], name
        if definition.get("type") == "object":
            assert definition["additionalProperties"] is False, name


def test_references_lead_somewhere_and_nothing_speaks_of_the_library() -> None:
    for part in parts(SCHEMA):
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in SCHEMA["$defs"]
    assert "pydantic" not in schema_text().lower()


def test_defaults_are_values_that_could_be_written() -> None:
    for name, key, said in properties():
        if "default" in said:
            assert faults(said["default"], said, SCHEMA) == [], f"{name}.{key}"


def test_the_whole_language_fits_the_schema() -> None:
    assert told(LANGUAGE.read_text(encoding="utf-8")) == []


@pytest.mark.skipif(not CASES.is_dir(), reason="the worked cases are not beside this clone")
def test_the_worked_cases_fit_the_schema() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(CASES.glob("*/*.yaml"))]

    assert len(texts) >= 10
    assert [fault for text in texts for fault in told(text)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        agreement(strcture="service"),
        agreement(type="SLAA"),
        agreement(charges="[{service: shop, monthly: -5}]"),
        agreement(serviceLevels=f"[{level(metric='{kind: availabilty}')}]"),
        agreement(serviceLevels=f"[{level(target='{atLeast: 1, atMost: 2}')}]"),
        agreement(serviceLevels=f"[{level(period='monthly')}]"),
        agreement(state=""),
    ],
)
def test_an_editor_sees_what_the_models_refuse(wrong: str) -> None:
    assert told(folder()) == []
    assert told(wrong) != []


def test_the_schema_is_json() -> None:
    assert json.loads(schema_text()) == SCHEMA
