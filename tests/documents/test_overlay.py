"""Changed documents laid over a portfolio: which takes the place of which, and what cannot be told."""

from documents.loading import load_texts
from documents.overlay import Overlaid, load_overlaid
from domain.agreements import Agreement
from tests.written_contracts import Documents, availability, house, service, sla, text_of

BASE = [house(), service("web"), sla(["web"], [availability("99.9")])]


def laid(changes: Documents, base: Documents = BASE) -> Overlaid:
    sources = load_texts({"contracts.yaml": text_of(base)}).sources
    return load_overlaid(sources, {"changes.yaml": text_of(changes)})


def agreements(found: Overlaid) -> list[tuple[int, str]]:
    assert found.loaded.portfolio is not None, found.loaded.errors
    return [(each.version, _target(each)) for each in found.loaded.portfolio.agreements]


def _target(agreement: Agreement) -> str:
    threshold = agreement.levels[0].target.on(agreement.first)
    assert threshold is not None
    return str(float(threshold.value))


def test_a_document_takes_the_place_of_the_one_of_its_name_and_the_others_stay() -> None:
    found = laid(sla(["web"], [availability("99.5")]))

    assert (found.replaced, found.added) == (("Agreement sla version 1",), ())
    assert agreements(found) == [(1, "99.5")]


def test_a_new_version_and_a_new_service_are_added() -> None:
    found = laid([service("line"), sla(["web"], [availability("99.5")], version=2, effective="2026-07-01")])

    assert (found.replaced, found.added) == ((), ("Agreement sla version 2", "Service line"))
    assert agreements(found) == [(1, "99.9"), (2, "99.5")]


def test_without_a_version_it_changes_the_only_one_there_is() -> None:
    base = [house(), service("web"), sla(["web"], [availability("99.9")], version=3)]

    assert laid(sla(["web"], [availability("99.5")]), base).replaced == ("Agreement sla version 3",)


def test_without_a_version_of_several_it_is_asked_which() -> None:
    base = [
        house(),
        service("web"),
        sla(["web"], [availability("99.9")], version=2),
        sla(["web"], [availability("99.8")], version=3, effective="2026-07-01"),
    ]
    found = laid(sla(["web"], [availability("99.5")]), base)

    [error] = found.loaded.errors
    assert found.loaded.portfolio is None
    assert "sla has the versions 2, 3, and this does not say which it changes" in error.text()


def test_what_the_changes_break_is_told_where_they_stand() -> None:
    found = laid(sla(["attic"], [availability("99.5")]))

    assert found.loaded.portfolio is None
    assert {error.file for error in found.loaded.errors} == {"changes.yaml"}


def test_a_changed_calendar_has_its_own_holidays_and_the_others_keep_theirs() -> None:
    from datetime import date

    from tests.written_contracts import calendar

    base = [
        house(),
        service("web"),
        calendar("uk", "Europe/London", holidays={"dates": ["2026-04-03"]}),
        calendar("us", "America/New_York", holidays={"dates": ["2026-07-03"]}),
        sla(["web"], [availability("99.9")], calendar="uk"),
    ]
    sources = load_texts({"contracts.yaml": text_of(base)}).sources
    known = {"uk": frozenset({date(2026, 1, 2)}), "us": frozenset({date(2026, 1, 9)})}
    changed = text_of(calendar("uk", "Europe/London", holidays={"dates": ["2026-04-06"]}))

    found = load_overlaid(sources, {"contracts.yaml": changed}, known)
    assert found.loaded.holidays == {"uk": frozenset({date(2026, 4, 6)}), "us": frozenset({date(2026, 1, 9)})}
