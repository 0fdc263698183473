"""What is kept from earlier runs must never be told from what is worked out anew."""

import random
from pathlib import Path

import pytest

from api.bootstrap import Privity
from api.services.loading import texts_of
from domain.periods import Period
from store.records import Run
from tests.api.services.stored_folders import HALDEN, empty_store, fill
from tests.building import Document, availability, bands, document, house, service, sla, text_of

MARCH, FEBRUARY, APRIL = Period.parse("2026-03"), Period.parse("2026-02"), Period.parse("2026-04")
OUTAGES = "outage_id,service,started_at,ended_at\n"


def settled(privity: Privity, period: Period = MARCH) -> Run:
    return privity.commands.settlement_run(period, None, "ada", "")


def outage(privity: Privity, name: str, service: str, day: str) -> None:
    row = f"{name},{service},{day}T00:00:00Z,{day}T02:00:00Z\n"
    privity.commands.evidence_submit(f"outages-{name}.csv", (OUTAGES + row).encode(), "ada", "")


def standing_on(privity: Privity, service: str) -> set[str]:
    """The agreements over services that stand on a service, worked out without the product's own graph."""
    portfolio = privity.reader.portfolio()
    needs = {name: repr(each.depends_on) for name, each in portfolio.services.items()}
    above = {service}
    while more := {
        name for name in needs if name not in above and any(f"'{a}'" in needs[name] for a in above)
    }:
        above |= more
    return {
        agreement.name
        for agreement in portfolio.agreements
        if above & {*agreement.services, *(s for level in agreement.levels for s in level.services)}
    }


@pytest.mark.parametrize("service", ["online-banking", "text-codes", "wan-a", "site-power"])
def test_an_outage_settles_again_only_what_stands_on_its_service(service: str, tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, HALDEN)
        settled(privity)
        outage(privity, "more", service, "2026-03-20")
        run = settled(privity)
        assert run.settled == len(standing_on(privity, service))
        assert run.settled + run.kept == 11


def test_an_outage_of_a_later_month_settles_nothing_again(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, HALDEN)
        first = settled(privity)
        for service in ("wan-a", "wan-b", "site-power", "text-codes"):
            outage(privity, f"april-{service}", service, "2026-04-20")
        run = settled(privity)
        assert (run.settled, run.kept) == (0, 11)
        assert run.input_hash != first.input_hash


def test_another_as_of_date_settles_nothing_again_where_no_ticket_was_opened_again_meanwhile(
    tmp_path: Path,
) -> None:
    # What is resolved in April counts in April, and an open ticket in no month yet: of March the date decides nothing.
    later = MARCH.day_after.replace(day=20)
    with empty_store(tmp_path / "kept") as privity:
        fill(privity, HALDEN)
        settled(privity)
        run = privity.commands.settlement_run(MARCH, later, "ada", "")
        assert (run.settled, run.kept) == (0, 11)
    with empty_store(tmp_path / "alone") as privity:
        fill(privity, HALDEN)
        alone = privity.commands.settlement_run(MARCH, later, "ada", "")
        assert (alone.settled, alone.output_hash) == (11, run.output_hash)


def test_a_changed_claim_settles_again_only_its_own_agreement(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        fill(privity, HALDEN)
        settled(privity)
        texts = texts_of(HALDEN)
        claimed = sorted({claim.agreement for claim in privity.reader.portfolio().claims})
        texts.pop("claims.yaml")
        privity.commands.portfolio_load(texts, "ada", "claims withdrawn")
        run = settled(privity)
        assert run.settled == len(claimed)
        assert run.kept == 11 - len(claimed)


def test_a_longer_title_of_a_party_settles_everything_again(tmp_path: Path) -> None:
    # Who a party is decides sides, so any change to any party counts for every agreement.
    with empty_store(tmp_path) as privity:
        fill(privity, HALDEN)
        settled(privity)
        texts = texts_of(HALDEN)
        texts["parties.yaml"] = texts["parties.yaml"].replace("title: ", "title: The ", 1)
        privity.commands.portfolio_load(texts, "ada", "")
        assert settled(privity).kept == 0


@pytest.mark.parametrize("seed", [1])
def test_whatever_comes_in_whatever_order_a_run_equals_one_that_kept_nothing(
    seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)  # noqa: S311 - it draws examples
    with empty_store(tmp_path / "kept") as kept:
        fill(kept, HALDEN)
        services = sorted(kept.reader.portfolio().services)
        came = [
            (
                f"x{number}",
                chance.choice(services),
                f"2026-{chance.choice(['01', '02', '03', '04'])}-{day:02d}",
            )
            for number, day in enumerate(chance.sample(range(1, 29), 6))
        ]
        for number, each in enumerate(came):
            outage(kept, *each)
            run = settled(kept, chance.choice([FEBRUARY, MARCH, APRIL]))
            assert run.settled + run.kept == 11, number
        last = {month: settled(kept, month) for month in (FEBRUARY, MARCH, APRIL)}
        assert all(run.kept for run in last.values())
        assert kept.reader.faults() == ()
    with empty_store(tmp_path / "anew") as anew:
        fill(anew, HALDEN)
        for each in reversed(came):
            outage(anew, *each)
        for month, run in last.items():
            fresh = settled(anew, month)
            assert fresh.output_hash == run.output_hash
            assert fresh.input_hash == run.input_hash


def contracts_that_ask(when: Document) -> list[Document]:
    """ "asking" credits under a condition on something of others, "asked" is one of them, "beside" has nothing to do."""
    ten = bands({"99.9": "10"})
    return [
        *house(),
        *(service(name) for name in ("a", "b", "c")),
        sla(["a"], [availability("99.9", credit=ten | {"when": when})], {"a": "1000.00"}, name="asking"),
        sla(["b"], [availability("99.9")], {"b": "1000.00"}, name="asked"),
        sla(["c"], [availability("99.9", credit=ten)], {"c": "1000.00"}, name="beside"),
    ]


def test_a_credit_that_asks_about_another_agreement_s_level_is_settled_again_with_it(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        documents = contracts_that_ask({"misses": 1, "of": "asked/availability", "within": "P1M"})
        privity.commands.portfolio_load({"contracts.yaml": text_of(documents)}, "ada", "")
        outage(privity, "own", "a", "2026-03-10")
        settled(privity)
        outage(privity, "other", "b", "2026-03-20")
        run = settled(privity)
        assert (run.settled, run.kept) == (2, 1)


def test_a_credit_that_asks_about_an_event_is_settled_again_once_it_is_recorded(tmp_path: Path) -> None:
    with empty_store(tmp_path) as privity:
        documents = contracts_that_ask({"event": "insolvency"})
        privity.commands.portfolio_load({"contracts.yaml": text_of(documents)}, "ada", "")
        outage(privity, "own", "a", "2026-03-10")
        settled(privity)
        event = document(
            "Notice", "ended", agreement="asking", act="event", event="insolvency", at="2026-03-15"
        )
        privity.commands.portfolio_load({"contracts.yaml": text_of([*documents, event])}, "ada", "")
        run = settled(privity)
        assert (run.settled, run.kept) == (1, 2)
