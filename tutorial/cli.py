"""The command `tutorial`."""

from typing import Any

import typer
from typer.core import TyperGroup

from tutorial.commands.check import check
from tutorial.commands.diff import diff
from tutorial.commands.serve import serve
from tutorial.commands.test import run_tests
from tutorial.commands.update import update
from tutorial.commands.verify import verify
from tutorial.errors import TutorialError


class Commands(TyperGroup):
    """The commands; what a user can mend is said in a sentence, with no traceback."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        try:
            return super().invoke(ctx)
        except TutorialError as error:
            typer.echo(f"tutorial: {error}", err=True)
            raise typer.Exit(1) from None
        except PermissionError as error:
            typer.echo(f"tutorial: {error.filename}: {error.strerror}", err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=Commands,
    help="API Star from scratch: serve the tutorial, test it, prove that its pages are true.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# One line a command, in the order in which `tutorial --help` lists them.
app.command()(serve)
app.command("test")(run_tests)
app.command()(verify)
app.command()(update)
app.command()(check)
app.command()(diff)
