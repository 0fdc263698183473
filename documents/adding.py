"""One more document beside thousands that were read already: an act, a relief or a claim.

The problem: a signature says nothing that the other contracts would have to be read again for. In a set of 5,000
agreements that reading takes minutes, and the signature a moment.

Example: ``with_document(portfolio, file, text)`` of a `Signature` is the portfolio in which that version is signed, the
very one that reading everything anew would give.

Limits: for kinds that no other document's meaning hangs on: Signature, Transition, Decision, Notice, Relief and Claim.
None is given where the whole set has to be read: another kind, or an act that may change what others inherit in a set
that was read without any act (`AsWritten.is_whole`). The digest is the caller's to make (`documents.digests`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from documents.act_conversion import act_of, decision_of
from documents.conversion import claim_of, relief_of
from documents.declared import Declared, Written
from documents.errors import DocumentError
from documents.kinds import (
    ClaimDocument,
    DecisionDocument,
    NoticeDocument,
    ReliefDocument,
    SignatureDocument,
    TransitionDocument,
)
from documents.positions import SourceDocument
from documents.reading import read_text
from documents.references import among, reference_errors, texts_at
from documents.termination_conversion import notice_of
from documents.terms import Term
from documents.validating import validated
from domain.termination.terms import Act
from ola.portfolio import AsWritten, Portfolio

__all__ = ["Added", "with_document"]

_KINDS = frozenset({"Signature", "Transition", "Decision", "Notice", "Relief", "Claim"})


@dataclass(frozen=True, slots=True)
class Added:
    """What came of one more document: the portfolio with it, or (None) what is wrong with the document."""

    portfolio: Portfolio | None
    source: SourceDocument | None
    errors: tuple[DocumentError, ...] = ()


@dataclass(frozen=True, eq=False)
class _Beside(Declared):
    """One document beside all that a portfolio knows by name."""

    known: Mapping[str, frozenset[str]] | None = None

    def names(self, kind: str) -> frozenset[str]:
        return (self.known or {}).get(kind, frozenset())

    def sources_named(self, kind: str, name: str) -> tuple[SourceDocument, ...]:
        del kind, name
        return ()


def with_document(portfolio: Portfolio, file: str, text: str) -> Added | None:
    """The portfolio with one more document; None where everything has to be read for it."""
    written = portfolio.as_written
    read = read_text(file, text)
    if read.errors:
        return Added(None, None, tuple(read.errors))
    if len(read.documents) != 1 or written is None:
        return None
    [source] = read.documents
    if source.text_at("kind") not in _KINDS:
        return None
    model, wrong = validated(source)
    if model is None or wrong:
        return Added(None, source, tuple(wrong))
    declared = replace(
        _Beside.of([Written(model, source)], [source], is_complete=True), known=_known(portfolio)
    )
    errors = [*reference_errors(declared), *_about(portfolio, source)]
    if errors:
        return Added(None, source, tuple(errors))
    found = _with(portfolio, written, model)
    return None if found is None else Added(found, source)


def _known(portfolio: Portfolio) -> dict[str, frozenset[str]]:
    reliefs = portfolio.reliefs if portfolio.as_written is None else portfolio.as_written.reliefs
    return {
        "Party": frozenset(portfolio.parties),
        "Service": frozenset(portfolio.services),
        "Agreement": frozenset(portfolio.versions),
        "Relief": frozenset(each.name for each in reliefs),
    }


def _about(portfolio: Portfolio, source: SourceDocument) -> Iterator[DocumentError]:
    """The levels that a relief names, and the right that a notice is about."""
    agreement = source.text_at("spec", "agreement") or ""
    versions = portfolio.versions.get(agreement, ())
    levels = {level.name for each in versions for level in each.levels}
    rights = {right.name for each in versions for right in each.rights}
    for pattern, names, called in (
        ("spec.serviceLevels.*", levels, "a service level"),
        ("spec.right", rights, "a termination right"),
    ):
        for path, name in texts_at(source, pattern):
            yield from among(source, path, name, names, f"{called} of {agreement}")


def _with(portfolio: Portfolio, written: AsWritten, model: Term) -> Portfolio | None:
    """The portfolio with one more document of a kind that nothing else hangs on."""
    match model:
        case SignatureDocument() | TransitionDocument():
            if not written.is_whole:
                return None
            act = act_of(model, _zone(portfolio, model.spec.agreement))
            return _after(portfolio, replace(written, acts=(*written.acts, act)))
        case DecisionDocument():
            of = next(each.agreement for each in written.reliefs if each.name == model.spec.relief)
            decision = decision_of(model, _zone(portfolio, of))
            return _after(portfolio, replace(written, decisions=(*written.decisions, decision)))
        case ReliefDocument():
            relief = relief_of(model, _zone(portfolio, model.spec.agreement))
            reliefs = sorted((*written.reliefs, relief), key=lambda each: (each.agreement, each.name))
            return _after(portfolio, replace(written, reliefs=tuple(reliefs)))
        case NoticeDocument():
            notice = notice_of(model, _zone(portfolio, model.spec.agreement))
            if notice.act is Act.EXERCISE and not written.is_whole:
                return None
            notices = sorted(
                (*portfolio.notices, notice),
                key=lambda each: (each.on, each.agreement, each.right or "", each.act, each.name),
            )
            return replace(portfolio, notices=tuple(notices))
        case ClaimDocument():
            claim = claim_of(model, _zone(portfolio, model.spec.agreement))
            claims = sorted(
                (*portfolio.claims, claim),
                key=lambda each: (each.agreement, each.period, each.claimed_at, each.name),
            )
            return replace(portfolio, claims=tuple(claims))
        case _:
            return None


def _after(portfolio: Portfolio, written: AsWritten) -> Portfolio:
    """The portfolio after what was done, as reading everything would leave it."""
    plain = replace(portfolio, agreements=written.agreements, reliefs=written.reliefs)
    if not (written.acts or written.decisions):
        return replace(portfolio, reliefs=written.reliefs, as_written=written)
    return replace(plain.after(written), as_written=written)


def _zone(portfolio: Portfolio, agreement: str) -> ZoneInfo:
    """The zone of an agreement's own clocks, as its last version says."""
    texts = portfolio.texts(agreement)
    return texts[-1].calendar.zone if texts else ZoneInfo("UTC")
