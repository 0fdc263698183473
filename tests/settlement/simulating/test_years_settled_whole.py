"""Drawn years of credits that hang on other months and agreements, beside the same years settled row by row."""

from datetime import date

import numpy as np
import pytest

from settlement.impact_by import impact_over
from settlement.settle import Settling
from settlement.simulating.checking import evidence_of_year, require_same
from settlement.simulating.distributions import Simulated
from settlement.simulating.running import simulate
from tests.building import (
    Document,
    Documents,
    Row,
    agreement,
    all_of,
    availability,
    bands,
    evidence,
    flat,
    gbp,
    house,
    office,
    outage,
    portfolio,
    service,
    sla,
    uc,
)
from tests.settlement.simulating.test_drawn_years import SINCE, UNTIL, YEAR, pounds, run

OFTEN = [
    outage("web", "2026-01-04T10:00Z", "2026-01-04T12:00Z"),
    outage("web", "2026-02-09T10:00Z", "2026-02-09T11:00Z"),
    outage("host", "2026-02-04T10:00Z", "2026-02-04T16:00Z"),
    outage("host", "2026-03-04T10:00Z", "2026-03-04T11:00Z"),
    outage("host", "2026-05-01T10:00Z", "2026-05-01T11:30Z"),
]
FLAT = bands({"99.9": "10"})
POINTS: Document = {
    "scheme": "points",
    "bands": [{"below": "99.9", "points": "2"}, {"below": "99.5", "points": "5"}],
}
TABLE = {"of": "agreement", "table": [{"points": "4", "percent": "3"}, {"points": "8", "percent": "20"}]}


def both(*levels: Document, **more: object) -> list[Documents]:
    """What acme is promised of a site that stands on a host, and what the host's vendor promises."""
    return [
        house(vendors=["cirrus"]),
        service("web", needs=all_of("host")),
        service("host", "cirrus"),
        sla(["web"], list(levels), {"web": "1000.00"}, **more),  # type: ignore[arg-type]
        uc("cirrus", ["host"], [availability("99.9", credit=FLAT)], {"host": "500.00"}),
    ]


def umbrella(name: str, provider: str, consumer: str, caps: list[Document]) -> Document:
    kind = "UC" if consumer == "halden" else "SLA"
    return agreement(kind, name, provider, consumer, [], remedies={"caps": caps})


