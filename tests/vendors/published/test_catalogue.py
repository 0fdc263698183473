"""Published SLAs: each is a contract that can be settled, and says what the facts say that it was read from."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from documents.loading import load_texts
from domain.agreements import BandsCredit
from domain.errors import InvalidValue
from tests.documents.samples import PARTIES, SERVICES
from vendors.published.catalogue import Between, PublishedSla, find, published

FACTS = Path(__file__).parents[4] / "shared" / "data" / "cloud-sla" / "facts.json"
BETWEEN = Between(
    "uc-cirrus", "cirrus", "halden", "hosting", date(2026, 1, 1), date(2026, 12, 31), "USD", "12000.00"
)

OF_FACT = {
    ("AWS", "Compute region-level (EC2 etc.)"): "aws-compute-region",
    ("AWS", "EC2 2008 version"): "aws-ec2-2008",
    ("AWS", "EC2 single instance"): "aws-ec2-single-instance",
    ("Google", "Cloud Storage standard multi/dual region"): "google-cloud-storage-multi-region",
    ("Google", "Cloud Storage standard regional"): "google-cloud-storage-regional",
    ("Google", "Cloud Storage nearline/coldline regional"): "google-cloud-storage-nearline-regional",
    ("Google", "Dataproc Metastore control API"): "google-dataproc-metastore",
    ("Microsoft", "VM across zones"): "microsoft-vm-across-zones",
    ("Microsoft", "VM availability set"): "microsoft-vm-availability-set",
}


def contracts(one: PublishedSla) -> dict[str, str]:
    return {"parties.yaml": PARTIES, "services.yaml": SERVICES, "uc.yaml": one.document(BETWEEN)}


@pytest.mark.parametrize("one", published(), ids=lambda one: one.name)
def test_every_published_sla_makes_a_contract_without_errors_or_findings(one: PublishedSla) -> None:
    loaded = load_texts(contracts(one))

    assert loaded.errors == ()
    assert loaded.portfolio is not None
    agreement = next(each for each in loaded.portfolio.agreements if each.name == "uc-cirrus")
    assert agreement.services == ("hosting",)
    assert agreement.later_terms == ()


def test_every_one_says_where_it_was_read_and_what_to_mind() -> None:
    assert len(published()) == 9
    for one in published():
        text = one.document(BETWEEN)
        assert one.address in text
        assert all(caution in text for caution in one.cautions)
        assert one.cautions


def test_a_name_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(InvalidValue, match="did you mean aws-ec2-2008"):
        find("aws-ec2-2009")


@pytest.mark.skipif(
    not FACTS.is_file(), reason="the published facts (shared/data/cloud-sla) are not beside the project"
)
def test_targets_and_bands_are_those_of_the_facts() -> None:
    facts: list[dict[str, Any]] = json.loads(FACTS.read_text(encoding="utf-8"), parse_float=Decimal)
    with_targets = [fact for fact in facts if "target" in fact]
    assert {(fact["provider"], fact["service"]) for fact in with_targets} == set(OF_FACT)
    for fact in with_targets:
        one = find(OF_FACT[fact["provider"], fact["service"]])
        loaded = load_texts(contracts(one))
        assert loaded.portfolio is not None
        level = next(each for each in loaded.portfolio.agreements if each.name == "uc-cirrus").levels[0]
        assert level.target.steps[0].threshold.value == fact["target"]
        bands = level.credit.bands if isinstance(level.credit, BandsCredit) else ()
        # "99.0<=u<99.99" and "u<99.99" both end with the boundary below which the percent is owed.
        wanted = [
            (Fraction(words.split("<")[-1]), Fraction(percent)) for words, percent in fact.get("credits", [])
        ]
        assert sorted((band.boundary, band.percent or 0) for band in bands) == sorted(wanted)
