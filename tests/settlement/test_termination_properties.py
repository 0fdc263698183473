"""What must always hold of termination rights, whatever months, conditions and reliefs there were."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.periods import Period
from domain.termination.standing import TerminationStatus
from settlement.rights import Rights
from settlement.settle import Settling
from tests.building import (
    Document,
    availability,
    document,
    evidence,
    house,
    level,
    outage,
    portfolio,
    service,
    sla,
)
from tests.rights_told import TERM, counted, kept, notice, right, stands

LEAVES: list[dict[str, Any]] = [
    {"misses": "2", "of": "k", "within": "P4M"},
    {"misses": "3", "of": "k", "within": "P6M"},
    {"consecutive": "2", "of": "k"},
    {"value": {"below": "80"}, "of": "k"},
    {"average": {"below": "94"}, "of": "k", "over": "P3M"},
    {"misses": "2", "of": "k", "within": "P6M", "value": {"atMost": "85"}},
]
conditions = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from([{"any": parts}, {"all": parts}])
    ),
    max_leaves=4,
)
figures = st.lists(st.sampled_from(["97", "94", "90", "84", "70", "-"]), min_size=1, max_size=10)
WORSE = {"97": "90", "94": "84", "90": "70", "84": "70", "70": "70", "-": "-"}


def day_after(count: int) -> str:
    month = Period.parse("2026-01")
    for _ in range(count - 1):
        month = month.next()
    return month.day_after.isoformat()


def accruals(settling: Settling) -> set[date]:
    [past] = Rights(settling, settling.as_of).pasts("sla")
    return {accrual.day for accrual in past.accruals}


@settings(max_examples=60)
@given(conditions, figures, st.integers(min_value=0, max_value=9))
def test_a_worse_month_never_takes_an_accrual_away(condition: Any, months: list[str], which: int) -> None:
    place = which % len(months)
    worse = [WORSE[each] if i == place else each for i, each in enumerate(months)]
    as_of = day_after(len(months))
    terms = [right(condition, exercise=None)]

    before = kept(terms, months, as_of=as_of)
    after = kept(terms, worse, as_of=as_of)

    # A mean is pushed further by each bad month, so what accrued on a later day may accrue on an earlier one instead.
    firsts = [min(accruals(each), default=date.max) for each in (before, after)]
    assert firsts[1] <= firsts[0]
    is_open = stands(before).status is TerminationStatus.EXERCISABLE
    assert not is_open or stands(after).status is TerminationStatus.EXERCISABLE


@settings(max_examples=60)
@given(conditions, figures, st.data())
def test_as_of_a_date_nothing_later_is_seen(condition: Any, months: list[str], data: st.DataObject) -> None:
    shown = data.draw(st.integers(min_value=1, max_value=len(months)))
    as_of = date.fromisoformat(day_after(shown)) + timedelta(days=data.draw(st.integers(0, 20)))
    later = date.fromisoformat(day_after(len(months))) + timedelta(days=400)
    acts = [notice("waive", as_of.isoformat()), notice("exercise", (as_of + timedelta(days=1)).isoformat())]
    looser = right({"misses": "1", "of": "k"})
    levels = [level("ratio", "95", name="k", metric={"measure": "k"})]

    def on(rows: list[str], versions: int, told: list[Document]) -> Settling:
        documents = [
            sla(["a"], levels, term=TERM, effective=effective, terminationRights=[terms], version=number)
            for number, effective, terms in [
                (1, "2025-01-01", right(condition)), (2, (as_of + timedelta(days=1)).isoformat(), looser),
            ][:versions]
        ]  # fmt: skip
        held = portfolio(house(), service("a"), documents, told)
        return Settling.of(held, evidence(counts=counted(rows)), later)

    knowing_all = on(months, 2, acts)
    known_then = on(months[:shown], 1, acts[:1])

    assert stands(knowing_all, as_of=as_of.isoformat()) == stands(known_then, as_of=as_of.isoformat())


outage_days = st.lists(st.integers(min_value=1, max_value=88), min_size=1, max_size=8, unique=True)


@settings(max_examples=40)
@given(
    st.sampled_from(
        [
            {"misses": "1", "of": "availability"},
            {"misses": "2", "of": "availability", "within": "P3M"},
            {"consecutive": "2", "of": "availability"},
            {"outages": {"moreThan": "1"}, "within": "P30D", "of": "availability"},
            {"outageHours": {"moreThan": "6"}, "within": "P30D", "of": "availability"},
            {"average": {"below": "99.5"}, "of": "availability", "over": "P2M"},
        ]
    ),
    outage_days,
    st.integers(min_value=0, max_value=7),
    st.sampled_from([["breach"], ["termination"], ["breach", "credit", "termination"]]),
)
def test_relieving_a_breach_never_creates_a_right(
    condition: Any, days: list[int], which: int, effects: list[str]
) -> None:
    first = date(2026, 1, 1)
    rows = [
        outage("a", f"{first + timedelta(days=each)}T06:00:00Z", f"{first + timedelta(days=each)}T10:00:00Z")
        for each in days
    ]
    excused = first + timedelta(days=days[which % len(days)])
    spec: dict[str, Any] = {
        "agreement": "sla", "from": f"{excused}T00:00Z", "to": f"{excused + timedelta(days=1)}T00:00Z",
        "cause": "force_majeure", "status": "accepted", "effects": effects,
    }  # fmt: skip
    relief = document("Relief", "storm", **spec)
    documents = [
        house(),
        service("a"),
        sla(["a"], [availability("99.9")], terminationRights=[right(condition)]),
    ]

    plain = Settling.of(portfolio(*documents), evidence(rows), date(2026, 4, 1))
    relieved = Settling.of(portfolio(*documents, relief), evidence(rows), date(2026, 4, 1))

    assert accruals(relieved) <= accruals(plain)
    stands(relieved)


@settings(max_examples=60)
@given(outage_days, st.integers(min_value=0, max_value=4), st.integers(min_value=1, max_value=40))
def test_outages_in_a_window_of_days_are_counted_as_one_would_count_them_by_hand(
    days: list[int], more_than: int, window: int
) -> None:
    first = date(2026, 1, 1)
    rows = [
        outage("a", f"{first + timedelta(days=each)}T06:00:00Z", f"{first + timedelta(days=each)}T07:00:00Z")
        for each in days
    ]
    when = {"outages": {"moreThan": str(more_than)}, "within": f"P{window}D", "of": "availability"}
    documents = [house(), service("a"), sla(["a"], [availability("50")], terminationRights=[right(when)])]
    settling = Settling.of(portfolio(*documents), evidence(rows), date(2026, 4, 1))

    by_hand = {
        first + timedelta(days=each + 1)
        for each in days
        if sum(each - window < other <= each for other in days) > more_than
    }

    assert accruals(settling) == by_hand