CASES: dict[str, list[Documents]] = {
    "the second failure in a row counts twice": both(
        availability(credit=POINTS | {"repeat": "2"}),
        remedies={"points": {"perPoint": {"percent": "1.5"}, "of": "agreement"}},
    ),
    "points cost by the month's total": both(
        availability(credit=POINTS), availability("99.8", name="evening", credit=POINTS), remedies={"points": TABLE}
    ),
    "only the second bad month in four": both(
        availability(credit=FLAT | {"when": {"value": {"atMost": "99.85"}, "misses": 2, "within": "P4M"}})
    ),
    "only where another level was missed, or credits were at the cap before": both(
        availability(
            credit=FLAT
            | {
                "when": {
                    "any": [
                        {"misses": 2, "of": "evening", "within": "P3M"},
                        {"credits": {"percent": "10", "of": "agreement"}, "months": 1, "within": "P4M"},
                    ]
                }
            }
        ),
        availability("99.75", name="evening"),
    ),
    "half comes back after two good months": both(
        availability(credit=FLAT),
        remedies={
            "earnBack": {
                "returns": "50",
                "when": {"level": "target", "consecutive": 2},
                "as": "offset",
                "expires": "termination",
            }
        },
    ),
    "weeks": both(availability(credit=FLAT, period="week"), availability("99.9", name="cal", credit=FLAT)),
    "two contracts under an umbrella": [
        house(vendors=["cirrus"]),
        service("web", needs=all_of("host")),
        service("host", "cirrus"),
        service("mail", needs=all_of("host")),
        umbrella("msa", "halden", "acme", [{"amount": "90.00", "per": "month"}, {"amount": "333.33", "per": "year"}]),
        sla(["web"], [availability(credit=FLAT)], {"web": "1000.00"}, name="sla-web", partOf="msa"),
        sla(["mail"], [availability(credit=bands({"99.9": "7"}))], {"mail": "1000.00"}, name="sla-mail", partOf="msa"),
        uc("cirrus", ["host"], [availability("99.9", credit=FLAT)], {"host": "500.00"}),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_year_settled_whole_comes_to_what_settling_it_row_by_row_comes_to(name: str) -> None:
    """Both sides of the money of every month of the costliest year, and the statements of one more."""
    simulation = run(CASES[name], OFTEN)
    found, drawn = simulation.over(30), simulation.drawn(0, 30)

    assert simulation.frame.left_out == ()
    assert require_same(simulation.frame, drawn, found.nets, 2) == 2
    totals = sum(net.sum(axis=1) for net in found.nets.values())
    worst = int(np.argmax(totals))
    settling = Settling.of(
        simulation.frame.settling.portfolio, evidence_of_year(drawn, worst), date(2027, 1, 1)
    )
    whole = [settling.settle(month) for month in simulation.frame.months]
    backs = simulation.totals(found).backs
    [over] = impact_over(whole, simulation.frame.months[0])
    assert {each.agreement: each.recoverable for each in over.slas} == {
        name: pounds(back[worst]) for name, back in backs.items()
    }
    for place, (month, settled) in enumerate(zip(simulation.frame.months, whole, strict=True)):
        caused = {party.party: party.caused for impact in settled.credit_impact for party in impact.parties}
        ours = {
            party: pounds(parts[worst, place])
            for (_, party), parts in found.caused.items()
            if parts[worst, place]
        }
        assert {party: money for party, money in caused.items() if money} == ours, month.name


def test_an_umbrella_s_cap_is_what_its_parts_come_to_at_most() -> None:
    found = simulated(CASES["two contracts under an umbrella"], OFTEN, 60)

    [money] = found.money
    # Each month that misses costs 170.00, of which the month's cap leaves 90.00, four times in a year at most.
    assert money.payable.most == gbp("333.33")
    assert money.payable.p99 == gbp("333.33")


def test_years_settled_whole_are_the_same_however_they_are_cut() -> None:
    simulation = run(CASES["half comes back after two good months"], OFTEN[:1])
    whole = simulation.over(510)
    # The block that begins with year 500 is drawn by itself, by a process that has not seen the others.
    last = run(CASES["half comes back after two good months"], OFTEN[:1]).settled(simulation.drawn(1, 10))

    for name, net in last.nets.items():
        assert np.array_equal(net, whole.nets[name][500:])
    for key, caused in last.caused.items():
        assert np.array_equal(caused, whole.caused[key][500:])
    assert whole.nets["sla"].any()


def test_a_right_on_credits_or_outages_arises_where_the_year_settled_row_by_row_met_it() -> None:
    from settlement.rights import Rights

    rights = [
        {"name": "at-cap", "when": {"creditsAtCap": 2, "within": "P6M"}},
        {"name": "costly", "when": {"credits": {"percent": "15", "of": "agreement"}, "months": 1, "within": "P6M"}},
        {"name": "points", "when": {"points": "10", "within": "P3M"}},
        {"name": "hours", "when": {"outageHours": {"moreThan": "6"}, "within": "P30D", "of": "availability"}},
        {"name": "long", "when": {"outages": {"moreThan": 1}, "longerThan": "PT1H", "within": "P2M", "of": "availability"}},
        {"name": "often", "when": {"any": [{"outages": {"moreThan": 3}, "within": "P30D"}, {"event": "change_of_control"}]}},
        {"name": "mean", "when": {"average": {"below": "99.75"}, "of": "availability", "over": "P2M"}},
    ]  # fmt: skip
    documents = both(
        availability(credit=POINTS | {"repeat": "2"}),
        remedies={
            "points": {"perPoint": {"percent": "2"}, "of": "agreement"},
            "caps": [{"percent": "15", "of": "agreement", "per": "month"}],
        },
        terminationRights=rights,
        calendar="office",
    )
    simulation = run([office(), *documents], OFTEN)
    found, drawn = simulation.over(8), simulation.drawn(0, 8)
    arisen = 0
    for year in range(8):
        settling = Settling.of(
            simulation.frame.settling.portfolio, evidence_of_year(drawn, year), date(2027, 1, 1)
        )
        met = {
            past.terms.name: len(past.accruals) > 0 for past in Rights(settling, settling.as_of).pasts("sla")
        }
        assert met == {name: bool(arises[year]) for (_, name), arises in found.rights.items()}, year
        arisen += sum(met.values())
    assert 0 < arisen < 56


def test_a_right_of_an_umbrella_arises_where_its_parts_together_met_it() -> None:
    from settlement.rights import Rights

    rights = [
        {"name": "many", "when": {"misses": 5, "of": "availability", "within": "P3M"}},
        {"name": "bad", "when": {"misses": 3, "within": "P2M", "value": {"below": "99.8"}}},
        {"name": "costly", "when": {"credits": {"percent": "4", "of": "agreement"}, "months": 3, "within": "P4M"}},
        {"name": "often", "when": {"outages": {"moreThan": 3}, "within": "P30D"}},
    ]  # fmt: skip
    documents = [
        each | {"spec": each["spec"] | {"terminationRights": rights}}
        if each["metadata"]["name"] == "msa"
        else each
        for each in flat(CASES["two contracts under an umbrella"])
    ]
    simulation = run(documents, OFTEN)
    found, drawn = simulation.over(8), simulation.drawn(0, 8)
    assert [(each.what, each.why) for each in simulation.frame.left_out] == [
        ("the right often", "it counts outages or points of all parts of an umbrella")
    ]
    arisen = {"many": 0, "bad": 0, "costly": 0}
    for year in range(8):
        settling = Settling.of(
            simulation.frame.settling.portfolio, evidence_of_year(drawn, year), date(2027, 1, 1)
        )
        met = {
            past.terms.name: len(past.accruals) > 0 for past in Rights(settling, settling.as_of).pasts("msa")
        }
        for name in arisen:
            assert met[name] == bool(found.rights["msa", name][year]), (year, name)
            arisen[name] += met[name]
    assert all(count > 0 for count in arisen.values())
    assert any(count < 8 for count in arisen.values())


def simulated(documents: list[Documents], history: list[Row], years: int) -> Simulated:
    return simulate(portfolio(documents), evidence(history), SINCE, UNTIL, YEAR, years, seed=1, check=0)
