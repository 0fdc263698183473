"""What must hold of the steps over a statement's lines, whatever the amounts, the caps and the order of the levels."""

from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.agreements import Cap, CapPer
from domain.credits.caps import CapRoom
from domain.credits.steps import CapStep, Incident, OneIncidentStep, UmbrellaStep, after_all, one_paid
from domain.money import Money

amounts = st.lists(st.integers(0, 10_000).map(lambda cents: Fraction(cents, 7)), min_size=1, max_size=6).map(
    tuple
)
rooms = st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)).map(
    lambda pair: CapRoom(Cap(CapPer.MONTH, amount=Money(Decimal(pair[0]), "GBP")), Fraction(pair[0]), Fraction(pair[1]))
)  # fmt: skip


@given(amounts, st.lists(rooms, max_size=4), rooms, st.integers(0, 9_000))
def test_no_cap_is_ever_passed_in_any_combination_and_no_line_grows(
    lines: tuple[Fraction, ...], caps: list[CapRoom], over_all: CapRoom, elsewhere: int
) -> None:
    steps = [CapStep(room, "") for room in caps] + [UmbrellaStep("msa", over_all, Fraction(elsewhere), "")]
    left = after_all(lines, steps)
    assert all(Fraction(0) <= after <= before for before, after in zip(lines, left, strict=True))
    # What was used before and what is left together keep to the cap, unless it was passed already.
    assert all(room.used + sum(left) <= max(room.limit, room.used) for room in [*caps, over_all])


@given(amounts, st.lists(rooms, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_the_levels_is_irrelevant_to_what_is_left_of_each(
    lines: tuple[Fraction, ...], caps: list[CapRoom], chance: Random
) -> None:
    steps = [CapStep(room, "") for room in caps]
    order = list(range(len(lines)))
    chance.shuffle(order)
    moved = after_all(tuple(lines[place] for place in order), steps)
    assert dict(zip(order, moved, strict=True)) == dict(enumerate(after_all(lines, steps)))


@given(amounts, st.data())
def test_of_one_incident_just_one_line_is_paid_and_it_is_the_highest(
    lines: tuple[Fraction, ...], data: st.DataObject
) -> None:
    places = tuple(sorted(data.draw(st.sets(st.integers(0, len(lines) - 1), min_size=1))))
    names = tuple(f"level-{place}" for place in range(len(lines)))
    left = one_paid(lines, names, [Incident("fire", places)])
    assert sum(left[place] for place in places) == max(lines[place] for place in places)
    assert all(left[place] == lines[place] for place in range(len(lines)) if place not in places)
    step = OneIncidentStep((Incident("fire", places),), names, "")
    assert step.after(lines) == left


@given(amounts, rooms, st.integers(0, 9_000))
def test_the_parts_of_an_umbrella_keep_to_it_together_whichever_is_drawn_first(
    lines: tuple[Fraction, ...], over_all: CapRoom, elsewhere: int
) -> None:
    other = (Fraction(elsewhere),)
    mine = UmbrellaStep("msa", over_all, sum(other, start=Fraction(0)), "").after(lines)
    theirs = UmbrellaStep("msa", over_all, sum(lines, start=Fraction(0)), "").after(other)
    assert sum(mine) + sum(theirs) <= max(over_all.room, Fraction(0))
