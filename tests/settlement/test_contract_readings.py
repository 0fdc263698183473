"""Sentences of the contracts that two readers could take for the same thing, and that move money apart.

Each test is one sentence of the design, and the figure follows from it by hand. April 2026, around the clock, UTC.
"""

from domain.attainment import AttainmentStatus
from ola.responsibility import Reason
from tests.building import (
    THREE_BANDS,
    availability,
    event,
    exactly,
    gbp,
    house,
    outage,
    service,
    settle,
    sla,
    story,
    ticket,
    uc,
    within,
)

# ------------------------------------------------------------------------------------------------ tickets


def test_time_that_nobody_held_is_no_part_of_a_vendors_game_under_its_own_contract() -> None:
    """Promised 2 h 30: nobody 2 h, v 2 h, its subcontractor (30 min) 1 h. v alone would have taken 2 h 30: not late."""
    settled = settle(
        house(vendors=["v", "sub"]),
        service("support"),
        sla(["support"], [within("100", {"P1": "PT9H"})]),
        uc("v", ["support"], [within("100", {"P1": "PT2H30M"}, name="fix")]),
        uc("sub", ["support"], [within("100", {"P1": "PT30M"}, name="fix")], consumer="v"),
        tickets=[ticket("T1", "P1", "13 09:00", "13 14:00")],
        events=[
            event("T1", "13 11:00", status="open", holder="v"),
            event("T1", "13 13:00", status="open", holder="sub"),
            event("T1", "13 14:00", status="resolved"),
        ],
    )

    rows = {row.party: row.impact_share for row in settled.trace("uc-v").responsibilities}
    assert rows == dict(zip(["sub", "v"], exactly("1/2", "1/2"), strict=True))


# ------------------------------------------------------------------------------------------------ customers


def test_a_failure_of_the_customers_of_a_service_for_everybody_stands_on_the_customers() -> None:
    """Ruling 14: `customer` is not excluded, so the agreement's consumer answers, here all customers together."""
    settled = settle(
        house(),
        service("shop"),
        sla(["shop"], [availability(credit=THREE_BANDS)], {"shop": "40000.00"}, consumer="*"),
        outages=[outage("shop", "10 10:00", "10 11:00", "customer")],
    )

    [row] = settled.trace().responsibilities
    assert (row.party, row.reason, row.agreement) == (None, Reason.CUSTOMER, "sla")
