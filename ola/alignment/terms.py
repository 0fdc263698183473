"""``TERM_MISMATCH``, ``NOTICE_MISMATCH`` and ``CURRENCY_MISMATCH``: two contracts that do not end, or pay, alike.

The problem: the customer may leave after twelve months, and the lease behind its service runs for eighteen; or the
customer stays until December and the supplier's contract ends in June. Each contract is in order; together they are a
bet.

Example: an SLA to 2026-12-31 on a UC to 2027-06-30 binds us 181 days longer than the customer.

A supplier's contract that renews itself, or that another one follows without a day between, does not end early.

Limits: terms, not their price. A term that only an event could end counts in full.
"""

from datetime import date, timedelta

from domain.agreements import Agreement, AgreementType, State
from domain.durations import Duration
from domain.findings import Finding, FindingKind, Severity
from domain.instants import DAY
from domain.money import NO_CURRENCY
from domain.rates import rate_on
from domain.termination.terms import AnyPart, Condition, Convenience, Scope
from ola.alignment.under import Under
from ola.alignment.underpinning import Underpinning, clause_of

_ONE_DAY = timedelta(days=1)
_HOLDS = frozenset({State.ACTIVE, State.AGREED})


def term_findings(underpinning: Underpinning, judged: Agreement, under: Under) -> tuple[Finding, ...]:
    """What is askew between the terms, the notice and the currencies of two contracts."""
    found = [
        *_ends_early(underpinning, judged, under),
        *_ends_late(underpinning.day, judged, under),
        *_notice(underpinning.day, judged, under),
        *_currency(underpinning, judged, under),
    ]
    return tuple(found)


def is_askew(underpinning: Underpinning, judged: Agreement, under: Under) -> bool:
    """Whether some contract like this one may have a finding under an agreement."""
    below = under.agreement
    may_end_early = below.last < judged.last and not below.renews
    return may_end_early or bool(term_findings(underpinning, judged, under))


def _ends_early(underpinning: Underpinning, judged: Agreement, under: Under) -> list[Finding]:
    below = under.agreement
    if below.last >= judged.last:
        return []
    last = _covered_until(underpinning, under)
    if last is None or last >= judged.last:
        return []
    days = (judged.last - last).days
    uncovered = "day" if days == 1 else _days(days)
    return [
        _finding(
            "TERM_MISMATCH", judged, under,
            f"{judged.name} runs until {judged.last}, and {below.name}, which carries {_named(under)} under it, ends "
            f"on {last}: for the last {uncovered} nobody is bound to us.",
            {"daysUncovered": str(days)},
            f"Extend {below.name} to {judged.last}, or conclude what follows it.",
        )
    ]  # fmt: skip


def _covered_until(underpinning: Underpinning, under: Under) -> date | None:
    """The last day of a contract and of those that follow it without a gap; None where it renews itself."""
    below, portfolio = under.agreement, underpinning.portfolio
    if below.renews:
        return None
    house = portfolio.top_party(below.consumer)
    following = [
        each
        for each in underpinning.ever_covering.get(under.services[0], ())
        if each.state in _HOLDS
        and each.last > below.last
        and set(under.services) <= set(each.services)
        and portfolio.top_party(each.consumer) == house
    ]
    last = below.last
    for each in sorted(following, key=lambda one: (one.first, one.last, one.name)):
        if each.first <= last + _ONE_DAY and each.last > last:
            if each.renews:
                return None
            last = each.last
    return last


def leaves_at_will(agreement: Agreement, day: date) -> date | None:
    """The day on which the consumer may end an agreement without a cause, told on ``day``; None: not before its term.

    A right of convenience counts, alone or beside other conditions each of which is enough.
    """
    ends = [
        right.notice.after(day) if right.notice is not None else day
        for right in agreement.rights
        if right.scope is Scope.AGREEMENT and _needs_no_cause(right.when)
    ]
    return min(ends, default=None)


def _needs_no_cause(when: Condition) -> bool:
    if isinstance(when, AnyPart):
        return any(_needs_no_cause(part) for part in when.parts)
    return isinstance(when, Convenience)


