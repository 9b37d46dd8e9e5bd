"""The folders and files of a guideline, and files among them that nothing would read."""

import re
from pathlib import Path

from engine.language.problems import Place, Problem, did_you_mean
from engine.language.yamlfile import read_text

FOLDERS = {
    "facts": "the vocabulary",
    "derived": "decision tables",
    "evidence": "sources and their findings",
    "regimens": "drugs and doses",
    "recommendations": "one rule a file",
    "terminology": "codes",
    "tables": "columns of registries",
}
FILES = ("guideline.yaml", "contradictions.yaml")


def strays(root: Path) -> list[Problem]:
    """Files that no part of the guideline would read: a mistyped folder must not lose a rule in silence."""
    found = []
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if not path.is_file() or any(part.startswith(".") for part in inside.parts):
            continue
        message, hint = _stray(inside, root.name)
        if message:
            found.append(Problem("file-name", message, Place(f"{root.name}/{inside.as_posix()}"), hint))
    return found


def _stray(inside: Path, root: str) -> tuple[str, str]:
    name, folder = inside.name, inside.parts[0]
    ending = re.search(r"(?i)\.(yaml|yml|csv)(\.txt)?$", name)
    if ending is None:
        return "", ""
    right = name[: ending.start()] + (".csv" if ending[1].lower() == "csv" else ".yaml")
    if name != right:
        return f"`{name}` is not read", f"name it `{right}`"
    if right.endswith(".csv"):
        here = inside.parts[:-1] == ("derived",)
        return ("", "") if here else (f"`{name}` is not read here", f"CSV tables stand in the folder `{root}/derived`")
    if len(inside.parts) > 1:
        return ("", "") if folder in FOLDERS else (f"the folder `{folder}` is not read", did_you_mean(folder, FOLDERS))
    if name in FILES:
        return "", ""
    return f"`{name}` is not read here", did_you_mean(name, FILES)


def csv_tables(root: Path) -> tuple[dict[str, tuple[str, str | None]], list[Problem]]:
    """The CSV tables by name: the path to print, and the text, or None with a problem when it cannot be read."""
    found: dict[str, tuple[str, str | None]] = {}
    problems = []
    for path in sorted((root / "derived").glob("*.csv")):
        name = f"{root.name}/derived/{path.name}"
        text, problem = read_text(path, name)
        if problem is not None:
            problems.append(problem)
        found[path.name] = (name, None if problem else text)
    return found, problems
