"""What a check found, as SARIF 2.1.0: the form in which code review tools show remarks on lines.

The problem: contracts that are kept as text are reviewed like code, so what is wrong in them belongs into the pull
request, on the line of the clause.

Example: a WARNING becomes a result of level "warning" with the place of the level in the SLA, and as related places
those of the clauses below it.

Limits: a remark without a line (a missing file of evidence) has no location; tools list it with the whole.

References: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" (2020).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from documents.places import Place
from domain.findings import Severity

__all__ = ["Remark", "sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a check found: an error of a document, a row that cannot be read, or a finding.

    ``subject`` is what it is about in names, the same from one check to the next; ``places`` are the lines it stands
    on, the first one its own.
    """

    code: str
    severity: Severity
    message: str
    cure: str = ""
    subject: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    figures: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """What is wrong and what would cure it, in one paragraph."""
        return f"{self.message} {self.cure}".strip()


def sarif(remarks: Sequence[Remark], version: str) -> dict[str, Any]:
    """The log of one check; ``version`` is the program's."""
    codes = sorted({remark.code for remark in remarks})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Privity",
                        "semanticVersion": version,
                        "rules": [{"id": code, "shortDescription": {"text": _words(code)}} for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(remark, codes.index(remark.code)) for remark in remarks],
            }
        ],
    }


def _words(code: str) -> str:
    """The code in words: "Target unsupported"."""
    return code.replace("_", " ").capitalize()


def _result(remark: Remark, rule: int) -> dict[str, Any]:
    subject = "\n".join((remark.code, *remark.subject))
    result: dict[str, Any] = {
        "ruleId": remark.code,
        "ruleIndex": rule,
        "level": _LEVELS[remark.severity],
        "message": {"text": remark.text()},
        "partialFingerprints": {"subject/v1": hashlib.sha256(subject.encode()).hexdigest()[:32]},
    }
    if remark.places:
        result["locations"] = [_location(remark.places[0])]
    if remark.places[1:]:
        result["relatedLocations"] = list(_related(remark.places[1:]))
    if remark.figures:
        result["properties"] = {"figures": {name: remark.figures[name] for name in sorted(remark.figures)}}
    return result


def _related(places: Iterable[Place]) -> Iterable[dict[str, Any]]:
    for number, place in enumerate(places):
        yield {"id": number, **_location(place), "message": {"text": "The other clause."}}


def _location(place: Place) -> dict[str, Any]:
    region: dict[str, int] = {"startLine": max(place.line, 1)}
    if place.column > 0:
        region["startColumn"] = place.column
    uri = quote(PurePath(place.file).as_posix())
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
