from apistar import commands
from sqlalchemy.exc import OperationalError


def create_tables():
    """Create the tables that aren't there yet."""
    try:
        commands.create_tables()
    except OperationalError as exc:
        raise SystemExit(f"The database did not answer: {exc.orig}")
