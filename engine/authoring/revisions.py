"""Guidelines as they were: a folder, or the same folder at a git revision, read without touching the working tree."""

import contextlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from engine.language.guideline import Guideline, load

ASIDE = frozenset(
    {"place", "route", "words"}
)  # where something stands in its file and how it reads: no part of its meaning


class RevisionError(Exception):
    """Neither a folder nor a revision; the text says why."""


@contextlib.contextmanager
def folder_of(name: str, beside: Path) -> Iterator[Path]:
    """The folder called so; or else, for as long as it is used, a copy of the folder `beside` as it was at this git revision."""
    if name and Path(name).is_dir():
        yield Path(name)
        return
    home = _git(beside, "rev-parse", "--show-toplevel").decode().strip()
    inside = beside.resolve().relative_to(Path(home).resolve()).as_posix()
    try:
        commit = _git(beside, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except RevisionError:
        raise RevisionError(f"`{name}` is neither a folder nor a git revision") from None
    tree = commit.decode().strip() if inside == "." else f"{commit.decode().strip()}:{inside}"
    try:
        packed = _git(Path(home), "archive", "--format=tar", tree)
    except RevisionError:
        raise RevisionError(f"there is no folder `{inside}` at `{name}`") from None
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / beside.resolve().name
        folder.mkdir()
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        yield folder


def guideline_of(name: str, beside: Path) -> Guideline:
    """The guideline in a folder or at a revision; raises RevisionError, or GuidelineError when it cannot be used."""
    with folder_of(name, beside) as folder:
        return load(folder)


def _git(where: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(where), *words], capture_output=True, check=False)
    except FileNotFoundError:
        raise RevisionError("git is not installed") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise RevisionError(lines[-1].removeprefix("fatal: ") if lines else "git failed")
    return done.stdout


# ---- what changed -------------------------------------------------------------------------------------------------------
def meaning(thing: Any) -> Any:
    """Something of a guideline without the places where it is written, for comparing."""
    if is_dataclass(thing) and not isinstance(thing, type):
        named = ((one.name, getattr(thing, one.name)) for one in fields(thing))
        return (type(thing).__name__, *((name, meaning(value)) for name, value in named if name not in ASIDE))
    if isinstance(thing, dict):
        return tuple((key, meaning(value)) for key, value in thing.items())
    if isinstance(thing, tuple | list):
        return tuple(meaning(one) for one in thing)
    return thing


def changed_rules(old: Guideline, new: Guideline) -> list[str]:
    """The numbers of the rules of `new` that are new, or written otherwise, or read a derived fact that is."""
    before = {rule.id: meaning(rule) for rule in old.rules}
    touched = _touched(old, new)
    return [rule.number for rule in new.rules if before.get(rule.id) != meaning(rule) or rule.facts() & touched]


def changed_parts(old: Guideline, new: Guideline) -> list[str]:
    """The facts of `new` with other tables or assumptions, and the codes of its other contradictions; those that read such facts count."""
    touched = _touched(old, new)
    before = {one.code: meaning(one) for one in old.contradictions}
    found = [one.fact for one in new.derivations if one.fact in touched]
    found += [name for name in new.assumptions if name in touched]
    found += [one.code for one in new.contradictions if before.get(one.code) != meaning(one) or one.facts() & touched]
    return list(dict.fromkeys(found))


def _touched(old: Guideline, new: Guideline) -> set[str]:
    """The facts that are written, derived or assumed otherwise, and those derived from them."""
    tables = {one.fact: meaning(one) for one in old.derivations}
    reads = {one.fact: one.facts() for one in new.derivations}
    touched = {one.fact for one in new.derivations if tables.get(one.fact) != meaning(one)}
    touched |= {name for name, fact in new.vocabulary.items() if old.vocabulary.get(name) != fact}
    touched |= {
        name for name in new.assumptions if meaning(old.assumptions.get(name)) != meaning(new.assumptions[name])
    }
    touched |= set(old.assumptions) - set(new.assumptions)
    growing = True
    while growing:
        more = {name for name, read in reads.items() if name not in touched and read & touched}
        touched |= more
        growing = bool(more)
    return touched


__all__ = ["RevisionError", "changed_parts", "changed_rules", "folder_of", "guideline_of", "meaning"]
