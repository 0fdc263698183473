"""What a person should know of the clocks by which a file's times are written.

The problem: ``2026-10-25T01:30`` is an instant only if somebody says on whose clocks, and in London it is two. A reader
has to decide; what was decided, and of how many times, must not be left for the dispute to find out.

Example: an export in Europe/London with 3 rows between one and two in the morning of 25 October 2026 has 3 times that
were shown twice; the first occurrence is taken (ruling 11 of the design), and a finding says so.

Limits: times are counted, not rows: a row has as many as it has columns of times. What is counted is what was read, be
the row quarantined for other reasons or not.
"""

from collections.abc import Iterable

from domain.findings import Finding, FindingKind, Severity
from vendors.feeds.checks import Clocks

_CURE = "Send the times in UTC, or with their offset."


def without_offset(file: str, clocks: Clocks) -> tuple[Finding, ...]:
    """That times of a file, which is read by its name, have no offset, and so are read as UTC."""
    if not clocks.wall:
        return ()
    mixed = clocks.wall < clocks.times
    beside = f", beside {clocks.times - clocks.wall} with one" if mixed else ""
    return (
        Finding(
            "TIME_WITHOUT_OFFSET",
            Severity.WARNING if mixed else Severity.INFO,
            FindingKind.EVIDENCE,
            f"{file} gives {_counted(clocks.wall)} without an offset{beside}: read as UTC.",
            figures={"times": str(clocks.wall), "withOffset": str(clocks.times - clocks.wall)},
            cure="Write the offset (2026-04-14T10:00:00Z), or claim the file with a Feed that says its time zone.",
        ),
    )


def of_local_times(file: str, zone: str, found: Iterable[Clocks]) -> tuple[Finding, ...]:
    """That wall times of a file are of an hour that the clocks of its zone showed twice, or never."""
    every = list(found)
    twice, never = sum(each.twice for each in every), sum(each.never for each in every)
    notices = []
    if twice:
        told = (
            f"{_counted(twice)} of an hour that clocks of {zone} showed twice: read as the first of the two"
        )
        notices.append(_finding("TIME_SHOWN_TWICE", f"{file} gives {told}.", twice))
    if never:
        told = f"{_counted(never)} of an hour that clocks of {zone} skipped: read with the offset before the change"
        notices.append(_finding("TIME_NEVER_SHOWN", f"{file} gives {told}.", never))
    return tuple(notices)


def _finding(code: str, message: str, times: int) -> Finding:
    return Finding(
        code, Severity.WARNING, FindingKind.EVIDENCE, message, figures={"times": str(times)}, cure=_CURE
    )


def _counted(times: int) -> str:
    return f"{times} time" if times == 1 else f"{times} times"
