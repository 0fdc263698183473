"""The dates that follow from an agreement's terms, and the due times of escalation; worked out by hand."""

from dataclasses import replace
from datetime import date

from domain.agreements import Agreement, AgreementType, Contact, EscalationStep, State
from domain.calendars import ALWAYS, Calendar
from domain.diary import DueKind, Entry, entries_of, reviews
from domain.durations import Duration
from domain.escalation import escalation_of
from domain.instants import parse_instant
from domain.life import Life
from domain.periods import Period

HELD = Agreement(
    "sla-web", "sla-web", 1, AgreementType.SLA, None, "house", "shop", ("web",), State.ACTIVE,
    date(2026, 1, 31), date(2026, 12, 31), date(2026, 1, 31), ALWAYS, "EUR", notice=Duration.parse("P90D"),
    review_every=Duration.parse("P1M"),
)  # fmt: skip
YEAR = (date(2026, 1, 1), date(2027, 12, 31))
ACTIVE = Life(State.ACTIVE)


def told(entries: tuple[Entry, ...]) -> list[tuple[str, DueKind]]:
    return [(each.day.isoformat(), each.kind) for each in entries if each.kind is not DueKind.REVIEW]


def test_reviews_are_counted_from_the_first_day_so_that_a_short_month_moves_none_after_it() -> None:
    assert [day.isoformat() for day in reviews(HELD, date(2026, 2, 1), date(2026, 5, 31))] == [
        "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31",
    ]  # fmt: skip
    assert reviews(HELD, date(2026, 12, 1), date(2027, 12, 31)) == (date(2026, 12, 31),)
    assert reviews(replace(HELD, review_every=None), *YEAR) == ()


def test_the_last_day_for_notice_lies_its_notice_before_the_end() -> None:
    # 31 December less 90 days: 31 of December, 30 of November, 29 of October are left, 2 October.
    assert told(entries_of(HELD, ACTIVE, *YEAR, is_latest=True)) == [
        ("2026-01-31", DueKind.BEGINS), ("2026-10-02", DueKind.NOTICE_DUE), ("2026-12-31", DueKind.ENDS),
    ]  # fmt: skip
    renewing = replace(HELD, renews=True)
    assert told(entries_of(renewing, ACTIVE, *YEAR, is_latest=True))[-2:] == [
        ("2026-10-02", DueKind.NOTICE_DUE), ("2027-01-01", DueKind.RENEWS),
    ]  # fmt: skip


def test_an_earlier_version_ends_nothing_and_a_terminated_agreement_ends_when_that_says() -> None:
    assert told(entries_of(HELD, ACTIVE, *YEAR, is_latest=False)) == [("2026-01-31", DueKind.BEGINS)]
    ended = Life(State.TERMINATED, date(2026, 5, 1), (), date(2026, 6, 30))
    cut = replace(HELD, last=date(2026, 6, 30))
    assert told(entries_of(cut, ended, *YEAR, is_latest=True))[-1] == ("2026-06-30", DueKind.ENDS)


def test_a_draft_waits_for_who_has_not_signed() -> None:
    draft = replace(HELD, version=2, state=State.DRAFT, effective=date(2026, 7, 1))
    [entry] = entries_of(draft, Life(State.NEGOTIATING), *YEAR, is_latest=False)
    assert (entry.kind, entry.what) == (
        DueKind.SIGNATURE_AWAITED,
        "version 2 would take effect and waits for house and shop",
    )


def test_steps_of_escalation_are_due_from_the_end_of_the_period_on_the_agreements_clocks() -> None:
    london = Calendar("london", "Europe/London")
    grell = Contact("service manager", "Tomas Grell")
    steps = (
        EscalationStep(1, "service manager", Duration.parse("PT1H")),
        EscalationStep(2, "director", Duration.parse("P2D")),
    )
    held = replace(HELD, calendar=london, escalation=steps, contacts=(grell,))
    first, second = escalation_of(held, Period.parse("2026-03"))
    # British summer time began on 29 March: midnight of 1 April is 23:00Z of 31 March.
    assert (first.at, first.day, first.contacts) == (
        parse_instant("2026-04-01T00:00:00Z"),
        date(2026, 4, 1),
        (grell,),
    )
    assert (second.at, second.day) == (parse_instant("2026-04-02T23:00:00Z"), date(2026, 4, 3))
    assert second.contacts == ()