def _ends_late(day: date, judged: Agreement, under: Under) -> list[Finding]:
    below = under.agreement
    theirs, ours = leaves_at_will(judged, day), leaves_at_will(below, day)
    if judged.type is not AgreementType.SLA or not under.is_supplier or (judged.renews and theirs is None):
        return []
    free = judged.last if theirs is None or (theirs >= judged.last and not judged.renews) else theirs
    bound = below.last if ours is None or (ours >= below.last and not below.renews) else ours
    days = (bound - free).days
    if days <= 0:
        return []
    if free != judged.last or bound != below.last:
        customer = f" without a cause by {free}, told on {day}" if free != judged.last else f" on {free}"
        us = f"we may not leave before {bound}" if bound != below.last else f"it binds us until {bound}"
        return [
            _finding(
                "TERM_MISMATCH", judged, under,
                f"The customer may leave {judged.name}{customer}, and {below.name} carries {_named(under)} under it: "
                f"{us}, {_days(days)} longer.",
                {"daysBound": str(days)},
                f"Agree a right to end {below.name} at will, with a notice no longer than the customer's.",
            )
        ]  # fmt: skip
    return [
        _finding(
            "TERM_MISMATCH", judged, under,
            f"The customer may leave {judged.name} on {judged.last}, and {below.name}, which carries "
            f"{_named(under)} under it, binds us until {below.last}: {_days(days)} longer.",
            {"daysBound": str(days)},
            f"Agree a right to end {below.name} when {judged.name} ends, or a term that ends with it.",
        )
    ]  # fmt: skip


def _notice(day: date, judged: Agreement, under: Under) -> list[Finding]:
    below = under.agreement
    if judged.notice is None or below.notice is None or not under.is_supplier:
        return []
    ours, theirs = _length(judged.notice, day), _length(below.notice, day)
    if ours == theirs:
        return []
    if theirs > ours:
        message = (
            f"The customer ends {judged.name} with notice of {judged.notice.words()}, and we end {below.name} "
            f"with {below.notice.words()}: {_days(theirs - ours)} are ours to pay."
        )
    else:
        message = (
            f"{below.name} may be ended with notice of {below.notice.words()}, and {judged.name}, which stands on it, "
            f"only with {judged.notice.words()}: for {_days(ours - theirs)} we may owe what nobody owes us."
        )
    figures = {"noticeAboveDays": str(ours), "noticeBelowDays": str(theirs)}
    cure = f"Agree one period of notice in both; {judged.notice.words()} in {below.name} would do."
    return [_finding("NOTICE_MISMATCH", judged, under, message, figures, cure)]


def _currency(underpinning: Underpinning, judged: Agreement, under: Under) -> list[Finding]:
    below = under.agreement
    if judged.currency == below.currency or NO_CURRENCY in {judged.currency, below.currency}:
        return []
    if rate_on(underpinning.portfolio.rates, below.currency, judged.currency, underpinning.day) is not None:
        return []
    is_priced = _has_money(judged) and _has_money(below)
    owed = "what is owed above and what can be recovered below move apart with the rate" + (
        "" if is_priced else ", once both have a price"
    )
    return [
        _finding(
            "CURRENCY_MISMATCH", judged, under,
            f"{judged.name} is in {judged.currency} and {below.name} in {below.currency}: {owed}.",
            {},
            f"Agree {below.name} in {judged.currency}, or a dated rate between the two.",
            Severity.WARNING if is_priced else Severity.INFO,
        )
    ]  # fmt: skip


def _has_money(agreement: Agreement) -> bool:
    return bool(agreement.charges) or any(level.is_critical for level in agreement.levels)


def _length(notice: Duration, day: date) -> int:
    """A notice in days; months are those that follow the day."""
    return (Duration(months=notice.months, days=notice.days).after(day) - day).days + -(-notice.micros // DAY)


def _named(under: Under) -> str:
    return under.services[0] if len(under.services) == 1 else f"{under.services[0]} and others"


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _finding(
    code: str,
    judged: Agreement,
    under: Under,
    message: str,
    figures: dict[str, str],
    cure: str,
    severity: Severity = Severity.WARNING,
) -> Finding:
    clauses = (clause_of(judged), clause_of(under.agreement))
    return Finding(
        code, severity, FindingKind.ALIGNMENT, message, judged.name, None, under.services[0], clauses,
        figures, cure,
    )  # fmt: skip
