"""Draws the pictures of docs/themes.md's generators, one sheet a group: `python docs/make_pictures.py`.

What is drawn stands in docs/generators.yaml: groups of cells, each a recipe that shows the generator it is
named for (`tiles (stripes)` shows `tiles`). The sheets are docs/pictures/generators-GROUP.jpg.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from banner_engine.load.yamlio import read_yaml
from banner_engine.scenery import Layer, Stage, draw_scene, parse_recipe

FOLDER = Path(__file__).parent
SAMPLES = FOLDER / "generators.yaml"
COLUMNS, GAP, LABEL = 3, 8, 26
SIZE, SCALE = (800, 418), 0.5
# A sheet of textures weighs more than one of gradients; all stay below this.
MOST_BYTES = 150_000
SEED = 3


@dataclass(frozen=True, slots=True)
class Group:
    """A sheet. cells: by label, a recipe; the label's first word is the generator."""

    name: str
    title: str
    cells: dict[str, tuple[Layer, ...]]

    @property
    def generators(self) -> list[str]:
        """In the sheet's order, each once."""
        return list(dict.fromkeys(label.split()[0] for label in self.cells))


def groups() -> tuple[list[Group], dict[str, str]]:
    """The groups, and the palette for what is coloured by classes."""
    data = read_yaml(SAMPLES).data
    found = []
    for name, group in data["groups"].items():
        cells = {}
        for label, layers in group["cells"].items():
            folder = FOLDER.parent / data["folders"].get(label, "docs")
            cells[label] = parse_recipe(layers, file=folder / "generators.yaml")
        found.append(Group(name, group["title"], cells))
    return found, dict(data["colours"])


def stage(size: tuple[int, int], scale: float) -> Stage:
    """A wide stage with its copy on the left."""
    width, height = size
    quiet = ((0.0, 0.0, 0.46 * width, float(height)),)
    return Stage(
        width, height, scale, (0.7 * width, 0.47 * height), 0.34 * height, 0.8 * height, quiet, "wide"
    )


def sheet(group: Group, colours: dict[str, str]) -> Image.Image:
    """All cells of a group with their labels."""
    font = ImageFont.truetype(FOLDER.parent / "fonts" / "Inter-variable.ttf", 14)
    width, height = stage(SIZE, SCALE).pixels
    columns = min(COLUMNS, len(group.cells))
    rows = math.ceil(len(group.cells) / columns)
    size = (columns * (width + GAP) + GAP, rows * (height + LABEL) + GAP)
    out = Image.new("RGB", size, "#FFFFFF")
    pen = ImageDraw.Draw(out)
    for number, (label, recipe) in enumerate(group.cells.items()):
        x, y = GAP + number % columns * (width + GAP), GAP + number // columns * (height + LABEL)
        scene = draw_scene(recipe, colours, stage(SIZE, SCALE), SEED)
        out.paste(scene.back, (x, y))
        if scene.front is not None:
            scene.front.moved(x, y).onto(out)
        pen.text((x + 1, y + height + 3), label, fill="#333333", font=font)
    return out


def main() -> None:
    found, colours = groups()
    for group in found:
        picture, file = sheet(group, colours), FOLDER / "pictures" / f"generators-{group.name}.jpg"
        for quality in range(86, 40, -4):
            picture.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
            if file.stat().st_size < MOST_BYTES:
                break
        print(
            f"{file.name}: {picture.width}x{picture.height}, quality {quality}, {file.stat().st_size // 1000} kB"
        )


if __name__ == "__main__":
    main()
