"""From the remedies of a document to the values of the domain.

The problem: how credits are earned back, what one incident costs and how a shared level is divided are words of a
contract; a calculation needs them as values, and what it cannot read must not be dropped.

Example: ``earnBack: {returns: "50", when: {consecutive: 6}}`` becomes an `EarnBack` of half, after six periods.

Limits: caps, amounts at risk and points are converted beside the credits (`documents.credit_conversion`).
"""

from fractions import Fraction

from documents.contracts import LevelText
from documents.remedies import EarnBackTerms, RatchetText, RemediesText
from domain.durations import Duration
from domain.remedies import (
    NO_REMEDIES,
    Apportion,
    EarnBack,
    EarnedAs,
    Expires,
    Kept,
    OneIncident,
    Ratchet,
    RatchetTo,
    Remedies,
    SharedLevel,
)

__all__ = ["ratchet_of", "remedies_of", "shared_of"]


def remedies_of(remedies: RemediesText | None) -> Remedies:
    """What an agreement says of its credits as a whole."""
    if remedies is None:
        return NO_REMEDIES
    return Remedies(
        OneIncident(remedies.one_incident),
        _earn_back(remedies.earn_back),
        ratchet_of(remedies.ratchet),
        remedies.sole,
        remedies.count_toward_damages,
    )


def _earn_back(terms: EarnBackTerms | None) -> EarnBack | None:
    if terms is None:
        return None
    expires: Expires | Duration | None = None
    if isinstance(terms.expires, Duration):
        expires = terms.expires
    elif terms.expires is not None:
        expires = Expires(str(terms.expires))
    return EarnBack(
        Fraction(terms.returns),
        Kept(terms.when.level),
        terms.when.consecutive,
        EarnedAs(terms.as_),
        expires,
        "minimum_missed" in terms.excludes,
    )


def ratchet_of(terms: RatchetText | None) -> Ratchet | None:
    """How a target rises once it has been beaten for long."""
    if terms is None:
        return None
    share = None if terms.maximum_gap_share is None else Fraction(terms.maximum_gap_share)
    return Ratchet(terms.beaten, RatchetTo(terms.to), share)


def shared_of(level: LevelText) -> SharedLevel | None:
    """With which levels of other agreements a level is shared; an agreement alone means its level of this name."""
    if level.shared is None:
        return None
    others = []
    for name in level.shared.with_:
        agreement, _, other = name.partition("/")
        others.append((agreement, other or level.name))
    return SharedLevel(tuple(others), Apportion(level.shared.apportion))
