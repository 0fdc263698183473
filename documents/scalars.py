"""The single values of a document: names, dates, durations, money, percentages, each read from its text.

The problem: a value is text until the model that needs it says what it means, so that "18:00" is a time where a time is
wanted and nothing else anywhere. Each kind of value is read in one place, refuses what it cannot be, and says what to
write instead; the same place says it to editors through the JSON Schema.

Example: ``Amount`` reads "40000.00" as ``Decimal("40000.00")`` and refuses "40,000", "-5", "5e3" and "ten".

Limits: a value is read alone; whether a name is declared, or a band lies in its range, is checked where the whole is
known. No value ever passes through a binary fraction.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from domain.durations import Duration
from domain.errors import InvalidValue
from domain.instants import DAY, HOUR, MINUTE, SECOND, parse_date, parse_instant
from domain.periods import Period

__all__ = [
    "Amount", "Bound", "CountryCode", "CurrencyCode", "Day", "DayOrInstant", "Flag", "LocalTime", "Name", "NameOrAll",
    "Number", "OutageLength", "Percent", "PeriodName", "Reference", "Span", "Text", "TimeOfDay", "WholeNumber",
    "ZoneName", "read_number", "read_outage_length", "read_span", "refuse",
]  # fmt: skip

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?", re.ASCII)
_COMMA = re.compile(r"-?\d{1,30},\d{1,2}", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_TIME_ALONE = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?", re.ASCII)
_LOCAL = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)", re.ASCII)
_LONGEST_TEXT = 20_000
_LONGEST_NAME = 128


def refuse(
    message: str, cure: str = "", nearest: str | None = None, at: tuple[str | int, ...] = ()
) -> NoReturn:
    """Refuse a value: ``message`` says what is wrong with it, ``cure`` what to write instead.

    ``at`` is the path from the refused mapping to the part of it that is to blame.
    """
    context = {"message": message, "cure": cure, "nearest": nearest, "at": at}
    raise PydanticCustomError("refused", "{message}", context)


def _text(value: object, wanted: str, cure: str) -> str:
    """The value as text without blanks around it; anything else than text is refused."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        refuse(f"has no value, where {wanted} is wanted", cure)
    refuse(f"is a {'list' if isinstance(value, list) else 'mapping'}, where {wanted} is wanted", cure)


def _read_text(value: object) -> str:
    cure = "Write some text, in quotes where it has special characters"
    text = _text(value, "text", cure)
    if not text:
        refuse("is empty, where text is wanted", cure)
    if len(text) > _LONGEST_TEXT:
        refuse(f"has {len(text):,} characters, more than the {_LONGEST_TEXT:,} that are read", "Shorten it")
    return text


def _read_name(value: object) -> str:
    if isinstance(value, str) and len(value) <= _LONGEST_NAME and _NAME.fullmatch(value):
        return value  # As almost all are, and there are many.
    cure = "Write lower-case letters, digits and hyphens, like online-banking"
    text = _text(value, "a name", cure)
    if not text:
        refuse("is empty, where a name is wanted", cure)
    if len(text) > _LONGEST_NAME:
        refuse(f"is longer than the {_LONGEST_NAME} characters of a name", cure)
    if _NAME.fullmatch(text) is None:
        plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
        refuse(f'"{text[:60]}" is not a name', cure, plain if _NAME.fullmatch(plain) else None)
    return text


def _read_name_or_all(value: object) -> str:
    return "*" if value == "*" else _read_name(value)


def _read_reference(value: object) -> str:
    """A service level, alone or as agreement/serviceLevel."""
    cure = "Write a service level's name, or agreement/serviceLevel"
    text = _text(value, "the name of a service level", cure)
    parts = text.split("/")
    if len(parts) > 2:
        refuse(f'"{text}" has more than one slash', cure)
    return "/".join(_read_name(part) for part in parts)


def _number(value: object, wanted: str, example: str) -> Decimal:
    cure = f'Write decimal text, like "{example}"'
    text = _text(value, wanted, cure)
    if _NUMBER.fullmatch(text) is None:
        stripped = text.strip("%€$£¥ ").replace(",", "").replace(" ", "").replace("_", "")
        nearest = stripped if _NUMBER.fullmatch(stripped) else None
        if _COMMA.fullmatch(text) is not None:
            nearest = text.replace(",", ".")  # "99,5" is how half of Europe writes 99.5.
        refuse(f'"{text[:60]}" is not {wanted}', f"{cure}: no separators, signs or units", nearest)
    return Decimal(text)


def read_number(value: object) -> Decimal:
    """A decimal number, which may be negative."""
    return _number(value, "a number", "2.5")


def _read_amount(value: object) -> Decimal:
    amount = _number(value, "an amount of money", "40000.00")
    if amount < 0:
        refuse(f"{amount} is negative, and an amount of money cannot be", "Write the amount without its sign")
    return amount


def _read_percent(value: object) -> Decimal:
    percent = _number(value, "a percentage", "99.9")
    if percent < 0:
        refuse(f"{percent} is negative, and a percentage cannot be", "Write a percentage from 0 to 100")
    return percent


