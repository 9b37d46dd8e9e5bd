"""`tnbc-cds keys new NAME --role ROLE`: an API key. What a key is stands in the service, which is started by name: the engine does not know it."""

import argparse
import importlib
from collections.abc import Callable

from engine.cli_commands import FILES, INTERNAL, USAGE, Stop


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = command("keys", run, "make an API key for a program that calls the service, or list who has one")
    actions = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    new = actions.add_parser("new", help="make a key, print it once, and add its line to the file", allow_abbrev=False)
    new.add_argument("name", metavar="NAME", help="who will call: small letters, digits and `-`")
    new.add_argument("--role", action="append", required=True, metavar="ROLE", help="what it may do; may be repeated")
    listing = actions.add_parser("list", help="who has a key, and what it may do", allow_abbrev=False)
    for one in (new, listing):
        one.add_argument("--file", metavar="FILE", help="the file of keys (default: as TNBC_KEYS_FILE says)")
        one.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        one.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what was asked; the exit code."""
    try:
        commands = importlib.import_module("api.access.commands")
    except ModuleNotFoundError as error:
        raise Stop(INTERNAL, f"error: the service is not installed (no module `{error.name}`)") from None
    try:
        commands.run(args)
    except OSError as error:
        raise Stop(FILES, f"error: {error.filename}: {(error.strerror or 'failed').lower()}") from None
    except ValueError as error:
        raise Stop(USAGE, *(f"error: {line}" for line in str(error).splitlines())) from None
    return 0
