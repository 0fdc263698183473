"""The life of an agreement: proposed, negotiated, signed by both parties, in force, and ended.

The problem: whether a promise can be held to somebody hangs on who signed which text, and when; whether it can still be
held, on when it ended. Each step is an act with a day, a person and a reason. An act that may not be done is refused
with the reason, and changes nothing.

Example: version 2 of an SLA is `NEGOTIATING`. The provider signs on 3 June: still `NEGOTIATING`. The customer signs on
5 June: `AGREED`. The provider signs again on 6 June: refused, because it signed on 3 June.

The steps: draft -> negotiating -> agreed -> active -> terminated or expired, and back from negotiating to draft, which
takes the signatures off the table with the text. `AGREED` comes by the second signature and by nothing else.

Limits: what the terms say is checked elsewhere (`documents`); whether a right to end the agreement is open, in
`domain.termination.standing`. An agreement that has ended is judged to its last day: its terms stay `ACTIVE` and its
term is cut (`as_lived`); `stage_on` says how it is called on a day.

References: rulings 37 of the design and 166 to 175.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.agreements import Agreement, State

__all__ = [
    "MOVES", "TAKES_EFFECT", "Life", "LifeAct", "Refusal", "RefusedAct", "Signature", "Transition", "Trigger",
    "VersionOf", "as_lived", "in_force_on", "lives_of", "move", "proposed", "sign", "stage_on", "written_life",
]  # fmt: skip

VersionOf = tuple[str, int]
"""One version of an agreement: its name and its number."""

MOVES: Mapping[State, tuple[State, ...]] = {
    State.DRAFT: (State.NEGOTIATING,),
    State.NEGOTIATING: (State.DRAFT, State.AGREED),
    State.AGREED: (State.ACTIVE,),
    State.ACTIVE: (State.TERMINATED, State.EXPIRED),
    State.TERMINATED: (),
    State.EXPIRED: (),
}
"""What may follow on each state."""

TAKES_EFFECT = frozenset({State.ACTIVE, State.TERMINATED})
"""The states of a text that both parties are bound by, or were: one that is only proposed takes nobody's place."""


class Trigger(StrEnum):
    """What set a step off: a new agreement, a change, or a request of the customer's."""

    NEW_AGREEMENT = "new_agreement"
    CHANGE = "change"
    CUSTOMER_REQUEST = "customer_request"


@dataclass(frozen=True, slots=True)
class Signature:
    """That a party signed one version. ``on`` is the day on the agreement's clocks, ``at`` the instant."""

    name: str
    agreement: str
    version: int
    party: str
    on: date
    at: int
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """A step of one version, or of the agreement as a whole where it ends (``version`` None: the one in force).

    ``ends`` is the last day that a terminated agreement holds; None: the day of the act.
    """

    name: str
    agreement: str
    version: int | None
    to: State
    on: date
    at: int
    by: str | None = None
    reason: str | None = None
    trigger: Trigger | None = None
    ends: date | None = None


LifeAct = Signature | Transition


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act may not be done, and what to do instead."""

    why: str
    cure: str


@dataclass(frozen=True, slots=True)
class RefusedAct:
    """An act that changed nothing, and why."""

    act: LifeAct
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Life:
    """Where one version stands after the acts so far.

    ``since`` None: as the document says. ``signatures`` are those that stand. ``ended`` is the last day of a
    terminated agreement.
    """

    state: State
    since: date | None = None
    signatures: tuple[Signature, ...] = ()
    ended: date | None = None

    def signed_by(self, party: str) -> Signature | None:
        """The party's signature."""
        return next((each for each in self.signatures if each.party == party), None)


def written_life(agreement: Agreement) -> Life:
    """Where a version stands by its document alone."""
    return Life(agreement.state)


def _side(agreement: Agreement, party: str, customers: frozenset[str]) -> str | None:
    """Which side of an agreement a party signs for: "provider", "consumer", or neither."""
    if party == agreement.provider:
        return "provider"
    if party == agreement.consumer or (agreement.consumer == "*" and party in customers):
        return "consumer"
    return None


def _awaited(agreement: Agreement, life: Life, customers: frozenset[str]) -> tuple[str, ...]:
    """The sides that have not signed."""
    signed = {_side(agreement, each.party, customers) for each in life.signatures}
    return tuple(side for side in ("provider", "consumer") if side not in signed)


def _called(agreement: Agreement) -> str:
    return f"version {agreement.version} of {agreement.name}"


