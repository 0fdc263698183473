"""Long chains and wide gates through the whole check, from documents to findings: right, and without a full stack."""

from fractions import Fraction
from pathlib import Path

import pytest

from api.services.checking import checked_folder
from domain.findings import Finding

PARTIES = (("halden", "provider"), ("acme", "customer"), ("cirrus", "vendor"))


def document(kind: str, name: str, spec: str) -> str:
    return f"apiVersion: privity/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n"


def agreement(name: str, kind: str, between: tuple[str, str], services: list[str], target: str) -> str:
    level = f'{{name: availability, metric: {{kind: availability}}, period: month, target: {{atLeast: "{target}"}}}}'
    return document(
        "Agreement", name,
        f"type: {kind}, provider: {between[0]}, consumer: {between[1]}, services: [{', '.join(services)}], "
        f"state: active, term: {{from: 2026-01-01, to: 2026-12-31}}, serviceLevels: [{level}]",
    )  # fmt: skip


def unsupported(folder: Path, documents: list[str]) -> dict[str, Finding]:
    """The findings TARGET_UNSUPPORTED of a check of some documents, by the service that is promised."""
    documents = [*(document("Party", name, f"role: {role}") for name, role in PARTIES), *documents]
    (folder / "contracts.yaml").write_text("---\n".join(documents), encoding="utf-8")
    checked = checked_folder(folder, workers=1)
    assert not checked.faults
    return {each.service or "": each for each in checked.findings if each.code == "TARGET_UNSUPPORTED"}


@pytest.mark.parametrize(
    ("gate", "expected", "guaranteed"),
    [
        # Each of the thousand needs both: 99.5 x 99.5 %, and what is left of two half percents one after the other.
        ("{{all: [{below}, shared]}}", "99.0025", "99"),
        # Each needs one of the two: down only where both are, .5 x .5 %; however they fall, the better one is up.
        ("{{any: [{below}, shared]}}", "99.9975", "99.5"),
        # Two of three with the end as the third. The last one needs two of (end, shared, end): the end, as it stands
        # twice. So it is down with the end, and so is the next: two of (end, shared, end) again, up to the top. The
        # guaranteed bound is gate by gate: half of what is below, .5 and .5 together, which comes ever closer to 1 %.
        ("{{atLeast: 2, of: [{below}, shared, end]}}", "99.5", "99"),
        # A need whose outages read as longer is a need all the same.
        ("{{all: [{{service: {below}, recoveryLag: PT5M}}, {{any: [shared, shared]}}]}}", "99.0025", "99"),
    ],
)
def test_a_chain_of_a_thousand_gates_that_share_a_service_is_supported_as_two_services_are(
    tmp_path: Path, gate: str, expected: str, guaranteed: str
) -> None:
    documents = [document("Service", name, "provider: cirrus") for name in ("shared", "end")]
    for index in range(1_000):
        needs = gate.format(below=f"s-{index + 1}" if index < 999 else "end")
        documents.append(
            document(
                "Service", f"s-{index}", f"provider: halden, measured: fromDependencies, dependsOn: {needs}"
            )
        )
    documents.append(agreement("sla", "SLA", ("halden", "acme"), ["s-0"], "99.999"))
    documents.append(agreement("uc", "UC", ("cirrus", "halden"), ["shared", "end"], "99.5"))

    figures = unsupported(tmp_path, documents)["s-0"].figures

    assert (figures["expected"], figures["guaranteed"]) == (expected, guaranteed)


def test_gates_of_two_thousand_members_are_reckoned_with_each_of_them(tmp_path: Path) -> None:
    names = [f"n-{index}" for index in range(2_000)]
    members = ", ".join(names)
    gates = {
        "every": f"{{all: [{members}]}}", "one": f"{{any: [{members}]}}", "half": f"{{atLeast: 1000, of: [{members}]}}",
    }  # fmt: skip
    documents = [document("Service", name, "provider: cirrus") for name in names]
    documents += [
        document("Service", top, f"provider: halden, measured: fromDependencies, dependsOn: {gate}")
        for top, gate in gates.items()
    ]
    documents.append(agreement("sla", "SLA", ("halden", "acme"), list(gates), "99.995"))
    documents.append(agreement("uc", "UC", ("cirrus", "halden"), names, "99.99"))

    found = {name: finding.figures for name, finding in unsupported(tmp_path, documents).items()}

    # All of them: .9999 to the power of 2,000, cut after twelve places; 2,000 times .01 % may be missing.
    together = Fraction(9_999, 10_000) ** 2_000 * 100
    assert found["every"]["expected"] == f"{float(together):.12f}"[: len("81.") + 12]
    assert found["every"]["guaranteed"] == "80"
    # Any: the best one is up whatever the others do. Half: 1,001 have to be down at once, and 2,000 x .01 % of
    # downtime make up 1,001 at once for 20 / 1,001 = .01998001998... % of the time at most.
    assert found["one"]["guaranteed"] == "99.99"
    assert found["half"]["guaranteed"] == "99.980019980019"
    assert found["one"]["expected"] == found["half"]["expected"] == "99.999999999999"


def test_gates_nested_deeper_than_a_document_may_be_are_told_where_they_are(tmp_path: Path) -> None:
    gate = "{all: [" * 1_000 + "end" + "]}" * 1_000
    text = (
        document("Service", "end", "provider: cirrus")
        + "---\n"
        + document("Service", "top", f"dependsOn: {gate}")
    )
    (tmp_path / "contracts.yaml").write_text(text, encoding="utf-8")

    (deep,) = (each for each in checked_folder(tmp_path).faults if "nest" in each.message)

    assert (deep.line, deep.path) == (9, "spec.dependsOn" + ".all[0]" * 5)
    assert deep.message == "values nest deeper than 64 levels"
