"""Drawn years beside the same years settled row by row: the tables and the rules give the same, to the penny."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.instants import parse_instant
from domain.intervals import Intervals
from domain.money import Money
from domain.periods import Period
from ola.downtime import DowntimeBook
from ola.portfolio import Portfolio
from ola.simulation.failures import BLOCK, FailureModel
from settlement.rights import Rights
from settlement.settle import Settling
from settlement.simulating.checking import SimulationMismatch, evidence_of_year, require_same
from settlement.simulating.distributions import Simulated
from settlement.simulating.frame import Frame
from settlement.simulating.running import simulate
from settlement.simulating.years import Run
from tests.building import (
    THREE_BANDS,
    Document,
    Documents,
    Row,
    all_of,
    any_of,
    availability,
    bands,
    evidence,
    gbp,
    house,
    lagging,
    level,
    office,
    outage,
    portfolio,
    service,
    sla,
    uc,
)

YEAR = Period.parse("2026")
SINCE, UNTIL = parse_instant("2026-01-01T00:00Z"), parse_instant("2026-07-01T00:00Z")
CAPS = {"caps": [{"percent": "20", "of": "agreement", "per": "month"}, {"amount": "9000.00", "per": "year"}]}
HISTORY = [
    outage("hosting", "2026-01-04T10:00Z", "2026-01-04T14:00Z"),
    outage("hosting", "2026-03-09T01:00Z", "2026-03-09T01:30Z", incident="fire"),
    outage("line-a", "2026-03-09T01:10Z", "2026-03-09T06:00Z", incident="fire"),
    outage("line-a", "2026-02-11T08:00Z", "2026-02-12T08:00Z"),
    outage("line-b", "2026-05-15T08:00Z", "2026-05-16T20:00Z"),
    outage("line-b", "2026-06-01T08:00Z", "2026-06-02T20:00Z"),
    outage("gateway", "2026-04-02T11:00Z", "2026-04-02T11:40Z"),
    outage("gateway", "2026-04-20T11:00Z", "2026-04-20T14:00Z"),
    outage("app", "2026-05-01T09:00Z", "2026-05-01T10:00Z"),
]


def chain(measured: str = "fromDependencies", gateway: object = "gateway", **more: object) -> list[Documents]:
    right = {
        "name": "chronic",
        "when": {"misses": 3, "of": "availability", "within": "P6M"},
        "notice": "P30D",
    }
    return [
        house(vendors=["cirrus", "telco", "fibre", "pay"]),
        office(),
        service("app", needs=all_of("hosting", any_of("line-a", "line-b"), gateway), measured=measured),
        service("hosting", "cirrus"),
        service("line-a", "telco"),
        service("line-b", "fibre"),
        service("gateway", "pay"),
        sla(
            ["app"],
            [availability("99.9", credit=THREE_BANDS), availability("99.5", name="prime", window="prime")],
            {"app": "10000.00"},
            calendar="office",
            remedies=CAPS,
            terminationRights=[right],
            **more,  # type: ignore[arg-type]
        ),
        uc("cirrus", ["hosting"], [availability("99.9", credit=bands({"99.9": "10"}))], {"hosting": "6000.00"}),
        uc("telco", ["line-a"], [availability("99.5", credit={"scheme": "proRata", "multiple": "3"})], {"line-a": "900.00"}),
        uc("pay", ["gateway"], [availability("99.95", credit=bands({"99.95": "25"}))], {"gateway": "3000.00"}),
    ]  # fmt: skip


def run(documents: Documents, history: list[Row] = HISTORY, seed: int = 1) -> Run:
    held = portfolio(documents)
    frame = Frame.of(held, YEAR)
    return Run(frame, observed(held, frame, history), seed)


def observed(held: Portfolio, frame: Frame, history: list[Row]) -> FailureModel:
    book = DowntimeBook(
        Settling.of(held, evidence(history), date(2026, 7, 1)).measuring.chain, evidence(history), UNTIL
    )
    return FailureModel.observed(book, frame.services, SINCE, UNTIL)


def simulated(
    documents: Documents, history: list[Row] = HISTORY, years: int = 40, seed: int = 1
) -> Simulated:
    return simulate(portfolio(documents), evidence(history), SINCE, UNTIL, YEAR, years, seed, check=0)


CHAINS: dict[str, list[Documents]] = {
    "measured from its dependencies": chain(),
    "with a monitor of its own": chain("directly"),
    "with a recovery lag": chain(gateway=lagging("gateway", "PT3H")),
    "money follows the impact": chain(apportionment="impact"),
    "money is divided by heads": chain(apportionment="equal"),
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_drawn_year_comes_to_what_settling_it_row_by_row_comes_to(name: str) -> None:
    """Both sides of the money of every month: statements, and what each party caused and owes back."""
    simulation = run(CHAINS[name])
    years = 25
    found = simulation.over(years)
    drawn = simulation.drawn(0, years)
    # The year in which most is owed, and one in which failures of several sides had to be divided.
    worst = int(np.argmax(found.nets["sla"].sum(axis=1)))
    several = int(np.argmax(sum((each > 0).any(axis=1).astype(int) for each in found.caused.values())))
    for year in sorted({worst, several}):
        settling = Settling.of(
            simulation.frame.settling.portfolio, evidence_of_year(drawn, year), date(2027, 1, 1)
        )
        for place, month in enumerate(simulation.frame.months):
            settled = settling.settle(month)
            nets = {each.agreement: each.net for each in settled.statements}
            assert nets == {each: pounds(found.nets[each][year, place]) for each in nets}
            caused = {
                party.party: party.caused for impact in settled.credit_impact for party in impact.parties
            }
            ours = {
                side: pounds(parts[year, place])
                for (_, side), parts in found.caused.items()
                if parts[year, place]
            }
            assert {party: money for party, money in caused.items() if money} == ours


def pounds(pence: int) -> Money:
    return Money(Decimal(int(pence)) / 100, "GBP")


def test_the_check_finds_a_year_that_differs() -> None:
    simulation = run(chain())
    nets = simulation.over(10).nets
    assert require_same(simulation.frame, simulation.drawn(0, 10), nets, 1) == 1

    nets["sla"] = nets["sla"] + 1
    with pytest.raises(SimulationMismatch, match=r"The drawn year .* credits .* under sla in 2026-01"):
        require_same(simulation.frame, simulation.drawn(0, 10), nets, 1)


def test_the_same_seed_gives_the_same_figures_and_another_seed_others() -> None:
    web = [house(), service("web"), sla(["web"], [availability(credit=THREE_BANDS)], {"web": "100.00"})]
    history = [outage("web", "2026-01-04T10:00Z", "2026-01-04T12:00Z")]
    assert simulated(web, history) == simulated(web, history)
    assert simulated(web, history, seed=2).money != simulated(web, history).money


def test_fewer_years_are_the_first_of_more() -> None:
    web = [house(), service("web"), sla(["web"], [availability(credit=THREE_BANDS)], {"web": "100.00"})]
    history = [outage("web", "2026-01-04T10:00Z", "2026-01-04T12:00Z")]
    few, many = run(web, history).over(7), run(web, history).over(501)

    assert all(np.array_equal(many.nets[name][:7], net) for name, net in few.nets.items())
    assert many.nets["sla"].shape == (501, 12)


def test_a_table_says_what_the_rules_say_at_their_edges() -> None:
    [each] = [each for each in Frame.of(portfolio(chain()), YEAR).agreements if each.name == "sla"]
    monthly = next(level for level in each.levels if level.name[1] == "availability")
    april = monthly.outcomes[3]

    # Of April's 43,200 minutes 99.9, 99.5 and 99.0 permit 43.2, 216 and 432; one microsecond more is another row.
    assert april.agreed == 43_200 * 60_000_000
    assert april.starts.tolist() == [0, 2_592_000_001, 12_960_000_001, 25_920_000_001]
    assert [row.credit for row in april.rows] == [None, Fraction(500), Fraction(1500), Fraction(3000)]
    assert [row.is_missed for row in april.rows] == [False, True, True, True]


SCHEMES: dict[str, Document] = {
    "schedule": {
        "scheme": "schedule",
        "schedule": [{"upTo": "PT1H", "percent": "0"}, {"upTo": "PT4H", "percent": "5"}, {"beyond": True, "percent": "50"}],
    },
    "hours": {"scheme": "perUnit", "unit": "PT1H", "part": "started", "each": {"percent": "2"}, "cap": {"percent": "30"}},
    "proRata": {"scheme": "proRata", "multiple": "10"},
    "shortfall": {"scheme": "shortfall", "minimumPayable": {"amount": "100.00", "currency": "GBP"}},
    "bands": bands({"99.9": "5", "99": "30"}, cap={"amount": "700.00"}),
}  # fmt: skip


@pytest.mark.parametrize("scheme", SCHEMES)
@settings(max_examples=8)
@given(minutes=st.integers(0, 3000), seconds=st.integers(0, 59))
def test_a_table_gives_what_a_settled_month_gives(scheme: str, minutes: int, seconds: int) -> None:
    documents = [
        house(),
        service("web"),
        sla(["web"], [availability(credit=SCHEMES[scheme])], {"web": "1234.00"}),
    ]
    frame = framed(scheme, documents)
    down = (minutes * 60 + seconds) * 1_000_000
    [level_frame] = frame.agreements[0].levels
    start = parse_instant("2026-04-02T00:00Z")
    counted = level_frame.counted(Intervals.of([(start, start + down)]), 1, frame.base, 10**15)

    assert counted[0, 3] == down
    settled = Settling.of(
        frame.settling.portfolio,
        evidence([outage("web", "2026-04-02T00:00Z", _time(start + down))] if down else []),
        date(2026, 5, 1),
    )
    version = settled.judged_in("sla", Period.parse("2026-04"))
    assert version is not None
    lines = settled.own_lines(version, "acme", Period.parse("2026-04"))
    expected = [line.credit.amount for line in lines]
    credit = level_frame.outcomes[3].credit(down)
    assert ([] if credit is None else [credit]) == expected


_FRAMES: dict[str, Frame] = {}


def framed(name: str, documents: Documents) -> Frame:
    if name not in _FRAMES:
        _FRAMES[name] = Frame.of(portfolio(documents), YEAR)
    return _FRAMES[name]


def _time(moment: int) -> str:
    from domain.instants import isoformat

    return isoformat(moment)


def test_failures_come_as_often_as_they_came_and_an_incident_takes_both_again() -> None:
    simulation = run(chain())
    failures = simulation.drawn(0, 500).failures
    # 181 days had nine failures in eight occurrences: of 365 days 16.13 occurrences are expected.
    assert simulation.model.count == 8
    assert {each.service: each.failures for each in simulation.model.seen} == {
        "app": 1, "gateway": 2, "hosting": 2, "line-a": 2, "line-b": 2,
    }  # fmt: skip
    often = len(failures.of("app")) / 500
    assert often == pytest.approx(365 / 181, rel=0.1)
    # Each fire takes line-a ten minutes after hosting.
    fires = {(start, end) for start, end in failures.of("hosting") if end - start == 30 * 60_000_000}
    burnt = {start for start, _ in failures.of("line-a")}
    assert len(fires) > 500
    assert sum(1 for start, _ in fires if start + 10 * 60_000_000 in burnt) > 0.98 * len(fires)


def test_a_cause_that_contracts_may_excuse_is_not_drawn() -> None:
    history = [outage("hosting", "2026-01-04T10:00Z", "2026-01-04T14:00Z", "customer"), *HISTORY[2:]]

    assert "hosting" not in {each.service for each in run(chain(), history).model.seen}


def test_a_right_that_needs_one_miss_arises_where_a_year_has_one_and_never_without_failures() -> None:
    right = {"name": "once", "when": {"misses": 1, "of": "availability", "within": "P1M"}}
    documents = [house(), service("web"), sla(["web"], [availability(credit=THREE_BANDS)], {"web": "100.00"}, terminationRights=[right])]  # fmt: skip
    history = [outage("web", "2026-01-04T10:00Z", "2026-01-04T12:00Z")]
    found = simulated(documents, history, years=300)

    [chance] = found.rights
    [money] = found.money
    # Every failure lasts two hours: a year in which anything is credited is one in which a month was missed.
    assert chance.chance == money.payable.chance
    assert Fraction(1, 2) < chance.chance < 1


def test_the_improvement_that_lowers_the_gap_most_comes_first() -> None:
    documents = [
        house(vendors=["cirrus"]),
        service("web", needs=all_of("host")),
        service("host", "cirrus"),
        sla(["web"], [availability(credit=bands({"99.9": "10"}))], {"web": "1000.00"}),
    ]
    found = simulated(documents, [outage("host", "2026-01-04T10:00Z", "2026-01-04T12:00Z")], years=200)

    [money] = found.money
    # Nobody is bound for the host: the whole gap is cirrus's, and is gone where it never fails, or owes it all.
    assert money.recoverable.most == gbp("0.00")
    assert [(each.kind, each.of, each.lowers) for each in money.improvements] == [
        ("BACK_TO_BACK", "cirrus", money.gap.mean),
        ("STAND_IN", "host", money.gap.mean),
    ]
    # A month with a failure costs 100.00: amounts are whole hundreds.
    assert money.payable.most.amount % 100 == 0
    assert money.payable.mean == money.gap.mean


def test_what_cannot_be_simulated_is_named() -> None:
    documents = [
        house(vendors=["cirrus"]),
        service("web"),
        service("desk"),
        sla(
            ["web", "desk"],
            [
                availability(service="web"),
                level("ratio", "95", name="csat", metric={"measure": "csat"}, service="desk"),
                availability(name="rolling", service="web", period={"rolling": "P30D"}),
            ],
            {"web": "100.00", "desk": "1.00"},
            terminationRights=[{"name": "often", "when": {"misses": 2, "of": "csat", "within": "P6M"}}],
        ),
    ]  # fmt: skip
    found = simulated(documents, [outage("web", "2026-01-04T10:00Z", "2026-01-04T12:00Z")])

    assert [(each.what, each.why) for each in found.left_out] == [
        ("csat on desk", "there is no whole month of which anything of it was recorded"),
        ("rolling on web", "it is judged each day over the days before it"),
        ("the right often", "it asks about a level that is not simulated"),
    ]


@pytest.mark.parametrize(
    ("year", "years", "words"),
    [
        ("2026-03", 10, "2026-03 is no calendar year"),
        ("2026", 0, "0 years cannot be drawn"),
        ("2031", 10, "no level of 2031 can be simulated"),
    ],
)
def test_what_makes_no_simulation_is_refused(year: str, years: int, words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        simulate(portfolio(chain()), evidence(HISTORY), SINCE, UNTIL, Period.parse(year), years)


def test_years_cut_into_runs_come_to_what_they_come_to_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many processes share the runs: each run knows nothing of another."""
    from settlement.simulating import years

    whole = simulated(chain(), years=1_200)
    monkeypatch.setattr(years, "RUN", BLOCK)

    assert simulated(chain(), years=1_200) == whole


