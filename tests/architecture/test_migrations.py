"""The migrations follow one another: two that were written at the same time would leave every store behind."""

import re

from tests.architecture.tracked_files import ROOT

VERSIONS = sorted((ROOT / "store" / "migrations" / "versions").glob("v*.py"))


def said(text: str, name: str) -> str:
    found = re.search(rf"^{name} = (.+)$", text, re.MULTILINE)
    assert found is not None
    return found[1].strip('"')


def test_each_migration_follows_the_one_before_it() -> None:
    texts = [path.read_text(encoding="utf-8") for path in VERSIONS]
    numbers = [said(text, "revision") for text in texts]
    assert numbers == [f"{place:04d}" for place in range(1, len(VERSIONS) + 1)]
    assert [said(text, "down_revision") for text in texts] == ["None", *numbers[:-1]]
    assert all(path.name.startswith(f"v{number}_") for path, number in zip(VERSIONS, numbers, strict=True))
