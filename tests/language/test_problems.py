"""How a mistake is shown to the author of a guideline."""

import pytest

from engine.language.problems import GuidelineError, Place, Problem, did_you_mean, shorten, shortened, written

LINE = "  colour: [red, purple]"
PLACE = Place("works/rule.yaml", 3, 17, 6)


def test_a_place_reads_as_an_editor_expects() -> None:
    assert str(PLACE) == "works/rule.yaml:3:17"


def test_places_are_ordered_by_file_line_and_column() -> None:
    places = [Place("b", 1, 1), Place("a", 2, 1), Place("a", 1, 9), Place("a", 1, 2), Place("a", 10, 1)]

    assert [str(one) for one in sorted(places)] == ["a:1:2", "a:1:9", "a:2:1", "a:10:1", "b:1:1"]


def test_the_length_of_a_place_does_not_tell_two_apart() -> None:
    assert Place("a", 1, 1, 3) == Place("a", 1, 1, 5)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (
            Problem("unknown-value", "unknown value `purple`", PLACE),
            "works/rule.yaml:3:17: unknown value `purple` [unknown-value]",
        ),
        (
            Problem(
                "unknown-value", "unknown value `purple`", PLACE, "use red", LINE, (Place("works/facts.yaml", 7, 3),)
            ),
            "works/rule.yaml:3:17: unknown value `purple` [unknown-value]\n"
            "  3 |   colour: [red, purple]\n"
            "    |                 ^^^^^^\n"
            "  see works/facts.yaml:7:3\n"
            "  use red",
        ),
        (
            Problem("constant-condition", "always true", Place("a", 120, 1, 99), "", "x: y", (), "warning"),
            "a:120:1: warning: always true [constant-condition]\n  120 | x: y\n      | ^^^^",
        ),
        (Problem("yaml", "the line is empty", Place("a", 2, 1), "", "   "), "a:2:1: the line is empty [yaml]"),
        (
            Problem("yaml", "at the end", Place("a", 1, 5), "", "abcd"),
            "a:1:5: at the end [yaml]\n  1 | abcd\n    |     ^",
        ),
    ],
)
def test_a_problem_is_rendered_with_line_caret_and_hint(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_a_very_long_line_is_cut_around_the_mistake() -> None:
    line = "x" * 400 + "HERE" + "y" * 400
    _, shown, carets = str(Problem("yaml", "long", Place("a", 1, 401, 4), "", line)).splitlines()

    assert len(shown) < 200
    assert shown[carets.index("^") :].startswith("HERE")
    assert carets.count("^") == 4


def test_problems_come_once_and_in_order() -> None:
    one, other, same = (
        Problem("b", "second", Place("a", 2)),
        Problem("a", "first", Place("a", 1)),
        Problem("b", "second", Place("a", 2)),
    )
    error = GuidelineError([one, other, same, one])

    assert [problem.message for problem in error.problems] == ["first", "second"]
    assert str(error) == f"{other}\n{one}"
    assert error.args == ("2 problem(s)",)


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("colur", ["colour", "heat"], "did you mean `colour`? use one of colour, heat"),
        ("colur", ["colour"], "did you mean `colour`?"),
        ("xyz", ["colour", "heat"], "use one of colour, heat"),
        ("xyz", [], ""),
        ("colur", ["colour", *(f"w{number}" for number in range(20))], "did you mean `colour`?"),
        (5, [4, 5.5], "use one of 4, 5.5"),
    ],
)
def test_the_nearest_word_is_offered(word: object, known: list[object], hint: str) -> None:
    assert did_you_mean(word, known) == hint


def test_a_hint_says_where_the_words_stand() -> None:
    assert did_you_mean("heet", ["heat"], where="works/facts.yaml") == "did you mean `heat`? (works/facts.yaml)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (3, "3"),
        (2.5, "2.5"),
        ("red", "red"),
        ({}, "{}"),
        ({"a": 1}, "{...}"),
        ([1, None, "x"], "[1, null, x]"),
    ],
)
def test_a_value_is_quoted_as_its_author_wrote_it(value: object, text: str) -> None:
    assert written(value) == text


def test_long_things_are_shortened() -> None:
    assert shortened("a  b\n c") == "a b c"
    assert len(shortened("x" * 99)) == 40
    assert shorten([str(number) for number in range(20)], most=2) == "0, 1 ... (20 in all)"
    assert shorten(["a", "b"]) == "a, b"
