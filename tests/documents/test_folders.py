"""A folder becomes one portfolio, or everything that is wrong with it at once."""

from pathlib import Path

import pytest

from documents.errors import choices_text, nearest_name
from documents.loading import Loaded, load_folder, load_texts
from tests.documents.samples import (
    CALENDAR,
    PARTIES,
    SERVICES,
    agreement,
    document,
    folder,
    level,
    load,
    loaded,
    uc,
)


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def messages(found: Loaded) -> list[str]:
    return [error.message for error in found.errors]


def test_documents_are_read_at_any_depth_in_the_order_of_their_paths(tmp_path: Path) -> None:
    files = {
        "b/c/sla.yaml": agreement(),
        "parties.yml": PARTIES,
        "a.yaml": SERVICES,
        "b/calendar.YAML": CALENDAR,
    }

    found = load_folder(write(tmp_path, files))

    assert messages(found) == []
    assert found.files == ("a.yaml", "b/c/sla.yaml", "b/calendar.YAML", "parties.yml")
    assert found.documents == 9
    assert found.portfolio is not None
    assert [one.name for one in found.portfolio.agreements] == ["sla-shop"]


def test_evidence_and_hidden_folders_hold_no_documents(tmp_path: Path) -> None:
    noise = {
        "evidence/notes.yaml": "[broken",
        ".git/x.yaml": "[broken",
        "deep/evidence/y.yaml": "{",
        ".hidden.yaml": "{",
    }

    found = load_folder(write(tmp_path, {"all.yaml": folder(), "readme.txt": "[broken"} | noise))

    assert messages(found) == []
    assert found.files == ("all.yaml",)


def test_a_loop_of_links_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"all.yaml": folder()})
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)

    assert load_folder(tmp_path).files == ("all.yaml",)


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"all.yaml": folder()})
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")

    found = load_folder(tmp_path)

    assert [(error.file, error.message) for error in found.errors] == [
        ("gone.yaml", "the file cannot be opened: No such file or directory")
    ]


def test_a_file_that_is_no_text_is_told_and_the_others_are_still_checked(tmp_path: Path) -> None:
    write(tmp_path, {"sla.yaml": agreement(reliefTest="some")})
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\x00")

    found = load_folder(tmp_path)

    assert [(error.file, error.line, error.column) for error in found.errors] == [
        ("picture.yaml", 1, 1),
        ("sla.yaml", 17, 15),
    ]
    assert found.portfolio is None


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "the folder has no contract documents"),
        ({"notes.txt": "kind: Party"}, "the folder has no contract documents"),
        ({"a.yaml": ""}, "the files have no contract documents"),
        ({"a.yaml": "# only a remark\n---\n"}, "the files have no contract documents"),
    ],
)
def test_a_folder_without_documents_says_so(tmp_path: Path, files: dict[str, str], message: str) -> None:
    found = load_folder(write(tmp_path, files))

    assert messages(found) == [message]
    assert found.errors[0].cure != ""
    assert found.portfolio is None


def test_a_folder_that_is_none_says_so(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": folder()})

    assert messages(load_folder(tmp_path / "b")) == ["the folder does not exist"]
    assert messages(load_folder(tmp_path / "a.yaml")) == ["the folder is a file, not a folder"]


def test_documents_can_come_as_texts(tmp_path: Path) -> None:
    texts = {"x": PARTIES, "y": SERVICES + "---\n" + CALENDAR, "z": agreement()}

    from_texts = load_texts(texts)
    from_files = load_folder(write(tmp_path, {f"{name}.yaml": text for name, text in texts.items()}))

    assert messages(from_texts) == []
    assert from_texts.portfolio == from_files.portfolio
    assert messages(load_texts({})) == ["there are no contract documents"]


def test_the_same_documents_in_other_files_and_another_order_are_the_same_portfolio() -> None:
    one = load_texts({"a": folder(agreement(), uc())}).portfolio
    other = load_texts({"a": uc(), "b": agreement(), "c": CALENDAR, "d": SERVICES, "e": PARTIES}).portfolio

    assert one is not None
    assert other is not None
    assert one.digest == other.digest
    assert one == other


def test_any_other_term_makes_another_digest() -> None:
    digests = {
        loaded(agreement(**terms)).portfolio.digest  # type: ignore[union-attr]
        for terms in (
            {},
            {"currency": "EUR"},
            {"charges": "[{service: shop, monthly: '40000.01'}]"},
            {"title": ""},
        )
    }

    assert len(digests) == 3


def test_names_that_a_broken_file_may_declare_are_not_told_as_undeclared(tmp_path: Path) -> None:
    rest = "---\n".join((SERVICES, CALENDAR, agreement()))

    # The broken start of the file swallows the document of meridian, the agreement's consumer.
    found = load_folder(write(tmp_path, {"parties.yaml": "a: [\n" + PARTIES, "rest.yaml": rest}))

    assert [error.file for error in found.errors] == ["parties.yaml"]


def test_a_name_whose_own_document_is_wrong_still_counts_as_declared() -> None:
    found = load(folder(document("Party", "stranger", "{role: friend}"), agreement(consumer="stranger")))

    assert [error.path for error in found.errors] == ["spec.role"]


def test_wrong_names_in_a_document_with_other_mistakes_are_told_too() -> None:
    found = load(
        folder(agreement(consumer="stranger", calender="office", serviceLevels=f"[{level(window='prme')}]"))
    )

    assert [error.path for error in found.errors] == [
        "spec.consumer",
        "spec.serviceLevels[0].window",
        "spec.calender",
    ]


def test_an_error_reads_as_one_line_with_place_value_nearest_name_and_cure() -> None:
    found = load_texts({"a.yaml": folder(), "sla.yaml": agreement(consumer="meridan")})

    assert [error.text() for error in found.errors] == [
        (
            'sla.yaml:8:13 spec.consumer: "meridan" is not a declared party. Did you mean "meridian"? '
            "Write one of: atlas, cirrus, desk, halden, meridian; or declare it in a document with kind: Party."
        )
    ]
    assert found.errors[0].value == "meridan"


def test_the_nearest_name_looks_past_case_hyphens_and_blanks() -> None:
    known = ["relief-test", "sla-shop", "x"]

    assert nearest_name("Relief_Test", known) == "relief-test"
    assert nearest_name("sla shop", known) == "sla-shop"
    assert nearest_name("slashp", known) == "sla-shop"
    assert nearest_name("something else", known) is None
    assert nearest_name("anything", []) is None


def test_long_lists_of_names_are_shortened() -> None:
    names = [f"n{number:02}" for number in range(30)]

    assert choices_text(names).endswith("n22, n23 and 6 more")


def test_a_value_that_is_missing_hides_no_wrong_name() -> None:
    found = load(folder(agreement(consumer="stranger", calendar=" ")))

    assert [error.path for error in found.errors] == ["spec.consumer", "spec.calendar"]


def test_a_name_that_is_told_as_no_name_is_not_told_again_where_it_is_meant() -> None:
    found = load(folder(document("Party", "Stranger", "{role: customer}"), agreement(consumer="stranger")))

    assert [(error.path, error.nearest) for error in found.errors] == [("metadata.name", "stranger")]


def test_a_comma_that_ends_a_value_in_braces_is_explained() -> None:
    found = load(folder(agreement(charges="[{service: shop, monthly: 99,9}]")))

    assert [(error.path, error.message) for error in found.errors] == [("spec.charges[0].9", "has no value")]
    assert "a text with a comma goes in quotes" in found.errors[0].cure
