"""Agreements that are settled by several processes side by side come to the same, to the byte."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from api.errors import RequestError
from api.services.folders import read_contracts, read_evidence
from api.services.handing_results import ResultsIn, ResultsOut
from api.services.settling_together import SettlingTogether, processes_wanted, settling_together
from domain.errors import PrivityError
from domain.evidence_memory import MemoryEvidence
from domain.periods import Period
from ola.portfolio import Portfolio
from settlement.groups import dealt, groups_of
from settlement.settle import Settling, settled_by
from store.mappers import output_hash
from tests.building import (
    Document,
    availability,
    bands,
    document,
    evidence,
    house,
    outage,
    portfolio,
    service,
    sla,
    uc,
)

HALDEN = Path(__file__).resolve().parents[3] / "examples" / "halden"
MARCH = Period.parse("2026-03")


def halden() -> tuple[Portfolio, MemoryEvidence, date]:
    contracts = read_contracts(HALDEN)
    known, _ = read_evidence(HALDEN, contracts, MARCH.day_after)
    assert isinstance(known, MemoryEvidence)
    return contracts.portfolio, known, MARCH.day_after


@pytest.fixture(scope="module")
def together() -> Iterator[SettlingTogether]:
    """The bundled example as two processes settle it."""
    contracts, known, as_of = halden()
    with settling_together(contracts, known, as_of, months=3, hands=2) as settling:
        assert isinstance(settling, SettlingTogether)
        yield settling


def test_two_processes_give_the_settlement_that_one_gives(together: SettlingTogether) -> None:
    quarter = Period.parse("2026-Q1")
    alone = settled_by(Settling.of(*halden()), quarter)
    found = settled_by(together, quarter)
    assert found == alone
    assert output_hash(found) == output_hash(alone)
    assert any(impact.gap for impact in alone.credit_impact)
    assert alone.rights


def test_what_a_month_came_to_may_be_told_and_changes_nothing(together: SettlingTogether) -> None:
    march = together.results(MARCH)
    together.remember(MARCH.previous(), together.results(MARCH.previous()))
    assert together.results(MARCH) == march
    # Results that were kept from before are not asked for again, and compose to the same month.
    kept = {each.agreement: each for each in march}
    without_anybody = replace(together, whose={})
    assert without_anybody.results(MARCH, None, kept) == tuple(kept[name] for name in sorted(kept))


def test_a_small_portfolio_is_settled_in_this_process() -> None:
    contracts, known, as_of = halden()
    with settling_together(contracts, known, as_of, months=1) as settling:
        assert type(settling) is Settling


def test_a_process_that_dies_ends_the_settling_with_an_error() -> None:
    contracts, known, as_of = halden()
    with settling_together(contracts, known, as_of, months=1, hands=2) as settling:
        assert isinstance(settling, SettlingTogether)
        for helper in settling.whose.values():
            helper.process.end(at_once=True)
        with pytest.raises(PrivityError, match="ended too early"):
            settling.results(MARCH)


def test_what_goes_wrong_in_another_process_is_raised_here(together: SettlingTogether) -> None:
    helper = next(iter(together.whose.values()))
    with pytest.raises(KeyError, match="nobody"):
        list(helper.results(MARCH, ["nobody"]))
    # It goes on answering.
    assert helper.value("rights", []) == ((), ())


def test_the_next_month_is_begun_while_this_one_is_put_together(together: SettlingTogether) -> None:
    helper = next(iter(together.whose.values()))
    names = [name for name in together.names_judged_in(MARCH) if together.whose.get(name) is helper]
    together.ahead(MARCH, names)
    # What is asked next comes after the month that was begun, which is kept for whoever asks for it.
    helper.value("rights", [])
    assert set(helper.months[MARCH.name].come) == set(names)
    assert together.settle(MARCH) == Settling.of(*halden()).settle(MARCH)
    assert not helper.months[MARCH.name].come


@pytest.mark.parametrize("said", ["0", "two", "-1"])
def test_a_number_of_processes_that_is_none_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVITY_PROCESSES", said)
    with pytest.raises(RequestError, match="is no number of processes"):
        processes_wanted()


def test_whoever_reads_puts_its_own_contracts_in_the_place_of_those_that_were_written() -> None:
    contracts, known, as_of = halden()
    there, here = Settling.of(contracts, known, as_of), Settling.of(contracts, known, as_of)
    out, back = ResultsOut(there.portfolio), ResultsIn(here.portfolio)
    mine = {id(agreement) for agreement in here.portfolio.agreements}
    for month in (MARCH.previous(), MARCH):
        results = there.results(month)
        again = back.read(out.written(results))
        assert again == results
        assert {id(each.of.agreement) for part in again for each in part.attainments} <= mine


def test_what_comes_again_is_told_once() -> None:
    contracts, known, as_of = halden()
    settling = Settling.of(contracts, known, as_of)
    out, back = ResultsOut(settling.portfolio), ResultsIn(settling.portfolio)
    results = settling.results(MARCH)
    written, again = out.written(results), out.written(results)
    assert len(again) < len(written)
    first, second = back.read(written), back.read(again)
    assert first == second == results
    findings = {id(finding) for each in first for finding in each.findings}
    assert findings
    assert {id(finding) for each in second for finding in each.findings} == findings


def parts(*names: str) -> list[Document]:
    """An umbrella with some parts, a contract that passes on, and one that stands by itself."""
    return [
        *house(vendors=("cirrus", "nimbus")),
        *(service(name) for name in names),
        service("host", "cirrus"),
        service("disk", "nimbus"),
        *(
            sla(
                [name],
                [availability("99.9", credit=bands({"99.9": "10"}))],
                {name: "1000.00"},
                name=f"sla-{name}",
                partOf="frame",
            )
            for name in names
        ),
        document("Agreement", "frame", **FRAME),
        uc("cirrus", ["host"], [availability("99.9", credit={"scheme": "passThrough"})]),
        uc("nimbus", ["disk"], [availability("99.9")]),
    ]


FRAME: dict[str, Any] = {
    "type": "SLA", "provider": "halden", "consumer": "acme", "services": [], "state": "active", "currency": "GBP",
    "term": {"from": "2026-01-01", "to": "2026-12-31"}, "remedies": {"caps": [{"amount": "150.00", "per": "month"}]},
}  # fmt: skip


def test_those_who_look_at_each_other_s_money_are_one_group() -> None:
    assert groups_of(portfolio(*parts("web", "mail"))) == (
        ("frame", "sla-mail", "sla-web", "uc-cirrus"),
        ("uc-nimbus",),
    )


def test_whoever_hangs_a_credit_on_another_agreement_s_level_is_of_its_group() -> None:
    ten = bands({"99.9": "10"}, when={"misses": 1, "of": "b/availability"})
    contracts = portfolio(
        *house(),
        *(service(name) for name in ("web", "mail", "tele")),
        sla(["web"], [availability("99.9", credit=ten)], {"web": "1.00"}, name="a"),
        sla(["mail"], [availability("99.9")], name="b"),
        sla(["tele"], [availability("99.9")], name="c"),
    )
    assert groups_of(contracts) == (("a", "b"), ("c",))


def test_groups_are_dealt_whole_and_alike_in_size() -> None:
    contracts = portfolio(*parts("web", "mail"))
    assert dealt(contracts, 2) == (
        frozenset({"frame", "sla-mail", "sla-web", "uc-cirrus"}),
        frozenset({"uc-nimbus"}),
    )
    assert dealt(contracts, 1) == (frozenset({"frame", "sla-mail", "sla-web", "uc-cirrus", "uc-nimbus"}),)


@given(
    asked=st.permutations(["frame", "sla-mail", "sla-web", "uc-cirrus", "uc-nimbus"]), cut=st.integers(0, 5)
)
@examples(max_examples=10, deadline=None)
def test_a_result_is_the_same_whichever_others_are_asked_for(asked: list[str], cut: int) -> None:
    contracts = portfolio(*parts("web", "mail"))
    known = evidence(
        [outage(name, "2026-03-14T10:00:00Z", "2026-03-14T11:00:00Z") for name in ("web", "mail", "host")],
        (), (), (), (), (),
    )  # fmt: skip
    whole = {each.agreement: each for each in Settling.of(contracts, known, MARCH.day_after).results(MARCH)}
    for names in (asked[:cut], asked[cut:]):
        some = replace(Settling.of(contracts, known, MARCH.day_after))
        assert all(whole[each.agreement] == each for each in some.results_of(names, MARCH))
