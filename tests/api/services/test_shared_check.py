"""A check gives the same, whoever compares the promises."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from api.services.checking import checked_folder
from api.services.folders import read_contracts, read_evidence
from api.services.shared_check import SharedSettling, sharing
from domain.periods import Period
from settlement.results import Settlement
from settlement.settle import Settling

HALDEN = Path(__file__).parents[3] / "examples" / "halden"
MONTH = Period.parse("2026-06")


@cache
def settling() -> Settling:
    contracts = read_contracts(HALDEN)
    evidence, _ = read_evidence(HALDEN, contracts, None)
    return replace(Settling.of(contracts.portfolio, evidence, MONTH.day_after), looks_ahead=True)


@cache
def by_one_process() -> Settlement:
    return settling().settle(MONTH)


@pytest.mark.parametrize("workers", [2, 3])
def test_any_number_of_processes_find_the_same(workers: int) -> None:
    shared = sharing(settling(), workers, least=1)
    assert isinstance(shared, SharedSettling)
    assert shared.settle(MONTH) == by_one_process()


def test_few_agreements_and_a_single_processor_are_left_to_this_process() -> None:
    assert sharing(settling(), 2) is settling()
    assert sharing(settling(), 1, least=1) is settling()


def test_a_folder_is_checked_alike_by_one_process_and_by_as_many_as_there_are() -> None:
    assert checked_folder(HALDEN, workers=1).findings == checked_folder(HALDEN).findings
