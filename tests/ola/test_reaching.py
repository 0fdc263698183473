"""What can be reached is the same a front at a time as one by one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ola.reaching import Reaching

Edges = dict[str, list[str]]


@st.composite
def graphs(draw: st.DrawFn) -> Edges:
    """Any graph without circles: each service needs some of those before it."""
    edges: Edges = {"s000": []}
    for index in range(1, draw(st.integers(1, 150))):
        earlier = st.integers(0, index - 1).map(lambda each: f"s{each:03}")
        edges[f"s{index:03}"] = draw(st.lists(earlier, max_size=4, unique=True))
    return edges


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_fronts_reach_what_single_steps_reach(edges: Edges, data: st.DataObject) -> None:
    rank = {name: place for place, name in enumerate(edges)}
    starts = data.draw(st.lists(st.sampled_from(sorted(edges)), min_size=1, max_size=100))
    expected: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in expected:
            expected.add(name)
            waiting += edges[name]
    found = Reaching.of(rank, edges).reached([rank[name] for name in starts])
    assert list(found) == sorted(expected, key=rank.__getitem__)
    assert len(found) == len(expected)
    assert {name for name in [*edges, "nowhere"] if name in found} == expected
