"""Which dates each calendar's public holidays are, for the years in which agreements use it.

The problem: a calendar names a country; a settlement needs dates. They are worked out for the terms of the agreements
that use the calendar, and a year before and after, so that every period of them is covered.

Example: a calendar with ``{country: GB, subdivision: ENG}``, used in 2026 and 2027, has the dates of 2025 to 2028.

Limits: a calendar that no agreement uses has no dates; a term of more than a century has those of its first hundred
years.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from documents.declared import Declared
from documents.errors import DocumentError, choices_text, nearest_name
from documents.holiday_dates import are_known, countries, resolved, subdivisions
from documents.validating import error_at

__all__ = ["holiday_errors", "holidays_of"]


def holiday_errors(declared: Declared) -> Iterator[DocumentError]:
    """Countries and subdivisions whose holidays are not known."""
    for name in sorted(declared.calendars):
        written = declared.calendars[name]
        holidays = written.model.spec.holidays
        if holidays is None or holidays.country is None:
            continue
        if are_known(holidays.country, holidays.subdivision):
            continue
        path = ("spec", "holidays", "country")
        if holidays.country not in countries():
            yield error_at(
                written.source,
                path,
                f'the holidays of the country "{holidays.country}" are not known',
                cure="Write another country, or list the days under holidays.dates",
                nearest="GB" if holidays.country == "UK" else nearest_name(holidays.country, countries()),
            )
        elif holidays.subdivision is not None:
            known = subdivisions(holidays.country)
            yield error_at(
                written.source,
                ("spec", "holidays", "subdivision"),
                f'"{holidays.subdivision}" is not a subdivision of {holidays.country}',
                cure=f"Write one of: {choices_text(known)}" if known else "Leave subdivision out",
                nearest=nearest_name(holidays.subdivision, known),
            )


def holidays_of(declared: Declared) -> Mapping[str, frozenset[date]]:
    """The dates of each calendar's holidays."""
    years: dict[str, set[int]] = {name: set() for name in sorted(declared.calendars)}
    for written in declared.agreements:
        spec = written.model.spec
        if spec.calendar is not None:
            years[spec.calendar].update(range(spec.term.from_.year - 1, spec.term.to.year + 2))
    found: dict[str, frozenset[date]] = {}
    for name, used in years.items():
        holidays = declared.calendars[name].model.spec.holidays
        days = frozenset(holidays.dates) if holidays is not None else frozenset()
        if holidays is not None and holidays.country is not None:
            days |= resolved(holidays.country, holidays.subdivision, used)
        found[name] = days
    return found
