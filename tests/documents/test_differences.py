"""What one version says otherwise: by name, not by place or layout."""

from documents.differences import Difference, differences
from documents.positions import SourceDocument
from documents.reading import read_text

BEFORE = """\
kind: Agreement
metadata: {name: sla-web, version: 1}
spec:
  state: active
  term: {from: 2026-01-01, to: 2026-12-31}
  serviceLevels:
    - {name: speed, clause: "2.2", target: {atMost: PT4H}}
    - {name: availability, clause: "2.1", target: {atLeast: "99.90"}, credit: {scheme: bands}}
  exclusions: [customer]
"""
AFTER = """\
kind: Agreement
metadata: {version: 2, name: sla-web}
spec:
  state: draft
  serviceLevels:
    - name: availability
      clause: "2.1"
      target: {atLeast: "99.9"}
    - {name: speed, clause: "2.2", target: {atMost: PT6H}}
    - {name: satisfaction, clause: "2.3", target: {atLeast: "4"}}
  term: {to: 2027-12-31, from: 2026-01-01}
  exclusions: [customer, force_majeure]
"""


def document(text: str) -> SourceDocument:
    [found] = read_text("a.yaml", text).documents
    return found


def test_only_what_is_said_otherwise_is_told_with_the_clause_it_belongs_to() -> None:
    assert differences(document(BEFORE), document(AFTER)) == (
        Difference("term.to", "2026-12-31", "2027-12-31"),
        Difference("serviceLevels[speed].target.atMost", "PT4H", "PT6H", "2.2"),
        Difference("serviceLevels[availability].credit", "{scheme: bands}", None, "2.1"),
        Difference(
            "serviceLevels[satisfaction]",
            None,
            "{clause: '2.3', name: satisfaction, target: {atLeast: '4'}}",
            "2.3",
        ),
        Difference("exclusions", "[customer]", "[customer, force_majeure]"),
    )
    assert differences(document(BEFORE), document(BEFORE)) == ()