def _read_whole(value: object) -> int:
    text = _text(value, "a whole number", "Write digits only, like 3")
    if _WHOLE.fullmatch(text) is None:
        refuse(f'"{text[:60]}" is not a whole number', "Write digits only, like 3")
    return int(text)


def _read_flag(value: object) -> bool:
    text = _text(value, "true or false", "Write true or false")
    if text not in ("true", "false"):
        near = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(
            text.casefold(), text.casefold()
        )
        nearest = near if near in ("true", "false") else None
        refuse(f'"{text[:60]}" is neither true nor false', "Write true or false", nearest)
    return text == "true"


def read_span(value: object) -> Duration:
    """A duration of ISO 8601."""
    text = _text(value, "a duration", "Write it in ISO 8601, like PT4H, P60D or P6M")
    try:
        return Duration.parse(text)
    except InvalidValue as error:
        refuse(*_split(error))


def read_outage_length(value: object) -> int:
    """A duration of exact length, in microseconds."""
    span = read_span(value)
    try:
        return span.exact_micros()
    except InvalidValue as error:
        refuse(*_split(error))


def _read_day(value: object) -> date:
    text = _text(value, "a date", "Write it like 2026-04-14")
    try:
        return parse_date(text)
    except InvalidValue as error:
        refuse(*_split(error))


