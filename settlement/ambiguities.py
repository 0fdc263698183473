"""What a contract leaves ambiguous, told beside the figures that rest on one reading of it.

The problem: a real contract says in one clause that response times count and in another that escalation times do too.
Whoever writes it down as data has to choose; a choice that nobody sees is the first thing that the other side's lawyer
finds. So the document states what is open and how it was read, and every settlement says so.

Example: ``ambiguities: [{clause: "8.5(4)", leavesOpen: ..., reading: ...}]`` is the finding AMBIGUOUS with both.

Limits: what is ambiguous is a person's judgement; nothing here reads clauses.
"""

from domain.agreements import Agreement
from domain.findings import Finding, FindingKind, Severity


def ambiguities(agreement: Agreement) -> list[Finding]:
    """One finding for each clause that an agreement's document calls ambiguous."""
    return [
        Finding(
            "AMBIGUOUS",
            Severity.INFO,
            FindingKind.TERMS,
            f"{each.clause} leaves open: {each.leaves_open.rstrip('.')}. Read here as: {each.reading}",
            agreement.name,
            each.service_level,
            None,
            clauses=(each.clause,),
            cure="Agree on one reading with the other party, and write it into the next version.",
        )
        for each in agreement.ambiguities
    ]
