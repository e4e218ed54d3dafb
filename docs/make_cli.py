"""Writes docs/cli.md from the commands themselves: `python docs/make_cli.py`. A test compares the two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from banner_engine.cli import root

PAGE = Path(__file__).parent / "cli.md"
INTRO = """\
# The command line

This page is written by `python docs/make_cli.py` from the commands; do not edit it by hand. `banner COMMAND --help`
says the same. In a checkout, `python cli.py` is `banner`.

## What all commands share

- **Campaign.** A folder with a `campaign.yaml`, named as an argument or with `--campaign`. Without it, the nearest
  parent folder that has one.
- **State.** What a campaign keeps (`track.db`, cut-outs, scenery, zones, its key) lies in `CAMPAIGN/.banner`, or in the
  folder that `--store` or `BANNER_STORE` names.
- **Time.** `--as-of` sets the moment at which prices, sales and the flight are seen. A date alone is its midnight;
  without a zone it is the campaign's local time. Outside of the flight nothing is decided, and the command says so.
  `preview` ignores the flight.
- **Output.** Results go to standard output, messages and progress to standard error. With `--json`, one JSON object is
  the last line of standard output. Without a terminal, progress is a line every 10 s.
- **Lists** are separated by commas: `--sizes 1200x628,300x250`, `--by theme,placement`.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | `rerender` only: the bytes differ |
| 2 | wrong input: one line for each mistake, with file, line or row, and field |
| 3 | done, but with more failures than `--max-failures` (default 0) |
| 130 | stopped by Ctrl-C |

| environment | meaning |
|---|---|
| `BANNER_STORE` | the folder of the state, as `--store` |
| `BANNER_THEMES` | more folders with themes, separated as in `PATH` |
| `BANNER_KEY` | the campaign's secret, 16 characters or more, in place of the file `key` in the state's folder |

## Commands

"""


def page() -> str:
    """The whole text of docs/cli.md."""
    sections = list(_sections(root, click.Context(root, info_name="banner")))
    contents = "".join(f"- [`{name}`](#{name.replace(' ', '-')}) – {short}\n" for name, short, _ in sections)
    return INTRO + contents + "".join(text for _, _, text in sections)


def _sections(group: click.Group, context: click.Context) -> Iterator[tuple[str, str, str]]:
    """(name, one line, section) of each command that does something, groups opened."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        below = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield from _sections(command, below)
        else:
            yield below.command_path, command.get_short_help_str(200), _section(command, below)


def _section(command: click.Command, context: click.Context) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    parts = [f"## {context.command_path}", f"    {usage}", _paragraphs(command.help or "")]
    rows = [_row(option, context) for option in command.params if isinstance(option, click.Option)]
    if rows:
        parts.append("| option | meaning |\n|---|---|\n" + "\n".join(rows))
    examples = [line for line in (command.epilog or "").splitlines() if line.startswith("  ")]
    if examples:
        parts.append("```sh\n" + "\n".join(line[2:] for line in examples) + "\n```")
    return "\n" + "\n\n".join(parts) + "\n"


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _row(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    assert record is not None, f"{option.name} has no help"
    flags, text = (" ".join(part.split()).replace("|", "\\|") for part in record)
    if option.envvar:
        text = f"{text} Environment: `{option.envvar}`."
    return f"| `{flags.replace('INTEGER RANGE', 'N').replace('INTEGER', 'N')}` | {text} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
