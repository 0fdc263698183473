"""``EXCLUSION_MISMATCH``: what excuses the supplier and not us.

The problem: the UC excuses force majeure and our SLA does not. On the day of the flood we pay the customer, and recover
nothing.

Example: hosting under ``exclusions: [maintenance, force_majeure]``, banking under ``exclusions: [maintenance]``.

So do smaller terms: outages that are too short to count below and count above, and outages that count below only from
when they were reported.

Limits: availability levels and what carries them. That the cause ``customer`` means another party in each contract does
not make it shared (ruling 28), but where it is the only one it is said as information.
"""

from domain.agreements import AvailabilityMetric, CountFrom
from domain.durations import Duration
from domain.findings import Finding, FindingKind, Severity
from domain.instants import SECOND
from ola.alignment.support import Support
from ola.alignment.underpinning import Promise, clause_of


def exclusion_mismatches(support: Support | None) -> tuple[Finding, ...]:
    """What the promises under a level excuse that the level does not."""
    if support is None:
        return ()
    if not any(_of_promise(support, promise) for promises in support.samples() for promise in promises):
        return ()
    found: list[Finding] = []
    for promises in support.told().values():
        told: set[str] = set()
        for promise in promises:
            # What a contract excludes holds for all its levels, so it is told of the first of them.
            found += _causes(support, promise) if promise.agreement.name not in told else ()
            found += _short_outages(support, promise)
            told.add(promise.agreement.name)
    return tuple(found)


def _of_promise(support: Support, promise: Promise) -> list[Finding]:
    return [*_causes(support, promise), *_short_outages(support, promise)]


def _causes(support: Support, promise: Promise) -> list[Finding]:
    unshared = sorted(promise.agreement.exclusions - support.agreement.exclusions)
    if "other_supplier" in unshared and not support.underpinning.chain.needs[promise.service]:
        unshared.remove("other_supplier")
    if not unshared:
        return []
    listed = " and ".join(unshared)
    return [
        _finding(
            support, promise, Severity.INFO if unshared == ["customer"] else Severity.WARNING,
            f"{promise.agreement.name} excuses {listed} on {promise.service}, and {support.agreement.name}, which "
            "stands on it, does not: what it costs above cannot be recovered below.",
            {},
            f"Agree the exclusion of {listed} in {support.agreement.name} too, or strike it in "
            f"{promise.agreement.name}.",
        )
    ]  # fmt: skip


def _short_outages(support: Support, promise: Promise) -> list[Finding]:
    above, below = support.level.metric, promise.level.metric
    if not isinstance(above, AvailabilityMetric) or not isinstance(below, AvailabilityMetric):
        return []
    found = []
    if below.minimum_outage > above.minimum_outage:
        length = Duration(micros=below.minimum_outage).words()
        found.append(
            _finding(
                support, promise, Severity.WARNING,
                f"Outages of {promise.service} shorter than {length} do not count under {promise.agreement.name}; "
                f"under {support.agreement.name} they do.",
                {"minimumOutageAboveSeconds": str(above.minimum_outage // SECOND),
                 "minimumOutageBelowSeconds": str(below.minimum_outage // SECOND)},
                "Agree one minimumOutage in both.",
            )
        )  # fmt: skip
    if below.count_from is CountFrom.REPORTED and above.count_from is CountFrom.START:
        found.append(
            _finding(
                support, promise, Severity.WARNING,
                f"Outages of {promise.service} count under {promise.agreement.name} from when they are reported; under "
                f"{support.agreement.name} from when they begin.",
                {},
                "Agree one countFrom in both.",
            )
        )  # fmt: skip
    return found


def _finding(
    support: Support, promise: Promise, severity: Severity, message: str, figures: dict[str, str], cure: str
) -> Finding:
    return Finding(
        "EXCLUSION_MISMATCH", severity, FindingKind.ALIGNMENT, message, support.agreement.name,
        support.level.name, support.service, (clause_of(support.agreement, support.level), promise.clause),
        figures, cure,
    )  # fmt: skip
