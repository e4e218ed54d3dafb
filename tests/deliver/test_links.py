"""Signed URLs: they verify, they carry the decision and no user, and any changed byte is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shop_samples import AS_OF, Run, Shop, banner, people, read_rows, write_lines

from banner_engine.deliver.links import Signer
from banner_engine.errors import BannerError

BASE = "https://ads.corner.example/b"


@pytest.fixture(scope="module")
def signer(finished: Run) -> Signer:
    return Signer((finished.shop.state / "key").read_bytes())


def token_of(row: dict[str, str], url: str = "impression_url") -> str:
    return row[url].rpartition("/")[2]


def test_signed_urls_stand_below_the_base_url(finished: Run) -> None:
    variants = {row["variant_id"]: row for row in finished.variants}
    for row in finished.assignments:
        variant = variants[row["variant_id"]]
        assert row["image_url"] == f"{BASE}/v1/variants/{row['variant_id']}.jpg?v={variant['fingerprint']}"
        assert row["impression_url"] == f"{BASE}/v1/impressions/{token_of(row)}"
        assert row["signed_click_url"] == f"{BASE}/v1/clicks/{token_of(row)}"


def test_a_token_verifies_and_carries_the_decision(finished: Run, signer: Signer) -> None:
    for row in finished.assignments:
        body = signer.read(token_of(row))
        assert body == {
            "v": 1,
            "k": "k1",
            "d": row["decision_id"],
            "c": "corner",
            "p": row["placement"],
            "i": row["variant_id"],
            "a": [row["theme"], row["palette"], row["copy"], row["layout"], row["product"]],
            "o": "epsilon-greedy",
            "q": round(row["propensity"], 6),
            "t": 1794283200,
        }


def refused(signer: Signer, token: str) -> bool:
    try:
        signer.read(token)
    except BannerError as error:
        return error.message == "the token's signature is wrong"
    return False


def test_no_byte_of_a_token_can_be_changed(finished: Run, signer: Signer) -> None:
    token = token_of(finished.assignments[0])
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.="
    for place, was in enumerate(token):
        for other in (alphabet[(alphabet.index(was) + 1) % 66], "A", ".", "\x00", "é"):
            if other != was:
                assert refused(signer, token[:place] + other + token[place + 1 :]), (place, other)
    for changed in ("", ".", token[:-1], token + "A", token + "=", token.replace(".", ""), token * 2):
        assert refused(signer, changed)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_no_other_text_is_a_token(signer: Signer, text: str) -> None:
    assert refused(signer, text)


def test_another_key_reads_nothing(finished: Run) -> None:
    assert refused(Signer(b"another key, as long as it needs"), token_of(finished.assignments[0]))


def test_no_signed_urls_without_a_base_url(shop: Shop, tmp_path) -> None:
    profiles = write_lines(tmp_path / "p.jsonl", people(1))
    banner(
        "render",
        shop.folder,
        "--profiles",
        profiles,
        "--out",
        tmp_path / "out",
        "--as-of",
        AS_OF,
        "--workers",
        "1",
    )
    for row in read_rows(tmp_path / "out" / "assignments.jsonl"):
        assert not [name for name in row if name.endswith("_url") and name != "click_url"]


@pytest.mark.parametrize(
    "url", ["corner.example", "ftp://corner.example", "https://", "https://a.example/?q=1", ""]
)
def test_what_is_no_base_url_is_refused(shop: Shop, tmp_path, url: str) -> None:
    profiles = write_lines(tmp_path / "p.jsonl", people(1))
    told = banner(
        "render",
        shop.folder,
        "--profiles",
        profiles,
        "--out",
        tmp_path / "out",
        "--as-of",
        AS_OF,
        "--base-url",
        url,
    )
    message = f"Error: --base-url: '{url}' is no base URL; write https://host or https://host/path"
    assert (told.code, told.lines) == (2, [message])
