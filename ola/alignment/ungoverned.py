"""``UNGOVERNED``: a dependency that no agreement promises, said before it fails.

The problem: a promise to a customer stands on a service that somebody else runs under no contract. When it fails the
credit is ours alone, and nobody can be held to it.

Example: web needs sms, which lark runs, and no agreement with lark covers sms.

Limits: what a party runs for its own services only is its own affair; what the consumer runs is the consumer's.
"""

from domain.agreements import Agreement, AgreementType
from domain.findings import Finding, FindingKind, Severity
from ola.alignment.runners import Runners
from ola.chain import Chain
from ola.sides import Sides


def ungoverned(sides: Sides, judged: Agreement, chain: Chain, runners: Runners) -> tuple[Finding, ...]:
    """A finding for each service under an SLA that another party needs and no agreement promises it (1-language).

    What a party runs for its own services only is its own affair.
    """
    if judged.type is not AgreementType.SLA:
        return ()
    missing: dict[str, str] = {}
    for root in judged.services:
        if not runners.may_be_unbound(root, judged.provider):
            continue
        below = frozenset(chain.closure(root))
        for service in chain.closure(root):
            party = chain.services[service].provider
            if (
                party != judged.provider
                and not sides.is_consumer(party)
                and sides.binding(party, service) is None
                and (service == root or _others_need(chain, service, below))
            ):
                missing.setdefault(service, root)
    return tuple(
        Finding(
            "UNGOVERNED", Severity.WARNING, FindingKind.ALIGNMENT,
            f"{_need(judged, missing[service], service)}, which {chain.services[service].provider} runs under no "
            "agreement: nobody can be held to its failures.",
            judged.name, None, service, (judged.name,),
            cure=f"Conclude an agreement with {chain.services[service].provider} that covers {service}.",
        )
        for service in sorted(missing)
    )  # fmt: skip


def _need(judged: Agreement, root: str, service: str) -> str:
    return f"{judged.name} promises {service}" if service == root else f"{root} stands on {service}"


def _others_need(chain: Chain, service: str, below: frozenset[str]) -> bool:
    """Whether a service is needed by one of those below the promised service that another party runs."""
    runs = chain.services[service].provider
    return any(chain.services[name].provider != runs for name in chain.needed_by[service] if name in below)
