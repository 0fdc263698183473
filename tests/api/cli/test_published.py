"""The catalogue of published SLAs on the command line."""

from pathlib import Path

from tests.api.cli.command import SCENARIO, Privity

SIGNED = (
    "--provider", "cirrus", "--consumer", "halden-it", "--service", "hosting",
    "--from", "2026-01-01", "--to", "2026-12-31", "--monthly", "12000.00",
)  # fmt: skip


def test_a_published_sla_becomes_a_contract_that_a_folder_can_be_checked_with(
    privity: Privity, tmp_path: Path
) -> None:
    written = privity("published", "show", "aws-compute-region", *SIGNED, "--name", "uc-public-cloud")
    (tmp_path / "uc.yaml").write_text(written.out, encoding="utf-8")
    contracts = (SCENARIO / "contracts.yaml").read_text(encoding="utf-8")
    (tmp_path / "contracts.yaml").write_text(contracts, encoding="utf-8")

    ended = privity("check", tmp_path)

    assert (written.code, ended.code) == (0, 1)
    assert (
        "cirrus" in ended.out + ended.err
    )  # The scenario has a contract for the same service already: a duplicate.


def test_the_list_names_every_entry(privity: Privity) -> None:
    ended = privity("published", "list")
    assert ended.code == 0
    assert "microsoft-vm-across-zones" in ended.out


def test_a_name_that_is_not_in_the_catalogue_is_told_with_the_nearest(privity: Privity) -> None:
    ended = privity("published", "show", "aws-compute-regions", *SIGNED)
    assert ended.code == 2
    assert "did you mean aws-compute-region" in ended.err
