"""banner completion"""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(
    epilog="""\b
Examples:
  banner completion bash >> ~/.bashrc
  banner completion fish > ~/.config/fish/completions/banner.fish
"""
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes banner's commands and options in a shell."""
    from banner_engine.cli import root

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(root, {}, "banner", "_BANNER_COMPLETE").source())
