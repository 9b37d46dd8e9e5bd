"""Joins the shape of a file (forms.py) with the file: every key that is missing, unknown or of the wrong type, at its place.

The models only say that something is wrong; what is printed is made here from the shape itself, in an author's words.
"""

import copy
import datetime
import difflib
import types
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from engine.language.problems import Problem, did_you_mean, shortened, written
from engine.language.yamlfile import Route, YamlFile


class Form(BaseModel):
    """A map with known keys only; text is never taken for a number, nor `yes` for true."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Words(str):
    """Beside a pattern in a form: how a text that follows it looks, for the author of one that does not."""


AnyForm = TypeVar("AnyForm", bound=Form)
_SCALARS: dict[Any, str] = {
    str: "text", bool: "true or false", int: "a whole number", float: "a number", datetime.date: "a date",
}  # fmt: skip
_NOTHING = object()
_MOST_MENDED = 8  # rounds of guessing what was meant
_YES_AND_NO = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def read(form: type[AnyForm], file: YamlFile) -> AnyForm | None:
    """The file as a form, or None with every mistake reported at its place."""
    if file.data is None:
        return None
    if not isinstance(file.data, dict):
        file.report("wrong-type", f"the file must be a map of keys, not {_got(file.data)}", file.value_place(()),
                    f"its keys are {', '.join(_keys(form))}")  # fmt: skip
        return None
    try:
        return form.model_validate(file.data)
    except ValidationError as error:
        found: dict[Any, Problem] = {}
        details = error.errors(include_url=False, include_context=True)
        misspelt = {one for detail in details if (one := _meant(form, file, detail))}
        for detail in details:
            problem = _problem(form, file, detail)
            if problem is not None and not (detail["type"] == "missing" and detail["loc"] in misspelt):
                found.setdefault((problem.place, problem.message), problem)
        for problem in found.values():
            file.report(problem.code, problem.message, problem.place, problem.hint)
        return None


def meant(form: type[AnyForm], file: YamlFile) -> AnyForm | None:
    """A file that `read` refused as it was probably meant: misspelt keys and words as the nearest known, odd things that may be left out left out;
    None when that is not enough. Only to look for its further mistakes, never to be used."""
    data = copy.deepcopy(file.data)
    for _ in range(_MOST_MENDED if isinstance(data, dict) else 0):
        try:
            return form.model_validate(data)
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=True)
            changed = [_mended(form, data, detail["type"], detail["loc"]) for detail in details]
            if not any(changed):
                return None
    return None


def _mended(form: type[Form], data: Any, kind: str, loc: tuple[int | str, ...]) -> bool:
    """Change one thing of the data towards what was meant; False when nothing can be done."""
    route = _route(data, loc, keep_last=kind == "extra_forbidden")
    if not route or not isinstance(route[-1], str) or kind == "missing":
        return False
    above, key = _of(data, route[:-1]), route[-1]
    if not isinstance(above, dict) or key not in above:
        return False
    if kind == "extra_forbidden":
        value = above.pop(key)
        near = difflib.get_close_matches(key, _keys(_choose(_at(form, data, route[:-1]), above)), n=1)
        if near:
            above.setdefault(near[0], value)
        return True
    words = get_args(_bare(_choose(_at(form, data, route), above[key]))[0]) if kind == "literal_error" else ()
    near = difflib.get_close_matches(str(above[key]), [str(word) for word in words], n=1)
    if near:
        above[key] = near[0]
        return True
    if _optional(form, data, route):
        del above[key]
        return True
    return False


def _meant(form: type[Form], file: YamlFile, detail: ErrorDetails) -> tuple[int | str, ...] | None:
    """For an unknown key: the place of the known key it was probably meant to be, which is then not called missing."""
    if detail["type"] != "extra_forbidden":
        return None
    above = _route(file.data, detail["loc"][:-1])
    known = _keys(_choose(_at(form, file.data, above), _of(file.data, above)))
    near = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1)
    return (*detail["loc"][:-1], near[0]) if near else None


def _problem(form: type[Form], file: YamlFile, detail: ErrorDetails) -> Problem | None:
    kind, loc = detail["type"], detail["loc"]
    if loc and loc[-1] == "[key]":
        route = _route(file.data, loc[:-1])
        return _key_shape(form, file, route, kind)
    route = _route(file.data, loc, keep_last=kind in ("missing", "extra_forbidden"))
    if kind == "extra_forbidden":
        known = _keys(_choose(_at(form, file.data, route[:-1]), _of(file.data, route[:-1])))
        return file.problem(
            "unknown-key", f"unknown key `{route[-1]}`", file.key_place(route), did_you_mean(route[-1], known)
        )
    if kind == "missing" and isinstance(loc[-1], str):
        place = file.key_place(route[:-1]) if len(route) > 1 else file.value_place(())
        words = get_args(_bare(_at(form, file.data, (*route[:-1], loc[-1])))[0])
        choice = (
            f", one of {', '.join(map(str, words))}" if words and all(isinstance(one, str) for one in words) else ""
        )
        return file.problem("missing-key", f"`{loc[-1]}` is missing", place, f"add `{loc[-1]}: ...`{choice}")
    if kind in ("missing", "too_long") and get_origin(_at(form, file.data, loc[:-1] if kind == "missing" else loc)):
        route = route if kind == "too_long" else route[:-1]
    return _value(form, file, route, kind)


def _key_shape(form: type[Form], file: YamlFile, route: Route, kind: str) -> Problem:
    annotation, _ = _bare(_at(form, file.data, route[:-1]))
    key = get_args(annotation)[0] if get_args(annotation) else None
    if get_origin(key) is Literal:
        message = f"unknown key `{route[-1]}`"
        return file.problem("unknown-key", message, file.key_place(route), did_you_mean(route[-1], get_args(key)))
    hint = _words(key) if key is not None else ""
    what = "is too long for a name" if kind == "string_too_long" else "cannot be a name here"
    return file.problem("name-shape", f"`{route[-1]}` {what}", file.key_place(route), hint)


def _value(form: type[Form], file: YamlFile, route: Route, kind: str) -> Problem | None:
    value, annotation = _of(file.data, route), _at(form, file.data, route)
    place, name = file.value_place(route), _name(route)
    key = _name(route[:-1] if route and isinstance(route[-1], int) else route)
    if get_origin(_bare(_choose(_at(form, file.data, route[:-1]), _of(file.data, route[:-1])))[0]) is dict:
        name = f"{name} under {_name(route[:-1])}"
    chosen, extra = _bare(_choose(annotation, value))
    if value is None:
        if file.unreadable(place):
            return None
        place = file.key_place(route)
        hint = f"write {_expected(annotation)}" + (", or remove the line" if _optional(form, file.data, route) else "")
        return file.problem("empty-value", f"{name} has no value", place, hint)
    if kind == "too_short" or (kind == "string_too_short" and isinstance(value, str)):
        return file.problem("empty-value", f"{name} is empty", place, f"write {_expected(annotation)}")
    if kind in ("string_pattern_mismatch", "string_too_long"):
        return file.problem(
            "name-shape",
            f"`{shortened(value)}` has not the right form for {name}",
            place,
            _words(_choose(annotation, value)),
        )
    if kind in ("greater_than_equal", "less_than_equal"):
        low, high = (next((getattr(one, side) for one in extra if hasattr(one, side)), "") for side in ("ge", "le"))
        message = f"{name} is from {low} to {high}, not {written(value)}"
        return file.problem("out-of-range", message, place, "write a number between them")
    if get_origin(chosen) is Literal and not isinstance(value, dict | list):
        return file.problem(
            "unknown-value", f"unknown value `{written(value)}` of {key}", place, did_you_mean(value, get_args(chosen))
        )
    if chosen is datetime.date and not isinstance(value, dict | list):
        hint = "write it as 2025-01-30"
        return file.problem("invalid-date", f"{name} must be a date, not {_got(value)}", place, hint)
    if _fits(chosen, value) and not (get_origin(chosen) is tuple and kind in ("missing", "too_long")):
        return None  # one branch of a choice: what is wrong lies deeper, and is reported there
    got = f"of {len(value)}" if get_origin(chosen) is tuple and isinstance(value, list) else _got(value)
    return file.problem("wrong-type", f"{name} must be {_expected(annotation)}, not {got}", place, _mend(chosen, value))


def _mend(annotation: Any, value: Any) -> str:
    """What to do about a value of the wrong type."""
    if annotation is bool:
        return f"write {_YES_AND_NO.get(str(value).lower(), 'true or false')}"
    choice = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)
    if str in choice and not isinstance(value, dict | list):
        return f'put it in quotes: "{written(value)}"'
    if str in choice:
        return "write one text"
    if annotation is int and isinstance(value, float):
        return "write a whole number"
    if annotation in (int, float) and isinstance(value, str):
        return "write the number without quotes and without a unit"
    if get_origin(annotation) is tuple:
        return (
            "write both in brackets: [0, 100]"
            if _bare(get_args(annotation)[0])[0] is float
            else "write [first, second]"
        )
    if get_origin(annotation) is list:
        return "begin each item with `- `" if isinstance(value, dict) else f"write a list: [{written(value)}]"
    if get_origin(annotation) is dict:
        return "write lines of `key: value`"
    keys = next((found for one in choice if (found := _keys(one))), [])
    return f"its keys are {', '.join(keys)}" if keys else ""


# ---- words ----------------------------------------------------------------------------------------------------------
def _expected(annotation: Any) -> str:
    annotation, _ = _bare(annotation)
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return f"one of {', '.join(map(str, args))}"
    if origin is list:
        return "a list"
    if origin is tuple:
        return (
            f"a list of {('', 'one', 'two', 'three')[len(args)]} {'numbers' if _bare(args[0])[0] is float else 'names'}"
        )
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, Form)):
        return "a map"
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_expected(arg) for arg in args if arg is not type(None)))
    return "a value"


def _got(value: Any) -> str:
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"the text `{shortened(value)}`" if value else "an empty text"
    if isinstance(value, bool):
        return f"`{written(value)}`"
    kind = "date" if isinstance(value, datetime.date) else "number"
    return f"the {kind} `{written(value)}`"


def _name(route: Route) -> str:
    """`citations`, `item 2 of `citations``."""
    if not route:
        return "the file"
    if isinstance(route[-1], int):
        return f"item {route[-1] + 1} of {_name(route[:-1])}"
    return f"`{route[-1]}`"


def _words(annotation: Any) -> str:
    words = next((str(one) for one in _bare(annotation)[1] if isinstance(one, Words)), "")
    return f"write {words}" if words else ""


# ---- the way through data and shape ---------------------------------------------------------------------------------
def _route(data: Any, loc: tuple[int | str, ...], *, keep_last: bool = False) -> Route:
    """pydantic's path without the steps that are names of branches; the last step may be a key that is not there."""
    route: list[str | int] = []
    for index, step in enumerate(loc):
        inner = _step(data, step)
        if inner is not _NOTHING:
            data = inner
            route.append(step)
        elif keep_last and index == len(loc) - 1:
            route.append(step)
    return tuple(route)


