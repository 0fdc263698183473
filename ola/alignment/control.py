"""``OUTSIDE_CONTROL``: a promise about what the promising party does not run and has nobody bound to.

The problem: the provider promises the availability of something that the customer itself runs, or that stands on it.
Whatever it does, it cannot keep that promise; and where the agreement does not excuse the customer, it pays.

Example: banking stands on the customer's own data centre, and the SLA does not name ``customer`` among its exclusions.

Limits: SLAs. A dependency of somebody else's under no agreement is ``UNGOVERNED``; here only the level's own service.
"""

from domain.agreements import Agreement, AgreementType, AvailabilityMetric, OutageCountMetric, ServiceLevel
from domain.findings import Finding, FindingKind, Severity
from ola.alignment.runners import Runners
from ola.alignment.underpinning import clause_of
from ola.chain import Chain
from ola.sides import Sides


def outside_control(
    sides: Sides, judged: Agreement, level: ServiceLevel, service: str, chain: Chain, runners: Runners
) -> tuple[Finding, ...]:
    """A finding for each service under a level that its provider neither runs nor has anybody bound to."""
    if judged.type is not AgreementType.SLA:
        return ()
    found = []
    runner = chain.services[service].provider
    if not sides.is_own(runner) and not sides.is_consumer(runner) and sides.binding(runner, service) is None:
        found.append(
            _finding(
                judged, level, service,
                f"{judged.name} promises {service}, which {runner} runs under no agreement.",
                f"Conclude an agreement with {runner} that covers {service}.",
            )
        )  # fmt: skip
    of_outages = isinstance(level.metric, AvailabilityMetric | OutageCountMetric) and judged.consumer != "*"
    is_excused = "customer" in judged.exclusions
    is_theirs = of_outages and sides.is_consumer(runner)
    if is_theirs:
        what = (
            "every failure is excused, so that it promises nothing" if is_excused else "nothing excuses that"
        )
        found.append(
            _finding(
                judged, level, service,
                f"{judged.name} promises {service}, which the customer's own {runner} runs: {what}.",
                f"Leave {service} out of {judged.name}, or have {judged.provider} run it.",
                Severity.INFO if is_excused else Severity.WARNING,
            )
        )  # fmt: skip
    is_asked = of_outages and not is_excused
    if is_asked and runners.may_be_of(service, sides.portfolio.top_party(judged.consumer)):
        theirs = {name for name in chain.closure(service) if sides.is_consumer(chain.services[name].provider)}
        if is_theirs:
            theirs.discard(service)
        found += [
            _finding(
                judged, level, service,
                f"{judged.name} promises {service}, and {name}, on which it stands, is run by the customer's own "
                f"{chain.services[name].provider}; the customer's failures are not excused.",
                f"Name customer among the exclusions of {judged.name}.",
            )
            for name in sorted(theirs)
        ]  # fmt: skip
    return tuple(found)


def _finding(
    judged: Agreement,
    level: ServiceLevel,
    service: str,
    message: str,
    cure: str,
    severity: Severity = Severity.WARNING,
) -> Finding:
    return Finding(
        "OUTSIDE_CONTROL", severity, FindingKind.ALIGNMENT, message, judged.name, level.name, service,
        (clause_of(judged, level),), {}, cure,
    )  # fmt: skip
