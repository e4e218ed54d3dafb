"""Consent: who may be known, by TCF, GPP and flags; whoever may not gets the generic banner and leaves no trace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving import Server
from shop_samples import banner, people, write_lines
from sqlalchemy import select
from tc_strings import tc_string

from banner_engine.serve.consent import Consent, may_personalise, parse_tcf
from banner_engine.track import Store
from banner_engine.track.tables import decisions

ALL = range(1, 11)
GIVEN = tc_string(ALL, [7, 42])


@given(st.sets(st.integers(1, 24)), st.sets(st.integers(1, 2000), max_size=20), st.booleans())
def test_a_string_is_read_as_it_was_written(purposes: set[int], vendors: set[int], ranged: bool) -> None:
    found = parse_tcf(
        tc_string(purposes, vendors, ranged=ranged) + ".IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAAC"
    )
    assert (found.purposes, found.vendors) == (purposes, vendors)


@pytest.mark.parametrize(
    ("consent", "may"),
    [
        (Consent(), True),
        (Consent(gdpr=False), True),
        (Consent(gdpr=True), False),
        (Consent(gdpr=True, tcf="nonsense!"), False),
        (Consent(gdpr=True, tcf="CP"), False),
        (Consent(gdpr=True, tcf=GIVEN), True),
        (Consent(gdpr=True, tcf=GIVEN[:40]), False),
        (Consent(gdpr=True, tcf=tc_string(ALL, version=1)), False),
        (Consent(gdpr=True, tcf=tc_string([1, 3])), False),
        (Consent(gdpr=True, tcf=tc_string([2, 3, 4])), False),
        (Consent(gdpr=True, tcf=tc_string([1, 3, 4])), True),
        (Consent(gdpr=True, gpp=f"DBABMA~{GIVEN}", gpp_sid=(2,)), True),
        (Consent(gpp=f"DBABMA~{tc_string([1])}", gpp_sid=(2,)), False),
        (Consent(gpp_sid=(2,)), False),
        (Consent(gpp="DBABBg~BVVqAAAAAmA", gpp_sid=(7,)), False),
        (Consent(gdpr=False, coppa=True), False),
        (Consent(gdpr=True, tcf=GIVEN, opt_out=True), False),
    ],
)  # fmt: skip
def test_who_may_be_known(consent: Consent, may: bool) -> None:
    assert may_personalise(consent) == may


def test_the_vendor_is_asked_for_where_it_is_told() -> None:
    consent = Consent(gdpr=True, tcf=GIVEN)
    assert may_personalise(consent, 42) and not may_personalise(consent, 43)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    assert not may_personalise(Consent(gdpr=True, tcf=text, gpp=text))


def stored_user(server: Server, decision_id: str) -> str | None:
    """The pseudonym of a stored decision; an impression makes sure that it is there."""
    with Store.open(server.folder / ".banner" / "track.db") as store, store.read() as connection:
        row = connection.execute(select(decisions.c.user).where(decisions.c.decision_id == decision_id)).one()
    return row.user  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def known(server: Server) -> str:
    """A user whose taste is loaded: navigation, and nothing else."""
    user = "navigator@corner.example"
    taste = {
        **people(1)[0],
        "user_id": user,
        "affinities": {"product_type": {"Navigation": 1.0}, "brand": {}},
    }
    file = write_lines(server.folder / "navigator.jsonl", [taste])
    import os
    from unittest.mock import patch

    from serving import KEY

    with patch.dict(os.environ, {"BANNER_KEY": KEY}):
        told = banner("profiles", "load", file, "--campaign", server.folder, "--json")
    assert told.json == {"loaded": 1, "failed": 0, "known": 1}, told.err
    import time

    until = time.monotonic() + 10
    while not server.decide(user=user)["why"]["personal"]:
        assert time.monotonic() < until
        time.sleep(0.1)
    return user


@pytest.mark.parametrize(
    "consent", [{"gdpr": True}, {"gdpr": True, "tcf": "x"}, {"gdpr": True, "tcf": tc_string([1])}, {"coppa": True}]
)  # fmt: skip
def test_a_refusal_is_generic_and_leaves_no_pseudonym(
    server: Server, known: str, consent: dict[str, object]
) -> None:
    found = server.decide(user=known, consent=consent)
    server.get(found["impression_url"])
    assert not found["why"]["personal"]
    assert stored_user(server, found["decision_id"]) is None


def test_consent_is_personal(server: Server, known: str) -> None:
    shown = set()
    for _ in range(10):
        found = server.decide(user=known, consent={"gdpr": True, "tcf": GIVEN})
        assert found["why"]["personal"]
        shown.add(found["why"]["product_type"])
    server.get(found["impression_url"])
    user = stored_user(server, found["decision_id"])
    assert user is not None and known not in user
    assert "Navigation" in shown


def test_whoever_is_forgotten_is_unknown_within_a_second(server: Server, known: str) -> None:
    import os
    import time
    from unittest.mock import patch

    from serving import KEY

    with patch.dict(os.environ, {"BANNER_KEY": KEY}):
        assert banner("forget", known, "--campaign", server.folder).code == 0
    until = time.monotonic() + 10
    while server.decide(user=known)["why"]["personal"]:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert known.encode() not in (server.folder / ".banner" / "profiles.db").read_bytes()