def sign(agreement: Agreement, life: Life, signature: Signature, customers: frozenset[str]) -> Life | Refusal:
    """Put a signature under a version; the second side's makes it `AGREED`.

    ``customers`` are the parties that may sign for the consumer where that is "*": one of them is enough.
    """
    side = _side(agreement, signature.party, customers)
    called = _called(agreement)
    if side is None:
        consumer = "a customer" if agreement.consumer == "*" else agreement.consumer
        return Refusal(
            f"{signature.party} is no party of {agreement.name}",
            f"Sign for {agreement.provider} or for {consumer}",
        )
    earlier = next((e for e in life.signatures if _side(agreement, e.party, customers) == side), None)
    if earlier is not None:
        return Refusal(
            f"{earlier.party} signed {called} on {earlier.on}",
            "Nothing is left to do for this side: a text is signed once",
        )
    if life.state is not State.NEGOTIATING:
        return Refusal(
            f"{called} is {life.state.value}, and only what is being negotiated can be signed",
            "Put it to the other party first: make it negotiating"
            if life.state is State.DRAFT
            else "Propose a new version, and sign that",
        )
    if agreement.version > 1 and agreement.effective < signature.on:
        return Refusal(
            f"{called} would hold from {agreement.effective}, before it is agreed on {signature.on}: an amendment does "
            "not change what was settled before both parties agreed to it",
            f"Make it a draft again and propose it with an effective day from {signature.on} on",
        )
    signed = replace(life, signatures=(*life.signatures, signature))
    if _awaited(agreement, signed, customers):
        return signed
    return replace(signed, state=State.AGREED, since=signature.on)


def move(
    agreement: Agreement, life: Life, transition: Transition, customers: frozenset[str]
) -> Life | Refusal:
    """Take a version a step on, where that step may follow."""
    called, to = _called(agreement), transition.to
    if to is life.state:
        return Refusal(f"{called} is {to.value} already", "Nothing is left to do")
    if to not in MOVES[life.state]:
        following = [each.value for each in MOVES[life.state]]
        return Refusal(
            f"{called} is {life.state.value} and cannot become {to.value}",
            f"From here it can become {' or '.join(following)}"
            if following
            else "It has ended: propose a new agreement",
        )
    match to:
        case State.AGREED:
            sides = _awaited(agreement, life, customers)
            named = {"provider": agreement.provider, "consumer": agreement.consumer}
            waiting = " and ".join("a customer" if named[s] == "*" else named[s] for s in sides)
            return Refusal(
                f"{called} is agreed by both signatures, and {waiting} has not signed",
                f"Record the signature of {waiting}",
            )
        case State.TERMINATED:
            return _terminated(agreement, life, transition)
        case State.EXPIRED if agreement.renews or transition.on <= agreement.last:
            why = (
                "renews itself until somebody ends it"
                if agreement.renews
                else f"runs until {agreement.last}, and {transition.on} is not after that"
            )
            return Refusal(
                f"{agreement.name} {why}", "Terminate it, with the day on which it ends, or let it run out"
            )
        case State.DRAFT:
            return Life(State.DRAFT, transition.on)
        case _:
            return replace(life, state=to, since=transition.on)


def _terminated(agreement: Agreement, life: Life, transition: Transition) -> Life | Refusal:
    ends = transition.ends or transition.on
    if ends < transition.on:
        return Refusal(
            f"{agreement.name} would end on {ends}, before that is decided on {transition.on}",
            f"Write {transition.on} or a later day",
        )
    if ends > agreement.last and not agreement.renews:
        return Refusal(
            f"{agreement.name} ends on {agreement.last} by its own term, before {ends}",
            f"Write {agreement.last} or an earlier day, or let it expire",
        )
    return replace(life, state=State.TERMINATED, since=transition.on, ended=ends)


def proposed(
    new: Agreement, versions: Sequence[Agreement], lives: Mapping[VersionOf, Life]
) -> Refusal | None:
    """Why a version may not be proposed; None: it may. ``versions`` are those that the agreement has so far.

    A draft that nobody signed may be proposed again under its own number: the new text stands in its place.
    """
    called = _called(new)
    if new.state is not State.DRAFT:
        return Refusal(f"{called} says state: {new.state.value}", "Propose it with state: draft")
    if not versions:
        return (
            None
            if new.version == 1
            else Refusal(f"{new.name} has no version before {new.version}", "Propose it as version 1")
        )
    ordered = sorted(versions, key=lambda each: each.version)
    latest = ordered[-1]
    if new.version == latest.version:
        life = lives.get((new.name, new.version), written_life(latest))
        if life.state not in (State.DRAFT, State.NEGOTIATING):
            return Refusal(f"{called} is {life.state.value}", f"Propose it as version {latest.version + 1}")
        if life.signatures:
            return Refusal(
                f"{life.signatures[0].party} has signed {called} on {life.signatures[0].on}",
                "A signature is under one text: make the version a draft again first",
            )
        ordered = ordered[:-1]
    elif new.version != latest.version + 1:
        return Refusal(
            f"{new.name} is at version {latest.version}", f"Propose it as version {latest.version + 1}"
        )
    return _amends(new, ordered, lives) if ordered else None


