"""The API in OpenAPI 3.1, and a page of it that loads nothing from anywhere."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from typing import Any

from pydantic import BaseModel

from banner_engine.serve.bidding import BidRequest
from banner_engine.serve.decisions import DecisionBatch, DecisionRequest

_REF = "#/components/schemas/{model}"
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "kind"],
            "properties": {name: {"type": "string"} for name in ("message", "kind", "field", "hint")},
        }
    },
}
_DECISION = {
    "type": "object",
    "properties": {
        "decision_id": {"type": "string"},
        "variant_id": {"type": "string"},
        "placement": {"type": "string"},
        "width": {"type": "integer"},
        "height": {"type": "integer"},
        **{
            name: {"type": "string", "format": "uri"}
            for name in ("image_url", "click_url", "impression_url", "view_url")
        },
        "alt": {"type": "string"},
        "html": {"type": "string"},
        "expires": {"type": "string", "format": "date-time"},
        "why": {"type": "object"},
    },
}


@cache
def openapi() -> dict[str, Any]:
    schemas: dict[str, Any] = {"Error": ERROR, "Decision": _DECISION}
    for model in (DecisionRequest, DecisionBatch, BidRequest):
        schemas[model.__name__] = _schema(model, schemas)
    token = [_in_path("token", "Signed, as an answer gave it.")]
    event = [*token, _in_query("e", "A name for this event: sent again, it is counted once.", maxLength=200)]
    static = [
        _in_path("placement", "Its id."),
        _in_query("r", "Joins image and click: new for each view, or one for each mail.", maxLength=200),
        _in_query("size", "Such as 300x250; the placement's first."),
        _in_query("locale", "Such as en-US; the campaign's first."),
    ]
    both = {"oneOf": [{"$ref": _REF.format(model=m)} for m in ("DecisionRequest", "DecisionBatch")]}
    paths: dict[str, Any] = {
        "/v1/decisions": {
            "post": _route(
                "Decide, for one place or for up to 100. With `Accept: image/jpeg`, the picture itself.",
                body=both,
                answers={
                    "200": "Decisions with URLs, a tag and why; `image/jpeg` where that was asked for.",
                    "204": "Outside of the flight.",
                    "404": "No such placement, or no banner fits.",
                    "503": "Too many banners wait to be drawn.",
                },
            )
        },
        "/v1/variants/{name}": {
            "get": _route(
                "A variant's picture. `name` is its id and .jpg, .png, .webp or .avif.",
                [_in_path("name", "VARIANT.jpg"), _in_query("v", "The rendition; with it, kept for ever.")],
                {"200": "The picture.", "304": "You have it.", "404": "No such variant.", "410": "Gone.",
                 "503": "It is being drawn."},
            )
        },
        "/v1/impressions/{token}": {
            "get": _route("Count an impression.", event, {"200": "A pixel; the event is on the disk."}),
            "post": _route("The same, for beacons.", event, {"204": "The event is on the disk."}),
        },
        "/v1/clicks/{token}": {
            "get": _route("Count a click and go on.", event, {"302": "To the landing page.", "410": "Gone."})
        },
        "/v1/views/{token}": {
            "get": _route("Half of it was in view for a second.", token, {"204": "Counted."}),
            "post": _route("The same, for beacons.", token, {"204": "Counted."}),
        },
        "/v1/billing/{token}": {
            "get": _route(
                "An exchange's billing notice.",
                [*token, _in_query("price", "The CPM that was paid.", maxLength=64)],
                {"204": "Counted once for each decision.", "410": "Gone."},
            )
        },
        "/v1/placements/{placement}/image": {
            "get": _route("Decide, count an impression, and give the picture.", static,
                          {"200": "A JPEG.", "204": "Outside of the flight.", "404": "No such placement.",
                           "503": "It is being drawn."})
        },
        "/v1/placements/{placement}/click": {
            "get": _route("Count a click on what that image showed, and go on.", static,
                          {"302": "To the landing page.", "204": "Outside of the flight.", "404": "No such one."})
        },
        "/v1/placements/{placement}/frame": {
            "get": _route("A page for an iframe.", static, {"200": "HTML.", "204": "Outside of the flight.",
                                                            "404": "No such placement."})
        },
        "/openrtb2/auction": {
            "post": _route(
                "OpenRTB 2.6: bids for banner impressions.",
                [_in_query("nbr", "1: say why there is no bid.")],
                {"200": "A bid response.", "204": "No bid."},
                body={"$ref": _REF.format(model="BidRequest")},
            )
        },
        "/healthz": {"get": _route("Is the process alive?", [], {"200": "Yes."})},
        "/readyz": {"get": _route("Are the defaults drawn?", [], {"200": "Yes.", "503": "Not yet."})},
        "/metrics": {
            "get": _route("For Prometheus; with the admin token, or from this machine.", [],
                          {"200": "Text.", "401": "It needs the token."})
        },
        "/admin/reload": {
            "post": _route("Read the campaigns again.", [],
                           {"200": "Done.", "401": "It needs the token.", "403": "There is none.",
                            "409": "One cannot be read; it is served on as it was."})
        },
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "banner_engine",
            "version": "1",
            "description": "Decides, draws and counts banners.",
        },
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _schema(model: type[BaseModel], schemas: dict[str, Any]) -> dict[str, Any]:
    made = model.model_json_schema(ref_template=_REF)
    schemas |= made.pop("$defs", {})
    return made


def _route(
    summary: str,
    parameters: list[dict[str, Any]] | None = None,
    answers: dict[str, str] | None = None,
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    wrong = {"description": "What is wrong, in one line.", "content": {"application/json": {
        "schema": {"$ref": _REF.format(model="Error")}}}}  # fmt: skip
    told: dict[str, Any] = {"summary": summary, "parameters": parameters or []}
    told["responses"] = {status: {"description": text} for status, text in (answers or {}).items()}
    told["responses"] |= {"400": wrong}
    if body is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        told["responses"] |= {"413": {"description": "The body is too large."}}
    return told


def _in_path(name: str, about: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": about, "schema": {"type": "string"}}


def _in_query(name: str, about: str, **limits: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": about, "schema": {"type": "string", **limits}}


_STYLE = """body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c1c1e}
code,pre{font:13px/1.45 ui-monospace,monospace}pre{background:#f4f4f6;padding:.8rem;overflow:auto}
h2{border-top:1px solid #ddd;padding-top:1rem}b{color:#0b5}table{border-collapse:collapse}
td{padding:.15rem .8rem .15rem 0;vertical-align:top}"""


@cache
def docs_page() -> bytes:
    """The whole API on one page, in plain HTML."""
    spec = openapi()
    parts = [f"<h1>{escape(spec['info']['title'])}</h1><p>{escape(spec['info']['description'])} "
             f'The same for machines: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>']  # fmt: skip
    for path, methods in spec["paths"].items():
        for method, route in methods.items():
            parts.append(f"<h2><b>{method.upper()}</b> <code>{escape(path)}</code></h2>")
            parts.append(f"<p>{escape(route['summary'])}</p>")
            rows = [(one["name"], f"{one['in']}: {one['description']}") for one in route["parameters"]]
            body = route.get("requestBody")
            if body is not None:
                schema = body["content"]["application/json"]["schema"]
                named = [one["$ref"].rpartition("/")[2] for one in schema.get("oneOf", [schema])]
                rows.append(("body", " or ".join(named)))
            rows += [(status, one["description"]) for status, one in sorted(route["responses"].items())]
            cells = "".join(f"<tr><td><code>{escape(a)}</code><td>{escape(b)}" for a, b in rows)
            parts.append(f"<table>{cells}</table>")
    parts.append("<h1>Bodies</h1>")
    for name, schema in spec["components"]["schemas"].items():
        parts.append(
            f'<h2 id="{name}">{name}</h2><pre>{escape(json.dumps(schema, indent=1, ensure_ascii=False))}</pre>'
        )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>banner_engine API</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    ).encode()
