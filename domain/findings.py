"""What is wrong in the contracts, the evidence, or the way a metric is being met.

The problem: a number that rests on a gap (no evidence, a term nobody calculates yet, a customer's failure that the
vendor itself recorded) is worse than no number. So whatever a calculation notices travels with its result.

Example: ``Finding("NO_EVIDENCE", Severity.WARNING, "evidence", "No outage row names web ...", service="web")``.

Limits: a finding never changes a figure; it asks a person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

_NO_FIGURES: Mapping[str, str] = MappingProxyType({})


class Severity(StrEnum):
    """How much a finding should worry its reader."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class FindingKind(StrEnum):
    """Where the fault lies: in the contracts, in the evidence, or in how a metric is met."""

    ALIGNMENT = "ALIGNMENT"
    TERMS = "TERMS"
    EVIDENCE = "EVIDENCE"
    GAMING = "GAMING"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person should look at.

    ``code`` is one of the codes of ruling 10; ``figures`` maps names to decimal text; ``clauses`` cites the terms;
    ``cure`` says what would make the finding go away.
    """

    code: str
    severity: Severity
    kind: FindingKind
    message: str
    agreement: str | None = None
    service_level: str | None = None
    service: str | None = None
    clauses: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=lambda: _NO_FIGURES)
    cure: str = ""

    def __hash__(self) -> int:
        return hash((self.code, self.order()))

    def order(self) -> tuple[str, ...]:
        """A key that puts findings in the same order whatever order they were made in."""
        place = (self.agreement or "", self.service_level or "", self.service or "")
        return (*place, self.code, self.message)


def distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, in an order that does not depend on which was made first."""
    return tuple(sorted(set(findings), key=Finding.order))