def _amends(new: Agreement, ordered: Sequence[Agreement], lives: Mapping[VersionOf, Life]) -> Refusal | None:
    called, first, latest = _called(new), ordered[0], ordered[-1]
    begins = max(first.first, first.effective)
    if new.effective < begins:
        return Refusal(
            f"{called} would hold from {new.effective}, before {new.name} itself begins on {begins}",
            f"Write an effective day from {begins} on",
        )
    if new.effective < latest.effective:
        return Refusal(
            f"{called} would hold from {new.effective}, before version {latest.version}, which holds from "
            f"{latest.effective}",
            f"Write an effective day from {latest.effective} on",
        )
    parties = (new.type, new.provider, new.consumer)
    if parties != (latest.type, latest.provider, latest.consumer):
        return Refusal(
            f"{called} is between {new.provider} and {new.consumer} ({new.type.value}), version {latest.version} "
            f"between {latest.provider} and {latest.consumer} ({latest.type.value})",
            "Between other parties it is another agreement: give it a name of its own",
        )
    ended = min((life.ended for each in ordered if (life := lives.get((each.name, each.version))) and life.ended),
                default=None)  # fmt: skip
    if ended is not None and new.effective > ended:
        return Refusal(
            f"{new.name} ends on {ended}, before {called} would hold",
            "Propose a new agreement with a name of its own",
        )
    return None


# ------------------------------------------------------------------------------------------- all acts in order


def lives_of(
    agreements: Iterable[Agreement], acts: Iterable[LifeAct], customers: frozenset[str]
) -> tuple[dict[VersionOf, Life], tuple[RefusedAct, ...]]:
    """Where every version stands after some acts, in the order in which they were done; and those that were refused."""
    versions = {(each.name, each.version): each for each in agreements}
    lives = {key: written_life(each) for key, each in sorted(versions.items())}
    refused: list[RefusedAct] = []
    for act in sorted(acts, key=_in_order):
        key = _version_of(act, versions, lives)
        if key not in versions:
            what = (
                f"{act.agreement} has no version {act.version}"
                if act.version
                else f"{act.agreement} is not in force"
            )
            refused.append(RefusedAct(act, Refusal(what, "Name a version that it has")))
            continue
        after = (
            sign(versions[key], lives[key], act, customers)
            if isinstance(act, Signature)
            else move(versions[key], lives[key], act, customers)
        )
        if isinstance(after, Refusal):
            refused.append(RefusedAct(act, after))
            continue
        lives[key] = after
        if after.state in (State.TERMINATED, State.EXPIRED):
            # An agreement ends as a whole: its other versions in force end with the one that is named.
            for other, life in sorted(lives.items()):
                if other[0] == key[0] and life.state is State.ACTIVE:
                    lives[other] = replace(life, state=after.state, since=after.since, ended=after.ended)
    return lives, tuple(refused)


_IN_A_LIFE = (
    State.DRAFT,
    State.NEGOTIATING,
    None,
    State.AGREED,
    State.ACTIVE,
    State.EXPIRED,
    State.TERMINATED,
)
"""The steps of a life, one after another; None: a signature."""


def _in_order(act: LifeAct) -> tuple[int, int, str]:
    """Acts in the order in which they were done; those of one instant as a life goes, then by name (ruling 217)."""
    return act.at, _IN_A_LIFE.index(act.to if isinstance(act, Transition) else None), act.name


def _version_of(
    act: LifeAct, versions: Mapping[VersionOf, Agreement], lives: Mapping[VersionOf, Life]
) -> VersionOf:
    if act.version is not None:
        return act.agreement, act.version
    own = sorted(key for key in versions if key[0] == act.agreement)
    if not own:
        return act.agreement, 0
    begun = [key for key in own if lives[key].state is State.ACTIVE and versions[key].effective <= act.on]
    active = [key for key in own if lives[key].state is State.ACTIVE]
    return (begun or active[:1] or own)[-1]


def as_lived(agreements: Iterable[Agreement], lives: Mapping[VersionOf, Life]) -> tuple[Agreement, ...]:
    """The versions as they are judged: what became active is, and what ended is so to its last day.

    A version of which ``lives`` has nothing stands as its document says.
    """
    found = []
    for each in agreements:
        life = lives.get((each.name, each.version), written_life(each))
        if life == written_life(each):
            found.append(each)
        elif life.state in (State.TERMINATED, State.EXPIRED):
            found.append(replace(each, state=State.ACTIVE, last=min(each.last, life.ended or each.last)))
        else:
            found.append(replace(each, state=life.state))
    return tuple(found)


def in_force_on(versions: Iterable[Agreement], day: date) -> Agreement | None:
    """The version of one agreement that is judged on a day: active, within its term, the last to take effect.

    Of several versions the one that took effect last on or before the day holds (ruling 37 of the design). One that is
    only proposed has not taken effect, whatever its date; one that terminates the agreement has.
    """
    found: Agreement | None = None
    for each in versions:
        is_effective = each.effective <= day and each.state in TAKES_EFFECT
        if is_effective and (found is None or _order(each) > _order(found)):
            found = each
    return found if found is not None and found.state is State.ACTIVE and found.covers_day(day) else None


def _order(agreement: Agreement) -> tuple[date, int]:
    return agreement.effective, agreement.version


def stage_on(agreement: Agreement, life: Life, day: date) -> State:
    """Where a version stands on a day: what is in force has expired once its term has run out without renewal."""
    if life.state is State.TERMINATED and life.ended is not None:
        return State.TERMINATED if day > life.ended else State.ACTIVE
    if life.state is State.ACTIVE and day > agreement.last and not agreement.renews:
        return State.EXPIRED
    return life.state
