"""``UNGOVERNED``: a dependency that no agreement promises, said before it fails.

The problem: a promise to a customer stands on a service that somebody else runs under no contract. When it fails the
credit is ours alone, and nobody can be held to it.

Example: web needs sms, which lark runs, and no agreement with lark covers sms.

Limits: what a party runs for its own services only is its own affair; what the consumer runs is the consumer's.
"""

from domain.agreements import Agreement, AgreementType
from domain.findings import Finding, FindingKind, Severity
from ola.chain import Chain
from ola.sides import Sides


def ungoverned(sides: Sides, judged: Agreement, chain: Chain) -> tuple[Finding, ...]:
    """A finding for each service under an SLA that another party needs and no agreement promises it (1-language).

    What a party runs for its own services only is its own affair.
    """
    if judged.type is not AgreementType.SLA:
        return ()
    missing: dict[str, str] = {}
    for root in judged.services:
        for service in chain.closure(root):
            party = chain.services[service].provider
            if (
                party != judged.provider
                and not sides.is_consumer(party)
                and sides.binding(party, service) is None
                and (service == root or _others_need(chain, service, root))
            ):
                missing.setdefault(service, root)
    return tuple(
        Finding(
            "UNGOVERNED", Severity.WARNING, FindingKind.ALIGNMENT,
            f"{missing[service]} stands on {service}, which {chain.services[service].provider} runs under no "
            "agreement: nobody can be held to its failures.",
            judged.name, None, service,
            cure=f"Conclude an agreement with {chain.services[service].provider} that covers {service}.",
        )
        for service in sorted(missing)
    )  # fmt: skip


def _others_need(chain: Chain, service: str, root: str) -> bool:
    """Whether a service under ``root`` is needed by a service that another party runs."""
    above = set(chain.closure(root)) & set(chain.needed_by[service])
    return any(chain.services[name].provider != chain.services[service].provider for name in above)
