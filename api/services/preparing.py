"""Whether an act under an agreement may be done, and the documents with it.

The problem: a signature, a waiver or a claim for relief has to be more than a row in a table: the next settlement must
read it, and a folder taken out of the store must tell the whole story. So every act becomes a document like any other,
and whether it may be done is asked of the same rules that settle: the contracts are read with the act in them, and an
act that they refuse is not recorded.

Example: ``ActOnRight("uc-cirrus", "chronic", Act.EXERCISE)`` on a right that lapsed yesterday is refused with "it had
lapsed on 2026-08-30"; nothing is written.

Limits: pure but for the reading of texts; `api.services.recording` keeps what is prepared here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import yaml

from api.errors import DocumentsError, Fault, RequestError, UnknownNameError
from api.services.act_shapes import life_shape, relief_shape, standing_shape
from api.services.acts import (
    ActOnRight,
    ActOrder,
    ClaimRelief,
    DecideRelief,
    MoveAgreement,
    ProposeAgreement,
    SignAgreement,
)
from api.services.adding import Extended, extended
from api.services.dating import RightsOnDay, dated_back, instant_of
from api.services.loading import RECORDED
from documents.reading import read_text
from domain.agreements import Agreement, State
from domain.instants import as_datetime, isoformat
from domain.life import Refusal, Signature, Transition, lives_of, proposed
from domain.parties import Role
from domain.relief import ReliefStatus
from domain.termination.standing import RightPast, standing
from domain.termination.terms import Act

if TYPE_CHECKING:
    from ola.portfolio import Portfolio
    from settlement.rights import Rights
    from store.codec import Json
    from store.repositories.documents import SetContent

__all__ = ["Prepared", "prepared"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An act that may be done: the complete texts with it, what they were read as, and what to write down."""

    extended: Extended
    file: str
    subject: str
    agreement: str
    version: int | None
    about: str | None
    on: date
    before: Json
    after: Json
    warning: str | None = None
    """What whoever records it should know, though it may be recorded."""


def prepared(
    order: ActOrder,
    content: SetContent,
    portfolio: Portfolio,
    rights: RightsOnDay,
    now: int,
    actor: str,
    reason: str,
) -> Prepared:
    """Whether an act may be done, and the documents with it.

    Raises RequestError with the reason (code ``REFUSED``) where it may not.
    """
    at = instant_of(order, portfolio) or now
    if at > now:
        raise _refused(
            f"{as_datetime(at):%Y-%m-%d %H:%M} UTC has not come yet",
            "Record an act on or after the day on which it is done",
        )
    who = _Who(content, portfolio, at, actor, reason)
    done = who.does(order, rights)
    zone = who.zone(done.agreement, done.extended.portfolio)
    today = as_datetime(now).astimezone(zone).date()
    return replace(done, warning=dated_back(order, done.on, today, portfolio, rights))


def _refused(why: str, cure: str) -> RequestError:
    return RequestError(Fault("REFUSED", why, cure))


