"""One more document beside those that were read gives what reading all of them anew gives."""

import pytest

from documents.adding import with_document
from documents.digests import digest_of, document_hash, former_digest
from documents.loading import load_texts
from ola.portfolio import Portfolio
from tests.documents.samples import CALENDAR, PARTIES, SERVICES, agreement, document, level, uc

RIGHT = "[{name: leave, when: {convenience: true}, notice: P30D}]"
BASE = {
    "a.yaml": "---\n".join([PARTIES, SERVICES, CALENDAR]),
    "b.yaml": "---\n".join([
        agreement(serviceLevels=f"[{level()}]", terminationRights=RIGHT),
        agreement(metadata=", version: 2", state="draft", effective="2026-06-01", serviceLevels=f"[{level()}]"),
        uc(serviceLevels=f"[{level()}]"),
    ]),
    "c.yaml": document("Relief", "storm", "{agreement: uc-cirrus, from: 2026-03-01T00:00Z, to: 2026-03-02T00:00Z, "
                       "cause: force_majeure, effects: [breach], status: claimed}"),
}  # fmt: skip
ACTS = {
    "tabled": document("Transition", "tabled", "{agreement: sla-shop, version: 2, to: negotiating, at: 2026-05-01}"),
    "signed": document("Signature", "signed", "{agreement: sla-shop, version: 2, party: halden, at: 2026-05-02T23:30Z}"),
    "ended": document("Transition", "ended", "{agreement: uc-cirrus, to: terminated, at: 2026-05-03, ends: 2026-06-30}"),
    "refused": document("Transition", "refused", "{agreement: sla-shop, version: 2, to: active, at: 2026-05-04}"),
    "accepted": document("Decision", "accepted", "{relief: storm, status: accepted, at: 2026-05-05}"),
    "left": document("Notice", "left", "{agreement: sla-shop, right: leave, act: exercise, at: 2026-05-06}"),
    "flood": document(
        "Relief", "flood", "{agreement: sla-shop, serviceLevels: [availability], from: 2026-03-04T00:00Z, "
        "to: 2026-03-05T00:00Z, cause: force_majeure, effects: [credit], status: accepted}"
    ),
    "claim": document("Claim", "claim", "{agreement: uc-cirrus, period: 2026-04, claimedAt: 2026-05-07}"),
}  # fmt: skip


def read(texts: dict[str, str]) -> Portfolio:
    loaded = load_texts(texts)
    assert loaded.portfolio is not None, loaded.errors
    return loaded.portfolio


def test_each_act_after_the_other_gives_what_reading_everything_gives() -> None:
    texts, added = dict(BASE), read(BASE)
    for name, text in ACTS.items():
        found = with_document(added, f"{name}.yaml", text)
        assert found is not None
        assert found.errors == ()
        assert found.portfolio is not None
        added = found.portfolio
        texts[f"{name}.yaml"] = text
        anew = read(texts)
        # Equal but for the digest, which is made of what the store knows of the others.
        assert (added.agreements, added.reliefs, added.notices, added.claims) == (
            anew.agreements, anew.reliefs, anew.notices, anew.claims,
        )  # fmt: skip
        assert added.lives == anew.lives
        assert sorted(map(str, added.findings)) == sorted(map(str, anew.findings))
        assert added.has_exercises == anew.has_exercises


def test_the_digest_is_of_what_the_documents_say_and_grows_by_a_hash() -> None:
    loaded = load_texts(BASE)
    more = load_texts({**BASE, "signed.yaml": ACTS["signed"]})
    assert loaded.portfolio is not None
    assert more.portfolio is not None
    hashes = [document_hash(source) for source in loaded.sources]
    [signed] = [source for source in more.sources if source.file == "signed.yaml"]

    assert loaded.portfolio.digest == digest_of(hashes, loaded.holidays)
    assert more.portfolio.digest == digest_of([*hashes, document_hash(signed)], loaded.holidays)
    assert former_digest(loaded.sources, loaded.holidays) != loaded.portfolio.digest


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (document("Signature", "s", "{agreement: sla-shop, party: haldn, at: 2026-05-02}"), '"haldn" is not a declared party'),
        (document("Transition", "t", "{agreement: sla-shp, to: terminated, at: 2026-05-02}"), '"sla-shp" is not a declared agreement'),
        (document("Decision", "d", "{relief: strom, status: accepted, at: 2026-05-02}"), '"strom" is not a declared relief'),
        (document("Notice", "n", "{agreement: sla-shop, right: levae, act: waive, at: 2026-05-02}"), '"levae" is not a termination right of sla-shop'),
        (ACTS["flood"].replace("[availability]", "[availabilty]"), '"availabilty" is not a service level of sla-shop'),
    ],
)  # fmt: skip
def test_a_wrong_name_is_told_as_reading_everything_tells_it(text: str, told: str) -> None:
    found = with_document(read(BASE), "act.yaml", text)
    anew = load_texts({**BASE, "act.yaml": text})

    assert found is not None
    assert found.portfolio is None
    assert [error.message for error in found.errors] == [told]
    assert found.errors == anew.errors


def test_what_others_hang_on_is_not_added_but_read_with_the_others() -> None:
    assert with_document(read(BASE), "x.yaml", document("Party", "new", "{role: customer}")) is None
    assert with_document(read(BASE), "x.yaml", agreement("sla-new", state="draft")) is None


def test_in_a_multi_level_sla_without_acts_a_step_of_its_life_has_everything_read() -> None:
    general = agreement("sla-all", structure="corporate", consumer="'*'", services="'*'", charges="",
                        serviceLevels=f"[{level()}]")  # fmt: skip
    base = read({**BASE, "d.yaml": general})

    assert with_document(base, "t.yaml", ACTS["ended"]) is None
    assert with_document(base, "f.yaml", ACTS["flood"]) is not None
    with_one = read({**BASE, "d.yaml": general, "t.yaml": ACTS["tabled"]})
    assert with_document(with_one, "e.yaml", ACTS["ended"]) is not None
