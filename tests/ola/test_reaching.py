"""What can be reached is the same a front at a time as one by one, with signposts and without, down and up."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from ola.reaching import Reaching

Edges = dict[str, list[str]]


def _graph(pick: random.Random, services: int) -> Edges:
    """Any graph without circles: each service needs some of those before it."""
    edges: Edges = {}
    for index in range(services):
        earlier = list(edges)
        edges[f"s{index:03}"] = pick.sample(earlier, min(index, pick.randint(0, 4)))
    return edges


def _one_by_one(edges: Edges, starts: list[str]) -> set[str]:
    expected: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in expected:
            expected.add(name)
            waiting += edges[name]
    return expected


def _turned(edges: Edges) -> Edges:
    above: Edges = {name: [] for name in edges}
    for name, others in edges.items():
        for other in others:
            above[other].append(name)
    return above


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 150), st.integers(1, 100), st.integers(1, 40))
def test_fronts_reach_what_single_steps_reach(seed: int, services: int, begun: int, longest: int) -> None:
    pick = random.Random(seed)  # noqa: S311 - a graph to test with
    edges = _graph(pick, services)
    starts = pick.choices(list(edges), k=begun)
    rank = {name: place for place, name in enumerate(edges)}
    down = Reaching.of(rank, edges)
    for reaching, way in ((down, edges), (down.turned(), _turned(edges))):
        expected = _one_by_one(way, starts)
        for each in (reaching, reaching.with_signposts(longest)):
            found = each.reached([rank[name] for name in starts])
            assert list(found) == sorted(expected, key=rank.__getitem__)
            assert len(found) == len(expected)
            assert {name for name in [*edges, "nowhere"] if name in found} == expected


def test_signposts_of_many_services_and_of_wide_gates_tell_what_a_walk_finds() -> None:
    # 13,000 services are more than one part of the columns in which the bits are worked out; every fiftieth needs a
    # hundred others, the rest two of the few hundred before it.
    pick = random.Random(7)  # noqa: S311 - a graph to test with
    edges: Edges = {f"s{index}": [] for index in range(200)}
    for index in range(200, 13_000):
        many, back = (100, index) if index % 50 == 0 else (2, 150)
        edges[f"s{index}"] = [f"s{index - each}" for each in sorted(pick.sample(range(1, back), many))]
    rank = {name: place for place, name in enumerate(edges)}
    down = Reaching.of(rank, edges)
    for reaching in (down, down.turned()):
        quick = reaching.with_signposts(longest=50)
        assert quick.signposts is not None
        for start in (0, 199, 4_950, 6_271, 6_272, 6_273, 12_544, 12_950, 12_999):
            assert (quick.reached([start]).is_in == reaching.reached([start]).is_in).all()


def test_in_a_chain_every_so_many_services_one_is_a_signpost() -> None:
    edges: Edges = {"s0": [], **{f"s{index}": [f"s{index - 1}"] for index in range(1, 100)}}
    chain = Reaching.of({name: place for place, name in enumerate(edges)}, edges).with_signposts(longest=10)
    # The first is eleven services long; each later one lies above ten services and the four that reading one is worth.
    assert chain.signposts is not None
    posts = [place for place, at in enumerate(chain.signposts.place) if at >= 0]
    assert posts == [10, 17, 24, 31, 38, 45, 52, 59, 66, 73, 80, 87, 94]
    assert list(chain.reached([23])) == [f"s{index}" for index in range(24)]
