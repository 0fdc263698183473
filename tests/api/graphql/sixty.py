"""A portfolio of sixty SLAs on sixty services that stand on one shared host, which fails for an hour in April 2026."""

from pathlib import Path

COUNT = 60


def sixty_agreements(folder: Path) -> Path:
    """Write the documents and the evidence."""
    documents = [
        _document("Party", "provider", "{role: provider}"),
        _document("Party", "host", "{role: vendor}"),
    ]
    documents.append(_document("Service", "hosting", "{provider: host}"))
    documents.append(_agreement("uc-host", "UC", "host", "provider", "hosting"))
    for number in range(COUNT):
        customer, service = f"customer-{number:02d}", f"service-{number:02d}"
        documents += [
            _document("Party", customer, "{role: customer}"),
            _document(
                "Service",
                service,
                "{provider: provider, measured: fromDependencies, dependsOn: {all: [hosting]}}",
            ),
            _agreement(f"sla-{number:02d}", "SLA", "provider", customer, service, "structure: service"),
        ]
    (folder / "evidence").mkdir(parents=True)
    (folder / "contracts.yaml").write_text("---\n".join(documents), encoding="utf-8")
    (folder / "evidence" / "outages.csv").write_text(
        "outage_id,service,started_at,ended_at\nO-1,hosting,2026-04-14T10:00:00Z,2026-04-14T11:00:00Z\n",
        encoding="utf-8",
    )
    return folder


def _document(kind: str, name: str, spec: str) -> str:
    return f"apiVersion: privity/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def _agreement(name: str, kind: str, provider: str, consumer: str, service: str, more: str = "") -> str:
    terms = (
        f"type: {kind}, provider: {provider}, consumer: {consumer}, services: [{service}], state: active, "
        "term: {from: 2026-01-01, to: 2027-12-31}, effective: 2026-01-01, currency: GBP, "
        f"charges: [{{service: {service}, monthly: '1000.00'}}], "
        "serviceLevels: [{name: availability, metric: {kind: availability}, period: month, target: {atLeast: '99.9'}, "
        "credit: {scheme: bands, of: service, bands: [{below: '99.9', percent: '5'}]}}]"
    )
    return _document("Agreement", name, "{" + terms + (f", {more}" if more else "") + "}")
