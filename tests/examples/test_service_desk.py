"""The bundled example of a service desk: its README's figures, which were worked out before it was settled."""

from pathlib import Path
from typing import Any

from api.services.settling import settle_folder

FOLDER = Path(__file__).parents[2] / "examples" / "service-desk"


def test_each_measure_is_what_its_definition_says() -> None:
    june: dict[str, Any] = settle_folder(FOLDER, "2026-06")

    assert {each["serviceLevel"]: (each["status"], each["value"]) for each in june["attainments"]} == {
        "abandonment": ("MET", "4.2"),
        "average-speed-of-answer": ("MET", "28"),
        "answered-in-time": ("MISSED", "78.997975709"),
        "first-contact-resolution": ("MET", "72.025052192"),
        "turnaround": ("MISSED", "64800"),
        "time-to-restore": ("MET", "10800"),
    }
    (statement,) = june["statements"]
    assert statement["net"] == {"amount": "400.00", "currency": "GBP"}
