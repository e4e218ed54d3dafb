"""The command line. Each command validates, calls the Python API, and prints what came back.

Commands are imported when they are run: `banner --help` needs neither numpy nor Pillow.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init:init", "Make a new campaign folder that renders as it is."),
    "render": ("render:render", "Make the banners of a file of profiles."),
    "serve": ("serve:serve", "Answer ad systems: decide, draw, count."),
    "tag": ("tag:tag", "Print a tag for a page, a mail or an ad server."),
    "preview": ("preview:preview", "Draw a contact sheet of a theme or a campaign in every size."),
    "products": ("products:products", "Cut a feed's products out of their pictures."),
    "profiles": ("profiles:profiles", "Sample profiles, or load your own for the server."),
    "themes": ("themes:themes", "List the themes that can be found."),
    "fit": ("fit:fit", "Show how a text is set in a slot."),
    "show": ("show:show", "Show what a variant is: recipe, plan, and why it was chosen."),
    "get": ("get:get", "Write a variant's picture, kept or made of its recipe."),
    "rerender": ("rerender:rerender", "Draw a variant again, or name what changed."),
    "track": ("track:track", "Bring in decisions and events."),
    "simulate": ("simulate:simulate", "Let simulated users see and click banners."),
    "report": ("report:report", "Report CTR and both CPCs."),
    "pause": ("pause:pause", "Stop showing a variant, a theme, a copy set or a product."),
    "resume": ("pause:resume", "Show again what was paused."),
    "store": ("store:store", "Check, export and keep the store of events."),
    "forget": ("forget:forget", "Erase everything that is kept of one user."),
    "prune": ("prune:prune", "Delete old runs and pictures that no run names."),
    "zones": ("zones:zones", "Count and clear the zones that pictures are joined from."),
    "completion": ("completion:completion", "Print the shell completion script."),
}


class Lazy(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name][0].split(":")
        command: click.Command = getattr(importlib.import_module(f"banner_engine.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from banner_engine.errors import did_you_mean

            raise click.UsageError(f"No command '{args[0]}'; {did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 done, 2 wrong input, 3 done but with more failures than --max-failures.",
)
@click.version_option(package_name="banner-engine", prog_name="banner")
def root() -> None:
    """Banners in bulk, one variant for each taste, with CTR and CPC of every variant.

    \b
    Start here:
      banner init my-shop
      banner preview my-shop --open
      banner profiles sample my-shop --count 500 --out people.jsonl
      banner render my-shop --profiles people.jsonl --out out
    """


def main() -> NoReturn:
    """Run the command line and exit. Users' mistakes become lines on standard error."""
    from banner_engine.errors import BannerError, BannerErrors

    try:
        code = root.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BannerErrors as errors:
        for one in errors.errors:
            click.echo(f"Error: {one}", err=True)
        sys.exit(errors.exit_code)
    except BannerError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # whoever read our output has closed it (| head); that is no error of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        # a disk that is full, a folder where a file should be: the system's words are the clearest
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"Error: {where}{error.strerror or error}", err=True)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)
