"""The contracts directly under an agreement are the same looked up in columns as followed one by one."""

from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ola.alignment.under import contracts_under
from ola.alignment.underpinning import Underpinning
from ola.chain import Chain
from ola.inheritance import Standing
from ola.portfolio import Portfolio
from tests.building import Document, all_of, availability, house, ola, portfolio, service, sla, uc

VENDORS = ["cirrus", "telco", "vault"]
TEAMS = ["desk", "web"]


def _any_portfolio(pick: Random) -> Portfolio:
    """Twelve services that anybody runs, each needing some before it; many under some contract, some promised above."""
    names = [f"s{number:02}" for number in range(12)]
    documents: list[Document] = []
    for place, name in enumerate(names):
        needs = pick.sample(names[:place], min(place, pick.randint(0, 3)))
        runner = pick.choice(["halden", "halden", *VENDORS, *TEAMS])
        documents.append(service(name, runner, needs=all_of(*needs) if needs else None))
        if pick.random() < 0.6:
            party = pick.choice([*VENDORS, *TEAMS])
            make = uc if party in VENDORS else ola
            # A vendor may serve another vendor, a team another team; what serves others does not stand under ours.
            others = [each for each in (VENDORS if party in VENDORS else TEAMS) if each != party]
            consumer = pick.choice(["halden", "halden", *others])
            documents.append(make(party, [name], [availability()], name=f"under-{name}", consumer=consumer))
    for number, root in enumerate(pick.sample(names, 3)):
        provider = pick.choice(["halden", *VENDORS])
        also = pick.choice(names)
        services = sorted({root, also})
        documents.append(sla(services, [availability()], name=f"sla-{number}", provider=provider))
    return portfolio(house(vendors=VENDORS, teams=TEAMS), documents)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9))
def test_what_stands_under_an_agreement_is_the_same_looked_up_as_followed(seed: int) -> None:
    held = _any_portfolio(Random(seed))  # noqa: S311 - an example, no secret.
    day = date(2026, 4, 1)
    in_force = held.in_force(day)
    underpinning = Underpinning(held, Chain.of(held), in_force, Standing.of(held, in_force), day)
    for agreement in in_force:
        followed = contracts_under(underpinning, agreement)
        assert contracts_under(underpinning, agreement, many=0) == followed
