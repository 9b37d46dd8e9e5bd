"""The last digit of a code, by which a mistyped code shows: every code system says how it is counted.

mod10      numbers with a hyphen before the last digit, such as 12345-5, and answers to them, such as LA1234-5
verhoeff   long numbers without a hyphen, such as 1222769001
"""

import re
from collections.abc import Callable, Mapping

_MOD10 = re.compile(r"^(LA)?([0-9]{1,9})-([0-9])$")
_VERHOEFF = re.compile(r"^[1-9][0-9]{5,17}$")
_LETTERS = (5, 8)  # what `LA` counts before an even and an odd number of digits; found from the published answer codes
# The multiplication table of the symmetries of a pentagon, and the permutation for each place from the right.
_TIMES = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_MOVED = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)


def mod10(code: str) -> bool:
    """Does the digit after the hyphen fit what stands before it?"""
    match = _MOD10.match(code)
    if match is None:
        return False
    letters, digits, last = match.groups()
    total = _LETTERS[len(digits) % 2] if letters else 0
    for place, digit in enumerate(reversed(digits)):
        counted = int(digit) * (2 if place % 2 == 0 else 1)
        total += counted - 9 if counted > 9 else counted
    return -total % 10 == int(last)


def verhoeff(code: str) -> bool:
    """Does the last digit fit the digits before it?"""
    if not _VERHOEFF.match(code):
        return False
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = int(_TIMES[check][int(_MOVED[place % 8][int(digit)])])
    return check == 0


CHECKS: Mapping[str, Callable[[str], bool]] = {"mod10": mod10, "verhoeff": verhoeff}
