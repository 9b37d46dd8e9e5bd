"""Places that a scaffold left to be filled in: a guideline that still has one is not used."""

import re
from collections.abc import Iterable, Iterator

from engine.language.problems import Place, Problem
from engine.language.yamlfile import YamlFile

MARK = "FILL"
_COMMENT = re.compile(r"(?:^|\s)#.*")
_LATER = "TODO|FIXME|TBD|XXX+"  # other people's words for the same
_MARK = re.compile(rf"\b(?:{MARK}|{_LATER})\b|^\s*({MARK.lower()}):")  # as a key it is written small


def unfinished(files: Iterable[YamlFile]) -> Iterator[Problem]:
    """Each line with a place to fill in, at its first one."""
    for file in files:
        for number, line in enumerate(file.lines, 1):
            match = _MARK.search(_COMMENT.sub("", line))
            if match:
                word = match[1] or match[0]
                place = Place(file.path, number, match.start(1 if match[1] else 0) + 1, len(word))
                comment = line.partition(" # ")[2].strip()
                hint = f"write what belongs here: {comment}" if comment else "write what belongs here"
                yield file.problem("unfinished", f"`{word.upper()}` is still to be filled in", place, hint)
