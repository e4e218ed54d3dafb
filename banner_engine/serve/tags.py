"""The HTML that a page embeds: picture, click, impression, and a small script that tells when it was seen.

No user stands in it, and nothing in it is loaded from anywhere but this server.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from urllib.parse import urlsplit

from banner_engine.serve.http import NO_STORE, Header
from banner_engine.serve.urls import Urls

VIEW_SCRIPT = """\
(function(s){var e=s.previousElementSibling,u=s.getAttribute("data-view"),t=0,r=0,d=document;\
if(!e||!window.IntersectionObserver)return;\
function look(){if(r<.5||d.visibilityState!=="visible"){clearTimeout(t);t=0}\
else if(!t)t=setTimeout(function(){o.disconnect();d.removeEventListener("visibilitychange",look);\
if(!navigator.sendBeacon||!navigator.sendBeacon(u))new Image().src=u},1000)}\
var o=new IntersectionObserver(function(n){r=n[n.length-1].intersectionRatio;look()},{threshold:[0,.5]});\
o.observe(e.firstElementChild||e);d.addEventListener("visibilitychange",look)})(document.currentScript)"""
"""Viewable as MRC and IAB define it for display: half of the pixels for one second without a break, in a tag
that is not hidden. https://www.mediaratingcouncil.org/ (viewable impression measurement, 2014)
"""


def script_hash() -> str:
    """The script's source for a content security policy."""
    digest = base64.b64encode(hashlib.sha256(VIEW_SCRIPT.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def html_tag(urls: Urls, alt: str, size: tuple[int, int], *, script: bool = True) -> str:
    """One anchor with the picture, one pixel, one script. script: False leaves the script out; a URL that is
    '' leaves out what would ask for it.
    """
    width, height = size
    tag = (
        f'<a href="{escape(urls.click)}" target="_blank" rel="noopener">'
        f'<img src="{escape(urls.image)}" width="{width}" height="{height}" alt="{escape(alt)}" '
        f'style="display:block;border:0"></a>'
    )
    if script and urls.view:
        tag += f'<script data-view="{escape(urls.view)}">{VIEW_SCRIPT}</script>'
    if urls.impression:
        tag += (
            f'<img src="{escape(urls.impression)}" width="1" height="1" alt="" '
            f'style="position:absolute;visibility:hidden">'
        )
    return tag


def page(inner: str, title: str = "", language: str = "") -> str:
    """A whole page for a frame: the tag and nothing else."""
    lang = f' lang="{escape(language)}"' if language else ""
    return (
        f'<!doctype html><html{lang}><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>body{{margin:0;overflow:hidden}}</style></head><body>{inner}</body></html>"
    )


def page_headers(base: str) -> tuple[Header, ...]:
    """Of such a page: it may show and tell what comes from here, run our one script, and nothing else."""
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    policy = (
        f"default-src 'none'; img-src {origin}; connect-src {origin}; script-src {script_hash()}; "
        f"style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )
    return (
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", policy.encode()),
        NO_STORE,
    )