def _read_day_or_instant(value: object) -> date | datetime:
    cure = "Write it like 2026-04-14T10:00Z or 2026-04-14T12:00+02:00"
    text = _text(value, "an instant", cure)
    if _TIME_ALONE.fullmatch(text):
        refuse(f'"{text}" is a time without a date', cure)
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return parse_date(text)
        micros = parse_instant(text)
    except InvalidValue as error:
        refuse(*_split(error))
    return datetime.fromtimestamp(micros // SECOND, UTC).replace(microsecond=micros % SECOND)


def _read_time_of_day(value: object) -> int:
    """Microseconds of the local clock since midnight; "24:00" is the end of the day."""
    cure = 'Write hours and minutes, like "08:00"; "24:00" is the end of the day'
    text = _text(value, "a time of day", cure)
    match = _TIME.fullmatch(text)
    if match is None:
        padded = f"0{text}"
        refuse(f'"{text[:60]}" is not a time of day', cure, padded if _TIME.fullmatch(padded) else None)
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    micros = hours * HOUR + minutes * MINUTE + seconds * SECOND
    if minutes > 59 or seconds > 59 or micros > DAY:
        refuse(f'"{text}" is a time of day that does not exist', cure)
    return micros


def _read_local_time(value: object) -> datetime:
    """A wall-clock time of the calendar's zone, which is why it has no offset."""
    cure = "Write date and time of the calendar's own zone, like 2026-12-24T12:00"
    text = _text(value, "a local date and time", cure)
    match = _LOCAL.fullmatch(text)
    if match is None:
        if _TIME_ALONE.fullmatch(text):
            refuse(f'"{text}" is a time without a date', cure)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            refuse(f'"{text}" is a date without a time', cure, f"{text}T00:00")
        if re.search(r"(?:[Zz]|[+-]\d{2}:?\d{2})$", text) and _LOCAL.match(text):
            refuse(f'"{text}" has an offset, and this is local time', cure, text[:16])
        refuse(f'"{text[:60]}" is not a local date and time', cure)
    day = _read_day(match[1])
    micros = _read_time_of_day(match[2])
    if micros == DAY:
        refuse(f'"{text}" ends the day; write midnight of the next day', cure)
    return datetime.combine(day, time.min) + timedelta(microseconds=micros)


def _read_zone(value: object) -> str:
    cure = "Write a name of the time zone database, like Europe/London or UTC"
    text = _text(value, "a time zone", cure)
    try:
        ZoneInfo(text)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError, and handled below
        refuse(f'"{text[:60]}" is not a time zone', cure)
    except KeyError:
        refuse(f'"{text[:60]}" is not a time zone', cure, _nearest_zone(text))
    return text


def _nearest_zone(text: str) -> str | None:
    from zoneinfo import available_timezones  # noqa: PLC0415 - it walks the disk, and only a wrong name needs it

    from documents.errors import nearest_name  # noqa: PLC0415 - as above

    return nearest_name(text, available_timezones())


def _read_currency(value: object) -> str:
    cure = "Write the three capital letters of ISO 4217, like GBP"
    text = _text(value, "a currency", cure)
    if re.fullmatch(r"[A-Z]{3}", text, re.ASCII) is None:
        upper = text.upper()
        signs = {"£": "GBP", "€": "EUR", "$": "USD"}
        nearest = upper if re.fullmatch(r"[A-Z]{3}", upper, re.ASCII) else signs.get(text)
        refuse(f'"{text[:60]}" is not a currency', cure, nearest)
    return text


def _read_country(value: object) -> str:
    cure = "Write the two capital letters of ISO 3166, like GB"
    text = _text(value, "a country", cure)
    if re.fullmatch(r"[A-Z]{2}", text, re.ASCII) is None:
        upper = text.upper()
        nearest = "GB" if upper == "UK" else upper if re.fullmatch(r"[A-Z]{2}", upper, re.ASCII) else None
        refuse(f'"{text[:60]}" is not a country', cure, nearest)
    return text


def _read_period(value: object) -> str:
    text = _text(value, "a period", "Write a month like 2026-03, a quarter like 2026-Q1, or a year like 2026")
    try:
        return Period.parse(text).name
    except InvalidValue as error:
        refuse(*_split(error))


def _read_bound(value: object) -> Decimal | Duration:
    """A target or a boundary: decimal text, or a duration where the metric's value is one."""
    text = _text(value, "a value", 'Write decimal text, like "99.9", or a duration, like PT4H')
    if text.startswith("P"):
        return read_span(text)
    return _number(text, "a value", "99.9")


def _split(error: InvalidValue) -> tuple[str, str]:
    """What is wrong and what to write instead, from an error of the domain."""
    message, _, cure = str(error).replace("'", '"').partition(": ")
    return message, cure[:1].upper() + cure[1:]


def _json(
    kind: str | list[str], description: str, pattern: str | None = None, minimum: int | None = None
) -> WithJsonSchema:
    schema: dict[str, object] = {"type": kind, "description": description}
    if pattern is not None:
        schema["pattern"] = pattern
    if minimum is not None:
        schema["minimum"] = minimum
    return WithJsonSchema(schema)


_NAME_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
_UNSIGNED_PATTERN = r"^\d+(\.\d+)?$"
_SPAN_PATTERN = (
    r"^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+([.,]\d+)?H)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?S)?)?$"
)
_TIME_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$|^24:00(:00)?$"

Text = Annotated[str, PlainValidator(_read_text), _json(["string", "number"], "Text")]
Name = Annotated[
    str,
    PlainValidator(_read_name),
    _json("string", "A name: lower-case letters, digits and hyphens", _NAME_PATTERN),
]
NameOrAll = Annotated[
    str,
    PlainValidator(_read_name_or_all),
    _json("string", 'A name, or "*" for all', r"^(\*|[a-z0-9]+(-[a-z0-9]+)*)$"),
]
Reference = Annotated[
    str,
    PlainValidator(_read_reference),
    _json(
        "string",
        "A service level of this agreement, or agreement/serviceLevel",
        "^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?$",
    ),
]
Number = Annotated[
    Decimal, PlainValidator(read_number), _json(["string", "number"], "Decimal text", r"^-?\d+(\.\d+)?$")
]
Amount = Annotated[
    Decimal,
    PlainValidator(_read_amount),
    _json(["string", "number"], 'An amount of money as decimal text, like "40000.00"', _UNSIGNED_PATTERN, 0),
]
Percent = Annotated[
    Decimal,
    PlainValidator(_read_percent),
    _json(["string", "number"], 'A percentage as decimal text, 0 to 100, like "99.9"', _UNSIGNED_PATTERN, 0),
]
WholeNumber = Annotated[int, PlainValidator(_read_whole), WithJsonSchema({"type": "integer", "minimum": 0})]
Flag = Annotated[bool, PlainValidator(_read_flag), WithJsonSchema({"type": "boolean"})]
Span = Annotated[
    Duration,
    PlainValidator(read_span),
    _json("string", "A duration of ISO 8601, like PT4H, P60D or P6M", _SPAN_PATTERN),
]
OutageLength = Annotated[
    int,
    PlainValidator(read_outage_length),
    _json("string", "An exact duration of ISO 8601, like PT10M", _SPAN_PATTERN),
]
Day = Annotated[
    date, PlainValidator(_read_day), _json("string", "A date, like 2026-04-14", r"^\d{4}-\d{2}-\d{2}$")
]
DayOrInstant = Annotated[
    date | datetime,
    PlainValidator(_read_day_or_instant),
    _json(
        "string",
        "An instant with its offset, like 2026-04-14T10:00Z, or a date",
        r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$",
    ),
]
TimeOfDay = Annotated[
    int,
    PlainValidator(_read_time_of_day),
    _json("string", 'A time of the local clock, like "08:00"; "24:00" is the end of the day', _TIME_PATTERN),
]
LocalTime = Annotated[
    datetime,
    PlainValidator(_read_local_time),
    _json(
        "string",
        "Date and time of the calendar's own zone, like 2026-12-24T12:00",
        r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$",
    ),
]
ZoneName = Annotated[str, PlainValidator(_read_zone), _json("string", "A time zone, like Europe/London")]
CurrencyCode = Annotated[
    str, PlainValidator(_read_currency), _json("string", "A currency of ISO 4217, like GBP", "^[A-Z]{3}$")
]
CountryCode = Annotated[
    str, PlainValidator(_read_country), _json("string", "A country of ISO 3166, like GB", "^[A-Z]{2}$")
]
PeriodName = Annotated[
    str,
    PlainValidator(_read_period),
    _json(["string", "integer"], "A period: 2026-03, 2026-Q1, 2026-W12 or 2026"),
]
Bound = Annotated[
    Decimal | Duration,
    PlainValidator(_read_bound),
    _json(
        ["string", "number"],
        "Decimal text, a percentage as 0-100; a duration, like PT4H, for the metric duration",
    ),
]
