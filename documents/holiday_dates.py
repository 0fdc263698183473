"""The dates of public holidays, resolved when documents are loaded, so that a settlement never looks them up.

The problem: "public holidays in England count as non-prime" needs dates, substitute days included, and the same dates
again when the settlement is replayed. So they are worked out here once, and stand in the portfolio and in its digest.

Example: ``resolved("GB", "ENG", {2026})`` has 2026-12-28, the substitute for Boxing Day on a Saturday.

Limits: the `holidays` library knows past and announced dates; a holiday proclaimed later comes with its next version.
"""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

__all__ = ["MOST_YEARS", "are_known", "countries", "resolved", "subdivisions"]

MOST_YEARS = 100
"""For at most so many years are dates worked out."""


@lru_cache(maxsize=64)
def are_known(country: str, subdivision: str | None) -> bool:
    """Whether the holidays of a country, or of a part of it, are known."""
    import holidays  # noqa: PLC0415 - it is large, and most portfolios name no country

    try:
        holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The countries whose holidays are known, by their two letters."""
    import holidays  # noqa: PLC0415 - as above

    return frozenset(holidays.list_supported_countries())


@lru_cache(maxsize=64)
def subdivisions(country: str) -> frozenset[str]:
    """The parts of a country whose holidays are known."""
    import holidays  # noqa: PLC0415 - as above

    known = holidays.list_supported_countries(include_aliases=True).get(country, [])
    return frozenset(known)


def resolved(country: str, subdivision: str | None, years: Collection[int]) -> frozenset[date]:
    """The public holidays of a country or a part of it in some years, with their substitute days."""
    import holidays  # noqa: PLC0415 - as above

    wanted = sorted(years)[:MOST_YEARS]
    if not wanted:
        return frozenset()
    found = holidays.country_holidays(country, subdiv=subdivision, years=wanted, observed=True)
    return frozenset(day for day in found if day.year in set(wanted))