def _step(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(step, _NOTHING)
    return data[step] if isinstance(data, list) and isinstance(step, int) and step < len(data) else _NOTHING


def _of(data: Any, route: Route) -> Any:
    for step in route:
        data = data[step]
    return data


def _at(form: Any, data: Any, route: Route) -> Any:
    """What the shape says of the place a route leads to."""
    annotation = form
    for step in route:
        annotation, _ = _bare(_choose(annotation, data))
        data = _step(data, step)
        origin, args = get_origin(annotation), get_args(annotation)
        if isinstance(annotation, type) and issubclass(annotation, Form):
            fields = {field.alias or name: field for name, field in annotation.model_fields.items()}
            annotation = fields[step].rebuild_annotation() if step in fields else Any
        elif origin is dict:
            annotation = args[1]
        elif origin is list:
            annotation = args[0]
        elif origin is tuple and isinstance(step, int):
            annotation = args[min(step, len(args) - 1)]
        else:
            return Any
    return annotation


def _bare(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """An annotation without its constraints, and the constraints."""
    if get_origin(annotation) is Annotated:
        return annotation.__origin__, tuple(annotation.__metadata__)
    return annotation, ()


def _choose(annotation: Any, value: Any) -> Any:
    """The branch of a choice that a value was meant for."""
    bare, _ = _bare(annotation)
    if get_origin(bare) not in (Union, types.UnionType):
        return annotation
    branches = [one for one in get_args(bare) if one is not type(None)]
    return next((one for one in branches if _fits(_bare(one)[0], value)), branches[0] if len(branches) == 1 else bare)


def _fits(annotation: Any, value: Any) -> bool:
    origin = get_origin(annotation)
    if isinstance(value, dict):
        return origin is dict or (isinstance(annotation, type) and issubclass(annotation, Form))
    if isinstance(value, list):
        return origin in (list, tuple)
    if isinstance(value, bool) or annotation is bool:
        return annotation is bool and isinstance(value, bool)
    if annotation is float:
        return isinstance(value, int | float)
    return annotation in _SCALARS and isinstance(value, annotation)


def _keys(annotation: Any) -> list[str]:
    annotation, _ = _bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Form):
        return [field.alias or name for name, field in annotation.model_fields.items()]
    return []


def _optional(form: type[Form], data: Any, route: Route) -> bool:
    """May the key be left out?"""
    parent, _ = _bare(_choose(_at(form, data, route[:-1]), _of(data, route[:-1])))
    if isinstance(parent, type) and issubclass(parent, Form):
        return any(
            (field.alias or name) == route[-1] and not field.is_required()
            for name, field in parent.model_fields.items()
        )
    return True
