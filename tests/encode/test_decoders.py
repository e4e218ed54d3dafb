"""What decodes JPEGs out there reads assembled ones without a warning, and to the pixels of their twins without
restart markers, which jpegtran makes of them.

Each part is skipped where its program is not installed, with the program's name.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import warnings
from io import BytesIO
from pathlib import Path

import pytest
from drawn_samples import open_workshop, recipe_of
from PIL import Image

CASES = (("double11", "wide", None), ("lacquer", "wide", (1201, 629)), ("night-tech", "square", (313, 263)))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Path]]:
    """(assembled file, its twin without restart markers)."""
    jpegtran, folder = need("jpegtran"), tmp_path_factory.mktemp("jpegs")
    workshop, made = open_workshop(), []
    for number, (theme, layout, size) in enumerate(CASES):
        recipe = recipe_of(theme, layout, size=size)
        assert recipe is not None
        assembler = workshop.assembler
        own, twin = folder / f"{number}.jpg", folder / f"{number}-twin.jpg"
        own.write_bytes(assembler.one(assembler.intern(workshop.plan(recipe), 86)))
        quiet([jpegtran, "-copy", "none", "-outfile", twin, own])
        assert b"\xff\xdd" in own.read_bytes()[:700] and b"\xff\xdd" not in twin.read_bytes()[:700]
        made.append((own, twin))
    return made


def quiet(command: list[str | Path]) -> bytes:
    """Run a program that must end well and say nothing."""
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr
    return done.stdout


def test_pillow_and_its_libjpeg_turbo(pictures: list[tuple[Path, Path]]) -> None:
    for own, twin in pictures:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(own) as one, Image.open(twin) as other:
                assert one.convert("RGB").tobytes() == other.convert("RGB").tobytes()
                assert not one.getexif() and "icc_profile" not in one.info and "comment" not in one.info


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("djpeg", ["-ppm", "FILE"]),
        ("ffmpeg", ["-v", "warning", "-i", "FILE", "-f", "rawvideo", "-"]),
        ("convert", ["FILE", "-depth", "8", "rgb:-"]),
    ],
)
def test_programs(program: str, words: list[str], pictures: list[tuple[Path, Path]]) -> None:
    path = need(program)

    def decoded(file: Path) -> bytes:
        return quiet([path, *(file if word == "FILE" else word for word in words)])

    for own, twin in pictures:
        pixels = decoded(own)
        assert len(pixels) > 50_000
        assert pixels == decoded(twin)


def test_chromium(pictures: list[tuple[Path, Path]], tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    images = "".join(
        f"<img src='data:image/jpeg;base64,{base64.b64encode(path.read_bytes()).decode()}'>"
        for pair in pictures
        for path in pair
    )
    script = """
      function pixels(image) {
        const canvas = document.createElement('canvas');
        canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
        const pen = canvas.getContext('2d');
        pen.drawImage(image, 0, 0);
        return pen.getImageData(0, 0, canvas.width, canvas.height).data;
      }
      window.onload = () => {
        const seen = [...document.images].map(pixels), out = [];
        for (let n = 0; n < seen.length; n += 2)
          out.push([seen[n].length, seen[n].every((value, at) => value === seen[n + 1][at])]);
        document.body.textContent = JSON.stringify(out);
      };"""
    page = tmp_path / "page.html"
    page.write_text(f"<body>{images}<script>{script}</script>", encoding="utf-8")
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=30000",
         f"--user-data-dir={tmp_path / 'user'}", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    told = json.loads(done.stdout.split("<body>")[1].split("</body>")[0])
    sizes = [Image.open(BytesIO(own.read_bytes())).size for own, _ in pictures]
    assert told == [[4 * width * height, True] for width, height in sizes]
