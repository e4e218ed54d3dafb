"""Rebuild this folder from its packages: `python fonts/build.py` (needs npm, fontTools, brotli, ruamel.yaml).

    sources.yaml → npm pack → copy, or pin axes and subset → TTF, licences/, fonts.yaml

The same sources give the same bytes: versions are pinned, no time is written, and tables are packed by
fontTools alone. `--check` builds into a temporary folder and names the files that differ from these.
"""

from __future__ import annotations

import argparse
import filecmp
import io
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from characters import SETS
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from ruamel.yaml import YAML

HERE = Path(__file__).parent
VERTICAL_TABLES = ["vhea", "vmtx", "VORG"]

Family = dict[str, Any]
Face = dict[str, Any]


class Package:
    """The files of one npm package, read from the archive that `npm pack` writes."""

    def __init__(self, spec: str, folder: Path) -> None:
        command = ["npm", "pack", spec, "--silent", "--pack-destination", str(folder)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        self.spec = spec
        self.archive = tarfile.open(folder / done.stdout.split()[-1])  # noqa: SIM115 (read until the end)

    def read(self, member: str) -> bytes:
        """The bytes of one file, or an exit that names it."""
        try:
            file = self.archive.extractfile(f"package/{member}")
        except KeyError:
            file = None
        if file is None:
            sys.exit(f"{self.spec} has no file {member}")
        return file.read()


def reserved_name(licence: str, family: str) -> str | None:
    """The OFL Reserved Font Name that `family` uses: a changed font may not carry it (OFL 1.1, section 3)."""
    head = licence.split("This Font Software is licensed", 1)[0]
    _, _, clause = head.partition("Reserved Font Name")
    for name in re.findall(r"[\"'“”‘]([^\"'“”’]+)[\"'“”’]", clause):
        if name.lower() in family.lower():
            return str(name)
    return None


def rename(font: TTFont, family: str) -> None:
    """Give a variable font, whose axes were cut, its family's plain name."""
    values = {1: family, 4: family, 6: family.replace(" ", ""), 16: family}
    for record in font["name"].names:
        record.string = values.get(record.nameID, record.string)


def keep_only(font: TTFont, family: Family) -> None:
    """Subset to the family's characters and features; no hints, no glyph names."""
    options = subset.Options()
    options.layout_features = list(family["features"])
    options.drop_tables += VERTICAL_TABLES
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.harfbuzz_repacker = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes={code for name in family["characters"] for code in SETS[name]()})
    subsetter.subset(font)


def changed(data: bytes, family: Family, face: Face) -> bytes:
    """A TTF without the family's dropped tables, with its characters only, and the face's axes pinned."""
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    font.flavor = None
    for tag in family.get("drop", []):
        del font[tag]
    if "characters" in family:
        keep_only(font, family)
    if pin := face.get("pin"):
        font = instancer.instantiateVariableFont(font, dict(pin), inplace=True)
        rename(font, family["family"])
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def build_family(family: Family, out: Path, scratch: Path) -> list[Face]:
    """Write a family's faces and licence into `out`; its entries of fonts.yaml."""
    name = family["family"]
    package = Package(family["package"], scratch)
    licence = f"licences/{name.replace(' ', '')}.txt"
    text = package.read(family["licence"]).decode("utf-8").replace("\r\n", "\n")
    reserved = reserved_name(text, name)
    is_changed = "characters" in family or "drop" in family
    if is_changed and reserved:
        sys.exit(f"{name}: its licence reserves “{reserved}”; ship it as it is, without characters and drop")
    (out / licence).write_text(text, encoding="utf-8")
    entries = []
    for face in family["faces"]:
        data = package.read(face["from"])
        if is_changed:
            data = changed(data, family, face)
        (out / face["file"]).write_bytes(data)
        entry = {"family": name, "file": face["file"], "weight": face["weight"]}
        entry |= {"italic": face.get("italic", False), "scripts": family["scripts"]}
        if "locales" in family:
            entry["locales"] = family["locales"]
        entries.append(entry | {"source": family["package"], "licence": licence})
    return entries


def build(out: Path) -> None:
    """Write every font, licence and fonts.yaml of sources.yaml into `out`."""
    (out / "licences").mkdir(exist_ok=True)
    entries = []
    with tempfile.TemporaryDirectory() as scratch:
        for family in YAML(typ="safe").load(HERE / "sources.yaml")["families"]:
            print(family["family"], file=sys.stderr)
            entries += build_family(family, out, Path(scratch))
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 120
    yaml.representer.ignore_aliases = lambda _: True
    with (out / "fonts.yaml").open("w", encoding="utf-8") as file:
        file.write("# Written by build.py from sources.yaml; see README.md.\n")
        yaml.dump({"fonts": entries}, file)


def differences(built: Path) -> list[str]:
    """Files of a fresh build that this folder lacks or holds with other bytes, and fonts it has beyond it."""
    made = {path.relative_to(built) for path in built.rglob("*") if path.is_file()}
    kept = {path.relative_to(HERE) for path in (*HERE.glob("*.ttf"), *HERE.glob("licences/*"))}
    differ = [path for path in made if not (HERE / path).is_file()]
    differ += [p for p in made & kept if not filecmp.cmp(built / p, HERE / p, shallow=False)]
    return sorted(map(str, {*differ, *(kept - made)}))


def main() -> None:
    parser = argparse.ArgumentParser(description="Rebuild fonts/ from its packages.")
    parser.add_argument("--check", action="store_true", help="build elsewhere and compare; write nothing")
    if not parser.parse_args().check:
        build(HERE)
        return
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        if differ := differences(Path(folder)):
            sys.exit(f"not what sources.yaml builds: {', '.join(differ)}")


if __name__ == "__main__":
    main()
