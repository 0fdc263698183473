"""What is to be said of an agreement's terms in every month alike: what is not calculated, what has no price.

The problem: a term that is read and not calculated, or a credit that is a percentage of nothing, is silence about money
unless it is said beside the figures.

Example: a credit of 5 % of a service that ``charges`` does not price gives ``UNPRICED``, with what to write.

Limits: what is wrong with the credits themselves (bands, caps, allocations) is looked for in `domain.credits.lint`.
"""

from domain.agreements import Agreement, Base, CreditTerms, LaterMetric, LaterTerm, ServiceLevel
from domain.attainment import LevelOn
from domain.credits.scheme import pays_percent
from domain.findings import Finding, FindingKind, Severity
from settlement.ambiguities import ambiguities
from settlement.duties import duty_findings

__all__ = ["standing_findings"]


def standing_findings(agreement: Agreement) -> list[Finding]:
    """What is to be said of an agreement's terms in whatever month."""
    found = [_not_yet(term) for term in agreement.later_terms]
    found += [
        finding
        for level in agreement.levels
        for finding in duty_findings(LevelOn(agreement, level, level.services[0]))
    ]
    found += [_not_yet(term) for level in agreement.levels for term in _later_of(agreement, level)]
    found += [finding for level in agreement.levels for finding in _unpriced(agreement, level)]
    return [*found, *ambiguities(agreement)]


def _later_of(agreement: Agreement, level: ServiceLevel) -> list[LaterTerm]:
    """What of a level comes later as a whole: its metric."""
    found = []
    if isinstance(level.metric, LaterMetric):
        what, affects = (
            f"metric {level.metric.kind}",
            "the level is not measured, and nothing is credited for it",
        )
        found.append(LaterTerm(agreement.name, f"{level.name}, {what}", affects, level.name, level.clause))
    return found


def _unpriced(agreement: Agreement, level: ServiceLevel) -> list[Finding]:
    """A credit that is a percentage of a service without a price is a percentage of nothing, which is said."""
    credit = level.credit
    if not isinstance(credit, CreditTerms) or credit.base.kind is not Base.SERVICE:
        return []
    priced = {charge.service for charge in agreement.charges}
    return [
        Finding(
            "UNPRICED",
            Severity.ERROR,
            FindingKind.TERMS,
            f"The credit of {level.name} is a percentage of what {service} costs, which has no price: it is nothing.",
            agreement.name,
            level.name,
            service,
            clauses=(level.cited,),
            cure=f"Price {service} under charges, or write of: agreement.",
        )
        for service in level.services
        if service not in priced and pays_percent(credit)
    ]


def _not_yet(term: LaterTerm) -> Finding:
    """A term that parses but that nothing calculates yet: said, never passed over."""
    where = f"{term.agreement}: {term.path}" if term.agreement else term.path
    return Finding(
        "NOT_YET_CALCULATED",
        Severity.WARNING,
        FindingKind.TERMS,
        f"{where} is understood but not calculated yet; {term.affects}.",
        term.agreement or None,
        term.service_level,
        None,
        clauses=(term.clause,) if term.clause else (),
        cure="Work this term out by hand until a later version calculates it.",
    )
