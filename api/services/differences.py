"""Two versions of an agreement side by side, and what the later terms would have made of a period.

The problem: an amendment is agreed to by people who read two documents and guess. What it says otherwise is told term
by term; what it would have done is told by history, settled with the proposed terms.

Example: ``difference(grounds, "sla-web:1", "sla-web:2", Period.parse("2026-03"))`` says that the target falls from 99.9
to 99.5 and that March would have credited nothing instead of 50.00.

Limits: the effect is that of the later version's terms in the place of the earlier one, on the same evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from api.errors import DocumentsError, Fault, RequestError, UnknownNameError
from api.services.foresight import Changed, Grounds, what_would_be
from documents.differences import Difference, as_version_of, differences
from documents.reading import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from documents.positions import SourceDocument
    from domain.periods import Period

__all__ = ["VersionDifference", "difference"]


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """Two versions of an agreement: what differs, and what a period would have been (None: not asked)."""

    agreement: str
    before: int
    after: int
    rows: tuple[Difference, ...]
    effect: Changed | None


def difference(
    sources: Sequence[SourceDocument],
    before: str,
    after: str,
    effect: tuple[Grounds, Period] | None = None,
) -> VersionDifference:
    """What ``after`` says otherwise than ``before``; each is AGREEMENT:VERSION, AGREEMENT, or a file with a version.

    An agreement alone is its lowest version as ``before``, and its highest as ``after``. Raises RequestError.
    """
    was, would = _version(sources, before, last=False), _version(sources, after, last=True)
    names = was.text_at("metadata", "name"), would.text_at("metadata", "name")
    if names[0] != names[1]:
        raise RequestError(
            Fault(
                "NAME",
                f"{before} is a version of {names[0]}, and {after} one of {names[1]}",
                "Compare two versions of one agreement",
            )
        )
    changed = None
    if effect is not None:
        grounds, period = effect
        changed = what_would_be(grounds, {"amendment.yaml": as_version_of(was, would)}, period)
    return VersionDifference(names[0] or "", _number(was), _number(would), differences(was, would), changed)


def _number(source: SourceDocument) -> int:
    return int(source.text_at("metadata", "version") or "1")


def _version(sources: Sequence[SourceDocument], named: str, *, last: bool) -> SourceDocument:
    if named.endswith((".yaml", ".yml")):
        return _in_file(Path(named))
    name, _, number = named.partition(":")
    every = [each for each in sources if each.text_at("kind") == "Agreement"]
    found = sorted((each for each in every if each.text_at("metadata", "name") == name), key=_number)
    if not found:
        raise UnknownNameError("agreement", name, {each.text_at("metadata", "name") or "" for each in every})
    if not number:
        return found[-1] if last else found[0]
    for each in found:
        if str(_number(each)) == number:
            return each
    raise RequestError(
        Fault(
            "NAME",
            f"{name} has no version {number}",
            f"It has {', '.join(str(_number(each)) for each in found)}: write {name}:{_number(found[-1])}",
            value=named,
        )
    )


def _in_file(path: Path) -> SourceDocument:
    try:
        read = read_text(str(path), path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(
            Fault("DOCUMENT", f"{path} cannot be read: {error}", "Name a YAML file with one agreement")
        ) from error
    if read.errors:
        raise DocumentsError(read.errors, len(read.documents))
    found = [each for each in read.documents if each.text_at("kind") == "Agreement"]
    if len(found) != 1:
        raise RequestError(
            Fault("DOCUMENT", f"{path} has {len(found)} agreements", "Name a file with one version of one")
        )
    return found[0]
