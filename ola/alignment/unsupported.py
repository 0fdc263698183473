"""``TARGET_UNSUPPORTED``: more is promised than the chain supports, said so that somebody can act on it.

The problem: a target that the suppliers' promises cannot carry is a credit waiting to be paid. The finding has to say
how far the chain reaches, which dependency binds, and what the least change is.

Example: sla-banking promises 99.9 on hosting of 99.5 and a network of 99.95: an error with the figures expected
99.45025 and guaranteed 99.45, and the cure "Raise uc-hosting from 99.5 to 99.95 %, or add a second provider of 90 %".

Limits: the figures and the changes are those of `support` and `changes`; here they are only put into words.
"""

from fractions import Fraction

from domain.findings import Finding, FindingKind, Severity
from domain.money import cut_text, decimal_text
from ola.alignment.amended import amendments
from ola.alignment.changes import Change, binding_service, closing_changes
from ola.alignment.support import Support
from ola.alignment.underpinning import clause_of

_MOST_CLAUSES = 12
_MOST_CURES = 3
_PLACES = 12
_PLACES_SAID = 6


def target_unsupported(support: Support | None) -> tuple[Finding, ...]:
    """The finding on one level's support; none where it is guaranteed, or nothing promised stands under it."""
    if support is None or support.is_guaranteed:
        return ()
    binding = binding_service(support)
    changes = closing_changes(support) if support.expected.is_exact else ()
    figures = {
        "target": percent_text(support.target),
        "expected": percent_text(support.expected.low),
        "guaranteed": percent_text(support.guaranteed),
    }
    if not support.expected.is_exact:
        figures["expectedAtMost"] = percent_text(support.expected.high)
    for change in changes:
        if change.raised is not None:
            figures[f"raise {change.promise.service} to"] = decimal_text(change.raised)
        if change.second is not None:
            figures[f"second provider of {change.promise.service}"] = decimal_text(change.second)
    amended = amendments(support)
    for _, name, before in amended:
        figures[name] = percent_text(before)
    if support.weakest is not None:
        promises = [support.weakest[1]]
    else:
        promises = [each for name in support.promises for each in support.promises[name]]
    binding_promise = promises[0] if support.weakest is not None else support.promises[binding][0]
    clauses = (
        clause_of(support.agreement, support.level),
        *(each.clause for each in promises[:_MOST_CLAUSES]),
    )
    return (
        Finding(
            "TARGET_UNSUPPORTED",
            Severity.ERROR if support.is_unreachable else Severity.WARNING,
            FindingKind.ALIGNMENT,
            f"{_what_is_wrong(support)} The binding dependency is {binding} "
            f"({binding_promise.clause}: {percent_text(support.chance(binding))} %)."
            + "".join(
                f" {what[:1].upper()}{what[1:]}; before, it was {_said(before)} %."
                for what, _, before in amended
            ),
            support.agreement.name,
            support.level.name,
            support.service,
            clauses,
            figures,
            _cure(support, changes),
        ),
    )


def percent_text(part: Fraction, places: int = _PLACES) -> str:
    """A part of 1 in percent; one with too many digits is cut, so that it never reads as more than it is."""
    return cut_text(100 * part, places)


def _said(part: Fraction) -> str:
    """A percentage as a sentence says it."""
    return percent_text(part, _PLACES_SAID)


def _what_is_wrong(support: Support) -> str:
    target, guaranteed = _said(support.target), _said(support.guaranteed)
    sold = f"{support.service} is promised at {target} %"
    hoped = f"{_said(support.expected.low)} %"
    if not support.expected.is_exact:
        hoped = (
            f"between {hoped} and {_said(support.expected.high)} % (bounds: more services are shared than "
            "can be worked out exactly)"
        )
    if support.is_unreachable:
        return (
            f"{sold}, and what it stands on can be expected to give {hoped} even if all failures are independent "
            f"and every supplier keeps its promise; {guaranteed} % is guaranteed ({support.worst.name})."
        )
    return (
        f"{sold}. If failures are independent, what it stands on gives {hoped}; but if they fall unluckily, only "
        f"{guaranteed} % is guaranteed ({support.worst.name}), with every supplier keeping its promise."
    )


def _cure(support: Support, changes: tuple[Change, ...]) -> str:
    ways = [_change_text(support, change) for change in changes[:_MOST_CURES]]
    reach = support.expected.low if support.is_unreachable else support.guaranteed
    least = Fraction(reach * 10_000 // 1, 10_000)
    lacks_hours = support.lacks_hours
    is_cured_by_hours = lacks_hours and support.is_guaranteed_in_all_hours
    if is_cured_by_hours:
        ways.append("have the hours promised below that are promised above")
    if least > 0:
        ways.append(f"promise no more than {percent_text(least)} %")
    elif not ways:
        ways.append("have more promised below")
    text = ", or ".join(ways)
    besides = (
        " Hours that are promised above are left out below, too."
        if lacks_hours and not is_cured_by_hours
        else ""
    )
    return f"{text[:1].upper()}{text[1:]}.{besides}"


def _change_text(support: Support, change: Change) -> str:
    promise = change.promise
    now = percent_text(support.chance(promise.service))
    ways = []
    if change.raised is not None:
        ways.append(
            f"raise {promise.agreement.name} for {promise.service} from {now} to {decimal_text(change.raised)} %"
        )
    if change.second is not None:
        ways.append(f"add a second provider of {promise.service} at {decimal_text(change.second)} %")
    return ", or ".join(ways)
