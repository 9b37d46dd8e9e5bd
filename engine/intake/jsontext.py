"""Parses large JSON: a megabyte of it makes a hundred thousand objects at once, none of which a collection in between could free."""

import gc
from typing import Any

import orjson

LARGE = 64 * 1024


def loads(text: bytes) -> Any:
    """The value of a JSON text; raises orjson.JSONDecodeError."""
    if len(text) < LARGE or not gc.isenabled():
        return orjson.loads(text)
    gc.disable()
    try:
        return orjson.loads(text)
    finally:
        gc.enable()
