"""Lengths of time as contracts write them: four hours, sixty days, six months.

"Within P1M" and "within P30D" are different promises, and neither is a number of seconds: a month has no
fixed length, and a calendar day lasts 23 or 25 hours twice a year. A `Duration` keeps months, days and exact
time apart until the question shows which of them is meant.

    >>> Duration.parse("P1M").after(date(2026, 1, 31))
    datetime.date(2026, 2, 28)
    >>> Duration.parse("PT4H").exact_micros() // 3_600_000_000
    4

Limits: no negative durations; fractions only of hours, minutes and seconds, and nothing finer than a
microsecond.

References: ISO 8601-1:2019, 5.5.2, durations; ISO 8601-2:2019 is not followed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from domain.errors import InvalidValue
from domain.instants import DAY, HOUR, MINUTE, SECOND

__all__ = ["Duration"]

_PATTERN = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?",
    re.ASCII,
)
_EXAMPLE = "write it in ISO 8601, like PT4H for four hours, P60D for sixty days or P6M for six months"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: calendar months, then calendar days, then microseconds of exact time.

    Years are twelve months and weeks seven days; hours never become days, because some days are not 24 hours
    long. Raises InvalidValue for a part below zero.
    """

    months: int = 0
    days: int = 0
    micros: int = 0

    def __post_init__(self) -> None:
        if min(self.months, self.days, self.micros) < 0:
            raise InvalidValue(f"a duration cannot be negative: {_EXAMPLE}")

    @classmethod
    def parse(cls, text: str) -> Duration:
        """The duration that an ISO 8601 text names: "PT4H", "P60D", "P6M", "P1Y", "PT0.5S", "P1DT2H".

        Raises InvalidValue, with the reason and examples, for anything else.
        """
        return _parsed(text)

    def isoformat(self) -> str:
        """The canonical text: months as years where they are whole years, and time in hours, minutes, seconds."""
        years, months = (self.months // 12, 0) if self.months % 12 == 0 else (0, self.months)
        hours, rest = divmod(self.micros, HOUR)
        minutes, rest = divmod(rest, MINUTE)
        seconds, fraction = divmod(rest, SECOND)
        finest = f"{seconds}.{fraction:06d}".rstrip("0") if fraction else (str(seconds) if seconds else "")
        day_part = "".join(
            f"{count}{unit}" for count, unit in ((years, "Y"), (months, "M"), (self.days, "D")) if count
        )
        time_part = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M")) if count)
        time_part += f"{finest}S" if finest else ""
        if not day_part and not time_part:
            return "PT0S"
        return f"P{day_part}" + (f"T{time_part}" if time_part else "")

    def words(self) -> str:
        """The same for people: "90 days", "2 hours 30 minutes", "1 year 6 months"."""
        years, months = divmod(self.months, 12)
        hours, rest = divmod(self.micros, HOUR)
        minutes, rest = divmod(rest, MINUTE)
        seconds, fraction = divmod(rest, SECOND)
        finest = f"{seconds}.{fraction:06d}".rstrip("0") if fraction else str(seconds)
        parts = [
            f"{count} {unit}{'' if count == 1 else 's'}"
            for count, unit in (
                (years, "year"), (months, "month"), (self.days, "day"), (hours, "hour"), (minutes, "minute"),
            )
            if count
        ]  # fmt: skip
        if finest != "0":
            parts.append(f"{finest} second{'' if finest == '1' else 's'}")
        return " ".join(parts) or "no time"

    def exact_micros(self) -> int:
        """The exact length in microseconds, a day counting as 24 hours.

        Raises InvalidValue where the duration has months: they have no fixed length.
        """
        if self.months:
            raise InvalidValue(
                f"{self.isoformat()} has no exact length, because months differ: "
                "write it in days or hours here (P30D, PT720H), or count it from a date"
            )
        return self.days * DAY + self.micros

    def after(self, day: date) -> date:
        """The day that lies this long after `day`.

        A month that has no such day gives its last day. Raises InvalidValue where the duration has hours, and
        where the day would lie beyond the year 9999.
        """
        self._require_whole_days("after")
        return self._shifted(day, 1)

    def before(self, day: date) -> date:
        """The day that lies this long before `day`; month ends and errors as for `after`."""
        self._require_whole_days("before")
        return self._shifted(day, -1)

    def _require_whole_days(self, which: str) -> None:
        if self.micros:
            raise InvalidValue(
                f"no date lies {self.isoformat()} {which} another, because it has hours: "
                "write whole days, like P2D"
            )

    def _shifted(self, day: date, sign: int) -> date:
        try:
            index = day.year * 12 + day.month - 1 + sign * self.months
            year, month = divmod(index, 12)
            clamped = (
                date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) if self.months else day
            )
            return clamped + timedelta(days=sign * self.days)
        except (ValueError, OverflowError) as error:
            raise InvalidValue(
                f"the day {self.isoformat()} {'after' if sign > 0 else 'before'} {day} "
                "is outside the years 1 to 9999"
            ) from error

    def __str__(self) -> str:
        return self.isoformat()


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Duration:
    """What a text names; contracts say the same few durations over and over."""
    match = _PATTERN.fullmatch(text.strip())
    if match is None or text.strip().endswith(("P", "T")):
        raise InvalidValue(f"{text!r} is not a duration{_hint(text)}: {_EXAMPLE}")
    years, months, weeks, days = (int(part or 0) for part in match.groups()[:4])
    micros = Fraction(0)
    written = [
        (part, unit) for part, unit in zip(match.groups()[5:], (HOUR, MINUTE, SECOND), strict=True) if part
    ]
    for index, (part, unit) in enumerate(written):
        number = part.replace(",", ".")
        if "." in number and index != len(written) - 1:
            raise InvalidValue(
                f"{text!r} has a fraction before its last part: only the last part may have one"
            )
        micros += Fraction(number) * unit
    if micros.denominator != 1:
        raise InvalidValue(f"{text!r} is finer than a microsecond: round it to whole microseconds")
    return Duration(months=12 * years + months, days=7 * weeks + days, micros=int(micros))


def _hint(text: str) -> str:
    """What is most likely meant by a text that is no duration."""
    stripped = text.strip()
    if stripped.startswith("-"):
        return " (it cannot be negative)"
    if re.fullmatch(r"[Pp]?\d+[HhSs]", stripped, re.ASCII):
        return " (hours and seconds stand after a T)"
    if re.search(r"[.,]\d+[YMWD]", stripped) and "T" not in stripped:
        return " (only hours, minutes and seconds may have fractions)"
    return ""
