"""What an amendment did to the support of a target: the promise that was raised above, or lowered below.

The problem: contracts are amended one at a time. The supplier's second version promises 99.5 where the first promised
99.9, in exchange for a better price; and the promise to the customer, written two years before, has become unreachable.

Example: uc-hosting promised 99.9 until its version 2 took effect on 2026-04-01 with 99.5: the finding says so, and
gives the figure ``hosting before``, 99.9.

Limits: the version before the one in force, by the level's name; what other contracts promised at that time is not
asked.
"""

from fractions import Fraction

from domain.agreements import Agreement, State
from ola.alignment.support import Support
from ola.alignment.underpinning import promised_on

_TAKES_EFFECT = frozenset({State.ACTIVE, State.TERMINATED})


def amendments(support: Support) -> tuple[tuple[str, str, Fraction], ...]:
    """What was raised above or lowered below: in words, under which name the earlier figure stands, and that figure.

    Figures are parts of 1. None for a large chain.
    """
    if support.bound is not None:
        return ()
    found = []
    since = support.agreement.effective.isoformat()
    before = _promised_before(support, support.agreement, support.level.name, support.service)
    if before is not None and before < support.target:
        found.append((f"{_version(support.agreement)} raised the target on {since}", "target before", before))
    for service, promises in support.promises.items():
        for promise in promises:
            before = _promised_before(support, promise.agreement, promise.level.name, service)
            if before is not None and before > promise.promised:
                since = promise.agreement.effective.isoformat()
                what = f"{_version(promise.agreement)} lowered what {service} is promised on {since}"
                found.append((what, f"{service} before", before))
    return tuple(found)


def _version(agreement: Agreement) -> str:
    return f"version {agreement.version} of {agreement.name}"


def _promised_before(support: Support, current: Agreement, level: str, service: str) -> Fraction | None:
    """What the version before the current one promised of a service on the day before it was amended."""
    versions = support.underpinning.versions.get(current.name, ())
    if len(versions) < 2:
        return None
    earlier = [
        each for each in versions if each.state in _TAKES_EFFECT and each.effective < current.effective
    ]
    if not earlier:
        return None
    last = max(earlier, key=lambda each: (each.effective, each.version))
    promised = [
        promised_on(each, last.effective)
        for each in last.levels
        if each.name == level and service in each.services
    ]
    return promised[0] if promised else None
