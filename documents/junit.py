"""What a check found, as JUnit XML: the form in which build servers count what failed.

The problem: a build server knows tests. Each thing that was checked is a test to it, and each remark that is bad enough
is a failure.

Example: a folder with one finding at or above the chosen severity is a suite of one failure; a folder with nothing is a
suite of one test that passed.

Limits: XML 1.0 cannot hold control characters; they are replaced.

References: the form that the Apache Ant task "junitreport" reads, as build servers agree on it.
"""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from documents.sarif import Remark
from domain.findings import Severity

__all__ = ["junit"]

_NAMED = 3
"""How many parts of a remark's subject name its test: agreement, level and service."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(remarks: Sequence[Remark], failing: frozenset[Severity]) -> str:
    """The report of one check; remarks of the ``failing`` severities are failures, others stand in the output."""
    failures = sum(remark.severity in failing for remark in remarks)
    cases = [_case(remark, is_failure=remark.severity in failing) for remark in remarks]
    if not cases:
        cases = ['    <testcase classname="privity.check" name="the whole folder"/>']
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="0"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites name="privity check" {counts}>',
            f'  <testsuite name="privity check" {counts}>',
            *cases,
            "  </testsuite>",
            "</testsuites>",
            "",
        ]
    )


def _case(remark: Remark, *, is_failure: bool) -> str:
    about = [part for part in remark.subject if part]
    name = " · ".join([remark.code, *(part for part in remark.subject[1:_NAMED] if part)])
    place = (
        f' file={_attribute(remark.places[0].file)} line="{remark.places[0].line}"' if remark.places else ""
    )
    opening = f"    <testcase classname={_attribute(about[0] if about else 'privity')} name={_attribute(name)}{place}>"
    text = _text(remark.text())
    if is_failure:
        kind = f"type={_attribute(remark.severity.value)} message={_attribute(remark.message)}"
        body = f"      <failure {kind}>{text}</failure>"
    else:
        body = f"      <system-out>{remark.severity.value}: {text}</system-out>"
    return f"{opening}\n{body}\n    </testcase>"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("�", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("�", text))
