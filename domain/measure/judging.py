"""Comparing a value with a promise, exactly.

The problem: 99.8999999 % is a breach of 99.9 % unless the contract itself says that a rounded value is compared; and
17 of 18 tickets may be good enough where the contract forgives one failure in a small sample.

Example (E2): 33 of 35 is 94.2857... %, `MISSED` against 95; with ``smallSample: {fewerThan: 20, allowFailures: 1}``
17 of 18 is `MET` and 16 of 18 is not.

Limits: the comparison is on the fraction; only `compare` rounds, to the places that the contract names.
"""

from fractions import Fraction

from domain.agreements import Compare, SmallSample, Threshold
from domain.attainment import AttainmentStatus, Judgement
from domain.money import rounded_fraction


def judge(
    value: Fraction | None,
    threshold: Threshold | None,
    compare: Compare | None = None,
    small_sample: SmallSample | None = None,
    counted: int = 0,
    failures: int = 0,
) -> Judgement:
    """Judge a value in percent; None has no status but `NO_DATA`, never 0 or 100.

    ``counted`` and ``failures`` are what a small sample is judged on. A level without a threshold in force (its first
    dated target lies ahead) is `NO_DATA` too: there is nothing to miss.
    """
    if value is None or threshold is None:
        return Judgement(AttainmentStatus.NO_DATA, value, None, None)
    compared = value if compare is None else rounded_fraction(value, compare.places, compare.rounding)
    margin = threshold.margin(compared)
    forgiven = (
        small_sample is not None
        and counted < small_sample.fewer_than
        and failures <= small_sample.allow_failures
    )
    is_met = threshold.is_met_by(compared) or forgiven
    return Judgement(AttainmentStatus.MET if is_met else AttainmentStatus.MISSED, value, compared, margin)


def percent(numerator: Fraction, denominator: Fraction) -> Fraction | None:
    """100 x numerator / denominator; None for a zero denominator."""
    return None if denominator == 0 else 100 * numerator / denominator
