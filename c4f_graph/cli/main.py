"""The command `c4f`: finds the command, runs it, and turns what goes wrong into an exit code."""

from __future__ import annotations

import gc
import importlib
import keyword
import os
import sys
from typing import Any

import click

from c4f_graph import __version__
from c4f_graph.errors import EXIT_BUG, EXIT_CANNOT_RUN, EXIT_OK, C4fError

_COMMANDS = (
    "build",
    "load",
    "import",
    "questions",
    "ask",
    "query",
    "validate",
    "export",
    "show",
    "history",
    "diff",
    "match",
    "why",
    "serve",
    "site",
    "report",
    "push",
    "pull",
    "sync",
    "backup",
    "restore",
    "info",
)
_EXIT_INTERRUPTED = 130


class _LazyGroup(click.Group):
    """Imports a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        # A module cannot be called by a word of the language.
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command = importlib.import_module(f"c4f_graph.cli.{module}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean {near[0]}?", ctx) from error


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="c4f")
def cli() -> None:
    """Keep, check and ask the knowledge graph of the Clusters4Future programme.

    \b
    Examples:
      c4f build
      c4f ask clusters
      c4f ask cluster-partners --param cluster=SaxoCell
      c4f validate my-source.ttl
      c4f export --format jsonld -o c4f.jsonld

    Exit codes: 0 fine; 1 the answer is no; 2 could not run; 3 a fault in c4f.
    Completion: eval "$(_C4F_COMPLETE=bash_source c4f)", or zsh_source, fish_source.
    """


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A command makes many small objects that live to its end: to look for garbage among them
    # again and again took a third of the time of reading the corpus.
    gc.set_threshold(1_000_000)
    code = run()
    try:
        sys.stdout.flush()
    except OSError:
        code = code or EXIT_CANNOT_RUN
    sys.stderr.flush()
    # A query that was given up may still run in its thread: leave without waiting for it.
    os._exit(code)


def run() -> int:
    """Run the command that `sys.argv` names, and give the exit code that it should leave with."""
    try:
        result: Any = cli.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        error.show()
        return EXIT_CANNOT_RUN
    except click.ClickException as error:
        error.show()
        return EXIT_CANNOT_RUN
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted.")
        return _EXIT_INTERRUPTED
    except C4fError as error:
        _say(str(error))
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has had enough, as `head` does.
        return EXIT_OK
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror or error}.")
        return EXIT_CANNOT_RUN
    except Exception:
        import traceback

        traceback.print_exc()
        _say("this is a fault in c4f itself. Please report it with the lines above.")
        return EXIT_BUG
    return result if isinstance(result, int) else EXIT_OK


def _say(message: str) -> None:
    sys.stderr.write(f"c4f: {message}\n")