@dataclass(frozen=True, slots=True)
class _Who:
    """Who does something under which contracts, when and why."""

    content: SetContent
    portfolio: Portfolio
    at: int
    actor: str
    reason: str

    def does(self, order: ActOrder, rights: RightsOnDay) -> Prepared:
        """An order of whatever kind."""
        match order:
            case ProposeAgreement():
                return self.propose(order)
            case SignAgreement():
                return self.sign(order)
            case MoveAgreement():
                return self.move(order, rights)
            case ActOnRight():
                return self.act_on_right(order, rights)
            case ClaimRelief():
                return self.claim(order)
            case DecideRelief():
                return self.decide(order)

    # -------------------------------------------------------------------------------------------- agreements

    def propose(self, order: ProposeAgreement) -> Prepared:
        read = read_text("proposal.yaml", order.text)
        if read.errors:
            raise DocumentsError(read.errors, len(read.documents))
        source = read.documents[0] if len(read.documents) == 1 else None
        if source is None or source.text_at("kind") != "Agreement":
            raise _refused(
                "the text is not one document of kind Agreement", "Propose one agreement at a time"
            )
        name, version = source.text_at("metadata", "name"), source.text_at("metadata", "version") or "1"
        file = f"{RECORDED}agreements/{name}-v{version}.yaml"
        known = self.portfolio.texts(str(name))
        earlier = next((each for each in known if str(each.version) == version), None)
        found = self._extended(file, order.text)
        new = _version(found.portfolio, str(name), int(version))
        why = proposed(new, known, self.portfolio.lives)
        if why is not None:
            raise _refused(why.why, why.cure)
        before = None if earlier is None else life_shape(earlier, self.portfolio.life(earlier))
        latest = max(known, key=lambda each: each.version, default=None)
        if before is None and latest is not None:
            before = life_shape(latest, self.portfolio.life(latest))
        on = as_datetime(self.at).astimezone(new.calendar.zone).date()
        return Prepared(
            found, file, f"{name} version {version}", new.name, new.version, None,
            on, before, life_shape(new, found.portfolio.life(new)),
        )  # fmt: skip

    def sign(self, order: SignAgreement) -> Prepared:
        version = order.version or self._last(order.agreement)
        spec: dict[str, object] = {"agreement": order.agreement, "version": version, "party": order.party}
        spec["by"] = order.by or self.actor
        stem = f"{order.agreement}-v{version}-signed-by-{order.party}"
        return self._lived("Signature", "signatures", stem, spec, order.agreement, version)

    def move(self, order: MoveAgreement, rights: RightsOnDay) -> Prepared:
        version = order.version
        self._has_not_ended_by_right(order, rights)
        if version is None and order.to not in (State.TERMINATED, State.EXPIRED):
            version = self._last(order.agreement)
        else:
            self._last(order.agreement)
        spec: dict[str, object] = {"agreement": order.agreement, "version": version, "to": order.to.value}
        spec |= {"ends": order.ends, "by": self.actor}
        spec["trigger"] = None if order.trigger is None else order.trigger.value
        numbered = "" if version is None else f"-v{version}"
        stem = f"{order.agreement}{numbered}-{order.to.value}"
        return self._lived("Transition", "transitions", stem, spec, order.agreement, version)

    def _has_not_ended_by_right(self, order: MoveAgreement, rights: RightsOnDay) -> None:
        """What a right ended cannot be ended again, once its last day is over."""
        exercised = {each.agreement for each in self.portfolio.notices if each.act is Act.EXERCISE}
        if order.to not in (State.TERMINATED, State.EXPIRED) or not exercised:
            return
        on = as_datetime(self.at).date()
        for each in rights(self.portfolio, on).settling.portfolio.ended:
            if each.agreement == order.agreement and each.services is None and each.last < on:
                raise _refused(
                    f"{order.agreement} ended on {each.last}, by the right that was exercised on {each.since}",
                    "Nothing is left to do: privity rights shows it",
                )

    def _lived(
        self,
        kind: str,
        folder: str,
        stem: str,
        spec: Mapping[str, object],
        agreement: str,
        version: int | None,
    ) -> Prepared:
        """A signature or a step, where the rules of an agreement's life let it be."""
        name, file, text = self._document(kind, folder, stem, spec)
        found = self._extended(file, text)
        after = found.portfolio
        written = after.as_written
        assert written is not None  # noqa: S101 - an act was just read
        customers = frozenset(each for each, party in after.parties.items() if party.role is Role.CUSTOMER)
        _, refused = lives_of(written.agreements, written.acts, customers)
        earlier = self.portfolio.as_written
        known = () if earlier is None else lives_of(earlier.agreements, earlier.acts, customers)[1]
        for each in refused:
            if each.act.name == name:
                raise _refused(each.refusal.why, each.refusal.cure)
            if each.act not in [one.act for one in known]:
                raise _refused(*_undone(each.act, each.refusal))
        act = next(each for each in written.acts if each.name == name)
        chosen = self._chosen(after, agreement, version)
        before = self._chosen(self.portfolio, agreement, chosen.version)
        return Prepared(
            found, file, f"{agreement} version {chosen.version}", agreement,
            chosen.version, None, act.on, life_shape(before, self.portfolio.life(before)),
            life_shape(chosen, after.life(chosen)),
        )  # fmt: skip

    def _chosen(self, portfolio: Portfolio, agreement: str, version: int | None) -> Agreement:
        """The version that an act is about; without a number the one whose end was just told, or that is active."""
        every = portfolio.texts(agreement)
        if version is not None:
            found = next((each for each in every if each.version == version), None)
            if found is None:
                raise _refused(f"{agreement} has no version {version}", "Name a version that it has")
            return found
        ended = [each for each in every if portfolio.life(each).state in (State.TERMINATED, State.EXPIRED)]
        return (ended or every)[-1]

    def zone(self, agreement: str, portfolio: Portfolio | None = None) -> ZoneInfo:
        """The zone of an agreement's own clocks."""
        return self._chosen(portfolio or self.portfolio, agreement, None).calendar.zone

    def _last(self, agreement: str) -> int:
        versions = [each.version for each in self.portfolio.texts(agreement)]
        if not versions:
            raise UnknownNameError("agreement", agreement, self.portfolio.versions)
        return max(versions)

    # ---------------------------------------------------------------------------------------------- rights

    def act_on_right(self, order: ActOnRight, rights: RightsOnDay) -> Prepared:
        self._last(order.agreement)
        zone = self.zone(order.agreement)
        on = as_datetime(self.at).astimezone(zone).date()
        stem = f"{order.agreement}-{order.right}-{order.act.value}-{on.isoformat()}"
        spec: dict[str, object] = {"agreement": order.agreement, "right": order.right, "act": order.act.value}
        name, file, text = self._document("Notice", "notices", stem, spec)
        found = self._extended(file, text)
        past = self._past(rights(found.portfolio, on), order, on)
        without = replace(past, acts=tuple(act for act in past.acts if act.name != name))
        before, after = standing(without, on), standing(past, on)
        earlier = {act.name for act, _ in before.refused}
        for act, why in after.refused:
            if act.name == name:
                cure = "See how it stands and what it awaits: privity rights"
                raise _refused(f"the right {order.right} of {order.agreement} stands otherwise: {why}", cure)
            if act.name not in earlier:
                raise _refused(
                    f"{act.name} of the same day would change nothing any more: {why}",
                    "Take back what was recorded first, or act on another day",
                )
        return Prepared(
            found, file, f"{order.agreement} {order.right}", order.agreement, None,
            order.right, on, standing_shape(before), standing_shape(after),
        )  # fmt: skip

    def _past(self, rights: Rights, order: ActOnRight, on: date) -> RightPast:
        pasts = rights.pasts(order.agreement) if order.agreement in rights.names() else ()
        found = next((past for past in pasts if past.terms.name == order.right), None)
        if found is None:
            raise _refused(
                f"{order.agreement} is not in force on {on} with a right {order.right}",
                "Name a right of an agreement that is in force: privity rights",
            )
        return found

    # --------------------------------------------------------------------------------------------- reliefs

    def claim(self, order: ClaimRelief) -> Prepared:
        self._last(order.agreement)
        spec: dict[str, object] = {
            "agreement": order.agreement,
            "serviceLevels": _listed(order.service_levels),
            "from": order.from_,
            "to": order.to,
            "tickets": _listed(order.tickets),
            "deliverables": _listed(order.deliverables),
            "cause": order.cause,
            "effects": _listed(order.effects),
            "noticeGiven": order.notice_given or isoformat(self.at),
            "status": ReliefStatus.CLAIMED.value,
            "clause": order.clause,
        }
        if order.name is not None and any(each.name == order.name for each in self.portfolio.reliefs):
            raise _refused(f"there is a relief {order.name} already", "Give this one another name")
        name, file, text = self._document(
            "Relief", "reliefs", order.name or f"relief-{order.agreement}", spec, is_dated=False
        )
        found = self._extended(file, text)
        relief = next(each for each in found.portfolio.reliefs if each.name == name)
        zone = self.zone(order.agreement)
        on = as_datetime(self.at).astimezone(zone).date()
        return Prepared(
            found, file, name, order.agreement, None, name, on, None, relief_shape(relief)
        )  # fmt: skip

    def decide(self, order: DecideRelief) -> Prepared:
        relief = next((each for each in self.portfolio.reliefs if each.name == order.relief), None)
        if relief is None and not self.portfolio.reliefs:
            raise _refused(f"no relief {order.relief} is claimed: there is none", "Claim it first")
        if relief is None:
            raise UnknownNameError("relief", order.relief, {each.name for each in self.portfolio.reliefs})
        spec: dict[str, object] = {
            "relief": order.relief,
            "status": order.status.value,
            "by": self.actor,
        }
        name, file, text = self._document(
            "Decision", "decisions", f"{order.relief}-{order.status.value}", spec
        )
        found = self._extended(file, text)
        after = found.portfolio
        written = after.as_written
        made = () if written is None else written.decisions
        decision = next(each for each in made if each.name == name)
        decided = next(each for each in after.reliefs if each.name == order.relief)
        if relief.status is not ReliefStatus.CLAIMED:
            raise _refused(
                f"the relief {order.relief} is {relief.status.value} already",
                "What was decided stands: claim anew where something else is to be decided",
            )
        return Prepared(
            found, file, order.relief, relief.agreement, None, order.relief, decision.on,
            relief_shape(relief), relief_shape(decided),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- documents

    def _document(
        self, kind: str, folder: str, stem: str, spec: Mapping[str, object], *, is_dated: bool = True
    ) -> tuple[str, str, str]:
        """The name, the file and the text of a document that records the act."""
        held = self.portfolio
        acts = () if held.as_written is None else (*held.as_written.acts, *held.as_written.decisions)
        taken = {each.name for each in (*held.notices, *held.reliefs, *acts)}
        number, name = 1, stem
        while name in taken or f"{RECORDED}{folder}/{name}.yaml" in self.content.texts:
            number += 1
            name = f"{stem}-{number:03d}"
        told = {key: value for key, value in spec.items() if value is not None}
        if is_dated:
            told["at"] = isoformat(self.at)
        if self.reason:
            told["reason"] = self.reason
        document = {
            "apiVersion": "privity/v1",
            "kind": kind,
            "metadata": {"name": name},
            "spec": _plain(told),
        }
        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
        return name, f"{RECORDED}{folder}/{name}.yaml", text

    def _extended(self, file: str, text: str) -> Extended:
        return extended(self.portfolio, self.content, file, text)


def _undone(act: Signature | Transition, refusal: Refusal) -> tuple[str, str]:
    return (
        f"{act.name} of {act.on} would not stand any more: {refusal.why}",
        "Record what was done in the order in which it was done",
    )


def _listed(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)


def _plain(told: Mapping[str, object]) -> dict[str, object]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in told.items()}


def _version(portfolio: Portfolio, name: str, version: int) -> Agreement:
    return next(each for each in portfolio.texts(name) if each.version == version)
