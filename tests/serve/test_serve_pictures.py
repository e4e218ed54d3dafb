"""Pictures by variant: caching rules, HEAD, 304, formats, and what is not there."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from serving import Server


@pytest.fixture(scope="module")
def image_url(server: Server) -> str:
    return str(server.decide()["image_url"])


def test_with_its_fingerprint_a_picture_is_kept_for_ever(server: Server, image_url: str) -> None:
    assert server.get(image_url).headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["", "?v=0000", "?v="])
def test_without_it_for_five_minutes(server: Server, image_url: str, query: str) -> None:
    bare = image_url.partition("?")[0]
    reply = server.get(bare + query)
    assert reply.headers["cache-control"] == "public, max-age=300"
    assert reply.body == server.get(image_url).body


def test_head_says_the_same_without_the_bytes(server: Server, image_url: str) -> None:
    whole, head = server.get(image_url), server.ask("HEAD", image_url)
    assert (head.status, head.body) == (200, b"")
    for name in ("etag", "content-type", "content-length", "cache-control"):
        assert head.headers[name] == whole.headers[name]


def test_who_has_it_is_told_so(server: Server, image_url: str) -> None:
    etag = server.get(image_url).headers["etag"]
    for given in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        reply = server.get(image_url, if_none_match=given)
        assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", etag)
    assert server.get(image_url, if_none_match='"other"').status == 200


@pytest.mark.parametrize(("ending", "format"), [("png", "PNG"), ("webp", "WEBP"), ("avif", "AVIF")])
def test_other_formats_by_their_ending(server: Server, image_url: str, ending: str, format: str) -> None:
    reply = server.get(image_url.replace(".jpg", f".{ending}"))
    assert (reply.status, reply.headers["content-type"]) == (200, f"image/{ending}")
    with Image.open(io.BytesIO(reply.body)) as picture:
        assert (picture.format, picture.size) == (format, (300, 250))
    assert reply.headers["etag"] != server.get(image_url).headers["etag"]


@pytest.mark.parametrize("name", ["aaaaaaaaaaaaaaaa.jpg", "nothing", "x.gif", "..%2f..%2fkey.jpg", "%00.jpg"])
def test_what_is_not_there_is_404(server: Server, name: str) -> None:
    reply = server.get(f"/v1/variants/{name}")
    assert reply.status == 404 and set(reply.json["error"]) >= {"message", "kind"}


def test_the_picture_itself_in_one_round_trip(server: Server) -> None:
    reply = server.post("/v1/decisions", {"placement": "card"}, accept="image/jpeg")
    assert (reply.status, reply.headers["content-type"]) == (200, "image/jpeg")
    assert reply.headers["cache-control"] == "private, no-store"
    named = server.get(f"/v1/variants/{reply.headers['x-banner-variant']}.jpg")
    assert named.body == reply.body
    assert server.get(reply.headers["x-banner-click"]).status == 302


def test_every_answer_says_what_it_is_and_no_more(server: Server, image_url: str) -> None:
    for reply in (server.get(image_url), server.get("/nothing"), server.post("/v1/decisions", {})):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert "server" not in reply.headers
        assert len(reply.headers["x-request-id"]) == 16
