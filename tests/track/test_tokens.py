"""Tokens: what was signed comes back, and nothing else is ever accepted."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from track_samples import NOON, VARIANTS, decision

from banner_engine.deliver.links import Signer
from banner_engine.errors import BannerError
from banner_engine.track.keys import Key, read_keys, retire, rotate
from banner_engine.track.tokens import LIFETIME, Keyring, Token, token_of

SECRET = b"0123456789abcdef0123456789abcdef"
RING = Keyring([Key("k1", SECRET)])
TOKEN = token_of(decision(1, user="somebody's pseudonym"))
TEXT = RING.sign(TOKEN)
LATER = NOON + timedelta(days=1)


def refused(text: str, ring: Keyring = RING, after: timedelta = timedelta(days=1)) -> str:
    with pytest.raises(BannerError) as caught:
        ring.read(text, NOON + after)
    assert caught.value.kind == "token"
    return str(caught.value)


def test_what_was_signed_comes_back() -> None:
    assert RING.read(TEXT, LATER) == TOKEN
    assert RING.read(TEXT, LATER).decision(VARIANTS[1]) == decision(1)
    assert (TOKEN.propensity, TOKEN.policy, TOKEN.variant_id) == (0.25, "uniform", "v1")


def test_a_token_holds_no_user() -> None:
    payload = TEXT.partition(".")[0]
    body = json.loads(base64.urlsafe_b64decode(payload + "=="))
    assert set(body) == set("vkdcpiaoqtxgr")
    assert "somebody" not in json.dumps(body)


def test_every_bit_of_every_byte_counts() -> None:
    for place in range(len(TEXT)):
        for bit in range(8):
            raw = bytearray(TEXT, "latin-1")
            raw[place] ^= 1 << bit
            refused(raw.decode("latin-1"))


def test_no_byte_can_be_removed_repeated_or_moved() -> None:
    for place in range(len(TEXT)):
        refused(TEXT[:place] + TEXT[place + 1 :])
        refused(TEXT[: place + 1] + TEXT[place:])
        refused(TEXT[:place])
        if TEXT[place : place + 2] != TEXT[place : place + 2][::-1]:
            refused(TEXT[:place] + TEXT[place : place + 2][::-1] + TEXT[place + 2 :])
    for extra in "=.A \n":
        refused(TEXT + extra)
        refused(extra + TEXT)


@given(st.text(max_size=200))
def test_nonsense_is_one_clear_refusal(text: str) -> None:
    refused(text)
    refused(f"{TEXT.partition('.')[0]}.{text}")
    refused(f"{text}.{TEXT.partition('.')[2]}")


@pytest.mark.parametrize("body", ["[]", "1", "{}", '{"k":["k1"]}', '{"k":"k1"}', "[" * 1_400])
def test_what_is_not_ours_is_refused_before_it_is_used(body: str) -> None:
    payload = base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")
    refused(f"{payload}.{'A' * 43}")


def test_a_token_expires_at_its_second() -> None:
    short = RING.sign(replace(TOKEN, expires=TOKEN.time + 60))
    assert RING.read(short, NOON + timedelta(seconds=59)).expires == TOKEN.time + 60
    assert refused(short, after=timedelta(seconds=60)) == "the token has expired"
    assert refused(TEXT, after=timedelta(seconds=LIFETIME)) == "the token has expired"


def test_keys_rotate_and_retire(tmp_path: Path) -> None:
    assert rotate(tmp_path, SECRET) == "k2"
    both = Keyring(read_keys(tmp_path, SECRET))
    newer = both.sign(TOKEN)
    assert newer != TEXT
    assert both.read(TEXT, LATER) == both.read(newer, LATER) == TOKEN
    refused(newer)  # a ring without the new key

    retire(tmp_path, SECRET, "k1")
    left = Keyring(read_keys(tmp_path, SECRET))
    assert left.read(newer, LATER) == TOKEN
    assert refused(TEXT, left) == "the token's key is retired"
    with pytest.raises(BannerError, match="'k2' is the only key"):
        retire(tmp_path, SECRET, "k2")
    with pytest.raises(BannerError, match="no key 'k1' in use"):
        retire(tmp_path, SECRET, "k1")
    assert ((tmp_path / "token-keys").stat().st_mode & 0o777) == 0o600


def test_a_signature_of_one_key_is_none_of_another() -> None:
    payload, _, _ = TEXT.partition(".")
    others = Keyring([Key("k1", SECRET[::-1])]).sign(TOKEN).partition(".")[2]
    refused(f"{payload}.{others}")


def test_links_of_render_are_read(tmp_path: Path) -> None:
    """Their signer stands before this stage on the road; the two spell the same thing."""
    body = {"v": 1, "k": "k1", "d": "d1", "c": "double11", "p": "home", "i": "v1", "a": list("tpclx")}
    payload = json.dumps({**body, "o": "uniform", "q": 0.25, "t": TOKEN.time}, separators=(",", ":"))
    signer = Signer(SECRET)
    encoded = base64.urlsafe_b64encode(payload.encode()).decode().rstrip("=")
    signed = hmac.digest(signer.key, encoded.encode(), "sha256")
    text = f"{encoded}.{base64.urlsafe_b64encode(signed).decode().rstrip('=')}"
    assert signer.read(text)["d"] == "d1"
    read = Keyring(read_keys(tmp_path, SECRET)).read(text, LATER)
    assert read == Token(
        "d1", "double11", "home", "v1", *"tpclx", "uniform", 0.25, TOKEN.time, TOKEN.time + LIFETIME
    )


@pytest.mark.parametrize(
    "text", ["k2", "k2 short", "k9 retired", "k1 " + "ab" * 32, "k1 retired", "key " + "ab" * 32]
)
def test_a_wrong_file_of_keys_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "token-keys").write_text(text)
    with pytest.raises(BannerError, match="token-keys"):
        read_keys(tmp_path, SECRET)