ONE_PLACE = [
    outage("web", "2026-01-04T10:00Z", "2026-01-04T12:00Z"),
    outage("host", "2026-02-04T10:00Z", "2026-02-05T12:00Z"),
    outage("host", "2026-03-04T10:00Z", "2026-03-04T11:00Z"),
]


@pytest.mark.parametrize(
    "when",
    [
        {"misses": 2, "of": "availability", "within": "P3M"},
        {"misses": 2, "within": "P12M", "value": {"atMost": "99"}},
        {"any": [{"misses": 3, "of": "second", "within": "P6M"}, {"value": {"atMost": "97"}, "of": "availability"}]},
        {"all": [{"misses": 2, "of": "availability", "within": "P6M"}, {"misses": 1, "of": "second", "within": "P2M"}]},
    ],
)  # fmt: skip
def test_a_right_arises_in_a_drawn_year_exactly_where_it_was_met_in_the_year_settled_row_by_row(
    when: Document,
) -> None:
    documents = [
        house(vendors=["cirrus"]),
        service("web"),
        service("host", "cirrus"),
        sla(
            ["web", "host"],
            [availability(service="web"), availability("99.5", service="host", name="second")],
            {"web": "100.00"},
            terminationRights=[{"name": "right", "when": when}],
        ),
    ]
    simulation = run(documents, ONE_PLACE)
    years = 6
    arises = simulation.over(years).rights["sla", "right"]
    drawn = simulation.drawn(0, years)
    for year in range(years):
        settling = Settling.of(
            simulation.frame.settling.portfolio, evidence_of_year(drawn, year), date(2027, 1, 1)
        )
        [past] = Rights(settling, settling.as_of).pasts("sla")
        assert (len(past.accruals) > 0) == bool(arises[year]), year
    assert 0 < arises.sum() < years
