"""The HTML that a page embeds: picture, click, impression, and a small script that tells when it was seen.

No user stands in it, and nothing in it is loaded from anywhere but this server.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape

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


def html_tag(urls: Urls, alt: str, size: tuple[int, int], *, click: str = "") -> str:
    """One anchor with the picture, one pixel, one script. click: what the anchor leads to where it is not the
    click URL itself (an ad server's macro before it).
    """
    width, height = size
    return (
        f'<a href="{escape(click or urls.click)}" target="_blank" rel="noopener">'
        f'<img src="{escape(urls.image)}" width="{width}" height="{height}" alt="{escape(alt)}" '
        f'style="display:block;border:0"></a>'
        f'<script data-view="{escape(urls.view)}">{VIEW_SCRIPT}</script>'
        f'<img src="{escape(urls.impression)}" width="1" height="1" alt="" '
        f'style="position:absolute;visibility:hidden">'
    )


def page(inner: str, title: str = "", language: str = "") -> str:
    """A whole page for a frame: the tag and nothing else."""
    lang = f' lang="{escape(language)}"' if language else ""
    return (
        f'<!doctype html><html{lang}><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>body{{margin:0;overflow:hidden}}</style></head><body>{inner}</body></html>"
    )
