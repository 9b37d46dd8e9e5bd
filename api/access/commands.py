"""What `tnbc-cds keys` does."""

import argparse
import os
from pathlib import Path

from api.access.keys import NAME, line_of, new_key, read_keys
from api.access.roles import ROLES, Role
from api.settings import read
from engine.language.problems import did_you_mean


def run(args: argparse.Namespace) -> None:
    """Make a key or list them; raises ValueError with a sentence, or OSError."""
    file = Path(args.file) if args.file else read().keys_file
    if file is None:
        raise ValueError("no file of keys: give --file, or set TNBC_KEYS_FILE")
    if args.action == "list":
        for name, (caller, _) in sorted(read_keys(file).items()):
            print(f"{name}\t{','.join(sorted(caller.roles))}")
        return
    _add(file, args.name, args.role)


def _add(file: Path, name: str, asked: list[str]) -> None:
    if not NAME.match(name):
        raise ValueError(f"`{name}` is no name for a caller: use small letters, digits and `-`")
    for one in asked:
        if one not in ROLES:
            raise ValueError(f"`{one}` is not a role: {did_you_mean(one, ROLES)}")
    if file.exists() and name in read_keys(file):
        raise ValueError(f"`{name}` has a key already: remove its line in {file} to withdraw it, or use another name")
    roles: list[Role] = [one for one in ROLES if one in asked]
    key = new_key(name)
    # appended in one write, readable for its owner alone when it is made
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as lines:
        lines.write(line_of(name, roles, key) + "\n")
    print(key)
    print("It is shown only now. Send it as `Authorization: Bearer <key>`.")
