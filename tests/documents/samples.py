"""Small documents that the tests of this folder complete, break and read.

In a text, the sign § stands right before the place that an error has to point to; it is taken out before reading.

Example: ``spoilt("kind: §Prty")`` is ("kind: Prty", 1, 7).
"""

from documents.errors import DocumentError
from documents.loading import Loaded, load_texts

FILE = "contracts.yaml"


def document(kind: str, name: str, spec: str) -> str:
    """One document, its spec in flow style or as indented lines."""
    return f"apiVersion: privity/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n"


PARTIES = "---\n".join(
    document("Party", name, spec)
    for name, spec in (
        ("meridian", "{role: customer}"),
        ("halden", "{role: provider}"),
        ("cirrus", "{role: vendor}"),
        ("atlas", "{role: vendor}"),
        ("desk", "{role: team, parent: halden}"),
    )
)
SERVICES = "---\n".join(
    document("Service", name, spec)
    for name, spec in (
        ("shop", "{provider: halden, dependsOn: {all: [hosting]}}"),
        ("hosting", "{provider: cirrus}"),
    )
)
CALENDAR = document(
    "Calendar",
    "office",
    "{timezone: Europe/London, windows: ["
    "{label: prime, days: [mon, tue, wed, thu, fri], from: 08:00, to: '18:00'}, {label: rest, rest: true}]}",
)


def agreement(name: str = "sla-shop", *, metadata: str = "", extra: str = "", **terms: str) -> str:
    """An active SLA on the shop for 2026 and 2027; ``terms`` replace or add keys of spec, "" removes one."""
    spec = {
        "type": "SLA",
        "structure": "service",
        "provider": "halden",
        "consumer": "meridian",
        "services": "[shop]",
        "state": "active",
        "term": "{from: 2026-01-01, to: 2027-12-31}",
        "effective": "2026-01-01",
        "calendar": "office",
        "currency": "GBP",
        "charges": "[{service: shop, monthly: '40000.00'}]",
        "serviceLevels": "[]",
    } | terms
    lines = "".join(f"  {key}: {value}\n" for key, value in spec.items() if value)
    return f"apiVersion: privity/v1\nkind: Agreement\nmetadata: {{name: {name}{metadata}}}\nspec:\n{lines}{extra}"


def uc(name: str = "uc-cirrus", **terms: str) -> str:
    """An active UC of cirrus on hosting."""
    plain = {
        "type": "UC",
        "structure": "",
        "provider": "cirrus",
        "consumer": "halden",
        "services": "[hosting]",
        "charges": "[{service: hosting, monthly: '12000.00'}]",
    }
    return agreement(name, **(plain | terms))


def level(**parts: str) -> str:
    """An availability level in flow style; ``parts`` replace or add keys, "" removes one."""
    terms = {
        "name": "availability",
        "metric": "{kind: availability}",
        "period": "month",
        "target": "{atLeast: '99.9'}",
    } | parts
    return "{" + ", ".join(f"{key}: {value}" for key, value in terms.items() if value) + "}"


def folder(*documents: str) -> str:
    """The usual parties, services and calendar, and some more documents, as one text."""
    return "---\n".join((PARTIES, SERVICES, CALENDAR, *documents))


def spoilt(text: str) -> tuple[str, int, int]:
    """A text without its sign, and the line and column (from 1) at which the sign stood."""
    offset = text.index("§")
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return text.replace("§", ""), line, column


def load(text: str) -> Loaded:
    """What one text gives."""
    return load_texts({FILE: text})


def errors_of(text: str) -> tuple[DocumentError, ...]:
    """The errors of one text."""
    return load(text).errors


def loaded(*documents: str) -> Loaded:
    """What the usual documents and some more give; they have to be right."""
    found = load(folder(*documents))
    assert [error.text() for error in found.errors] == []
    return found
