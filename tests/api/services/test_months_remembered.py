"""One more month, settled by a run that has never seen the months before it, measures that month alone.

What is counted is which months are measured; and that the outcome is that of a store which kept nothing.
"""

from pathlib import Path
from typing import Any

import pytest

from api.bootstrap import Privity
from domain.periods import Period
from settlement.kept_months import KeptMonths
from settlement.measured import Measurement
from store.records import Run
from tests.api.services.stored_folders import empty_store
from tests.building import Document, availability, bands, house, service, sla, text_of, uc

MONTHS = [Period.parse(f"2026-0{month}") for month in (1, 2, 3, 4)]
MAY = Period.parse("2026-05")
HEAD = "outage_id,service,started_at,ended_at,recorded_at\n"


def contracts(*more: Document, **terms: Any) -> dict[str, str]:
    """An SLA over web with a cap of the year and credits that are earned back."""
    remedies = {
        "caps": [{"amount": "2500.00", "per": "year"}],
        "earnBack": {"returns": "50", "when": {"level": "target", "consecutive": 2}, "as": "offset"},
    }
    promise = availability("99.9", credit=bands({"99.9": "10"}))
    documents = [
        *house(vendors=("cirrus",)),
        service("web"),
        sla(["web"], [promise], {"web": "10000.00"}, remedies=remedies, **terms),
        *more,
    ]
    return {"contracts.yaml": text_of(documents)}


def outage(privity: Privity, name: str, day: str, recorded: str, on: str = "web") -> None:
    """An hour down."""
    row = f"{name},{on},{day}T10:00:00Z,{day}T11:00:00Z,{recorded}T00:00:00Z\n"
    privity.commands.evidence_submit(f"outages-{name}.csv", (HEAD + row).encode(), "ada", "")


def filled(privity: Privity, texts: dict[str, str]) -> None:
    """An hour down on the 14th of January, March and May, each known on the next day."""
    privity.commands.portfolio_load(texts, "ada", "")
    for month in (1, 3, 5):
        outage(privity, f"known-{month}", f"2026-0{month}-14", f"2026-0{month}-15")


def settled(privity: Privity, month: Period) -> Run:
    return privity.commands.settlement_run(month, None, "ada", "")


@pytest.fixture(name="measured")
def what_is_measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The months that are measured, in the order in which they are."""
    seen: list[str] = []
    plain = KeptMonths._measured

    def noting(self: KeptMonths, name: str, month: Period) -> list[Measurement]:
        seen.append(month.name)
        return plain(self, name, month)

    monkeypatch.setattr(KeptMonths, "_measured", noting)
    return seen


def alone(folder: Path, texts: dict[str, str], *late: tuple[str, str, str]) -> Run:
    """May, settled by a store that keeps no other month."""
    with empty_store(folder) as privity:
        filled(privity, texts)
        for each in late:
            outage(privity, *each)
        return settled(privity, MAY)


def net(privity: Privity, month: Period) -> str:
    (statement,) = privity.reader.settlement(month).statements  # type: ignore[union-attr] # it was settled
    return statement.net.text()


def test_one_more_month_is_the_only_one_that_is_measured(tmp_path: Path, measured: list[str]) -> None:
    with empty_store(tmp_path / "kept") as privity:
        filled(privity, contracts())
        for month in MONTHS:
            measured.clear()
            settled(privity, month)
            assert set(measured) == {month.name}
        measured.clear()
        run = settled(privity, MAY)
        assert set(measured) == {"2026-05"}
        # 1,000.00 in January and in March: 500.00 are left of the year's cap for May. February alone is no run of two.
        assert [net(privity, month) for month in (*MONTHS, MAY)] == [
            "1000.00", "0.00", "1000.00", "0.00", "500.00",
        ]  # fmt: skip
    assert run.output_hash == alone(tmp_path / "alone", contracts()).output_hash


def test_late_evidence_for_a_month_is_seen_in_it_and_in_those_after_it(
    tmp_path: Path, measured: list[str]
) -> None:
    late = ("late", "2026-02-10", "2026-05-20")
    with empty_store(tmp_path / "kept") as privity:
        filled(privity, contracts())
        for month in MONTHS:
            settled(privity, month)
        outage(privity, *late)
        measured.clear()
        run = settled(privity, MAY)
        assert set(measured) == {"2026-02", "2026-03", "2026-04", "2026-05"}
        # February used up what was left for March (500.00) and all of what May would have had.
        assert net(privity, MAY) == "0.00"
    assert run.output_hash == alone(tmp_path / "alone", contracts(), late).output_hash


def test_what_was_taken_in_early_and_is_known_late_is_seen_too(tmp_path: Path, measured: list[str]) -> None:
    # The file is there from the beginning; its row was recorded on 20 May, so that no run of April knows it.
    late = ("late", "2026-02-10", "2026-05-20")
    with empty_store(tmp_path / "kept") as privity:
        filled(privity, contracts())
        outage(privity, *late)
        for month in MONTHS:
            settled(privity, month)
        measured.clear()
        run = settled(privity, MAY)
        assert "2026-02" in measured
        assert net(privity, MAY) == "0.00"
    assert run.output_hash == alone(tmp_path / "alone", contracts(), late).output_hash


def test_a_changed_contract_has_its_past_measured_again(tmp_path: Path, measured: list[str]) -> None:
    dearer = contracts(review={"every": "P3M"})
    with empty_store(tmp_path / "kept") as privity:
        filled(privity, contracts())
        for month in MONTHS:
            settled(privity, month)
        privity.commands.portfolio_load(dearer, "ada", "")
        measured.clear()
        run = settled(privity, MAY)
        assert set(measured) == {"2026-01", "2026-02", "2026-03", "2026-04", "2026-05"}
    assert run.output_hash == alone(tmp_path / "alone", dearer).output_hash


def test_a_claim_that_has_lapsed_since_frees_the_cap_that_it_had_used(
    tmp_path: Path, measured: list[str]
) -> None:
    """March's credit of the vendor could still be claimed on 1 April; on 1 June it is lost, and the cap is free."""
    vendor = uc(
        "cirrus",
        ["host"],
        [availability("99.9", credit=bands({"99.9": "10"}))],
        {"host": "10000.00"},
        remedies={"caps": [{"amount": "1500.00", "per": "year"}], "claim": {"within": "P30D"}},
    )
    texts = contracts(service("host", "cirrus"), vendor)

    def told(privity: Privity) -> Run:
        for month in (3, 5):
            outage(privity, f"host-{month}", f"2026-0{month}-20", f"2026-0{month}-21", "host")
        return settled(privity, MAY)

    with empty_store(tmp_path / "kept") as privity:
        filled(privity, texts)
        outage(privity, "host-3", "2026-03-20", "2026-03-21", "host")
        for month in MONTHS:
            settled(privity, month)
        kept = told(privity)
        by_agreement = {
            each.agreement: each.net.text()
            for each in privity.reader.settlement(MAY).statements  # type: ignore[union-attr]
        }
        assert by_agreement["uc-cirrus"] == "1000.00"
    with empty_store(tmp_path / "alone") as privity:
        filled(privity, texts)
        outage(privity, "host-3", "2026-03-20", "2026-03-21", "host")
        assert told(privity).output_hash == kept.output_hash
