"""The items of a Merchant Center feed in RSS or Atom, one by one in flat memory.

Document types are refused where they begin, before anything of them is read, so that no entity can
be declared, expanded or fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from banner_engine.errors import BannerError
from banner_engine.load.rows import check_utf8, open_bytes

GOOGLE = "http://base.google.com/ns/1.0"
_CHUNK = 1 << 16


def xml_rows(stream: BinaryIO, file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(item number, {attribute: text}); Google's namespace goes before plain RSS and Atom elements.

    Raises BannerError with the line for bad XML, a document type, or a root that is no feed.
    """
    items = _Items(file)
    row = 0
    while True:
        chunk = stream.read(_CHUNK)
        items.read(chunk)
        for item in items.take():
            row += 1
            yield row, item
        if not chunk:
            return


class _Items:
    """Collects the direct children of each `item` or `entry` while expat reads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.depth = 0
        self.item_depth: int | None = None
        self.google: dict[str, str] = {}
        self.plain: dict[str, str] = {}
        self.words: list[str] = []
        self.done: list[dict[str, str]] = []

    def read(self, chunk: bytes) -> None:
        try:
            self.parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]:
                with open_bytes(self.file, what="feed") as stream:
                    check_utf8(stream, self.file)
            message = f"is not valid XML: {expat.ErrorString(error.code)}"
            raise BannerError(message, file=self.file, line=error.lineno, kind="catalogue") from None

    def take(self) -> list[dict[str, str]]:
        done, self.done = self.done, []
        return done

    def _refuse(self, *_: object) -> None:
        raise BannerError(
            "declares a document type (<!DOCTYPE>), which a feed must not",
            file=self.file,
            line=self.parser.CurrentLineNumber,
            kind="catalogue",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        local = name.rpartition(" ")[2]
        if self.depth == 1 and local not in ("rss", "feed", "RDF"):
            message = f"is no RSS or Atom feed: its root is <{local}>"
            raise BannerError(message, file=self.file, line=self.parser.CurrentLineNumber, kind="catalogue")
        if self.item_depth is None:
            if local in ("item", "entry"):
                self.item_depth = self.depth
                self.google, self.plain = {}, {}
        elif self.depth == self.item_depth + 1:
            # Atom writes its links as an attribute
            self.words = [attributes["href"]] if "href" in attributes else []

    def _text(self, text: str) -> None:
        if self.item_depth is not None:
            self.words.append(text)

    def _end(self, name: str) -> None:
        if self.item_depth is not None:
            if self.depth == self.item_depth:
                self.done.append({**self.plain, **self.google})
                self.item_depth = None
            elif self.depth == self.item_depth + 1:
                space, _, local = name.rpartition(" ")
                names = self.google if space == GOOGLE else self.plain
                # the first of several wins, as in a table with one column
                names.setdefault(local, "".join(self.words).strip())
        self.depth -= 1
