"""`tnbc-cds settings`: every setting with its value, where the value comes from, and what it means. Secrets are never printed."""

import json
import os
import re
import shutil
import sys
import textwrap
from typing import Any

from pydantic import SecretStr

from api.settings import PREFIX, Settings, SettingsError, read

SECRET = (
    "key",
    "secret",
    "password",
    "token",
)  # a setting whose name ends in one of these words is one, whatever its type
PASSWORD = re.compile(r"(?<=://)([^/@:]*):[^@/]*@")
MASK = "********"


def main(form: str = "text", **given: Any) -> int:
    """Print the settings the service would run with. 2: they are wrong, and each mistake is named."""
    try:
        found = rows(read(**given), given)
    except SettingsError as error:
        print(f"{error}\n{len(error.lines)} problem(s) in the settings", file=sys.stderr)
        return 2
    if form == "json":
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    width = max(60, min(110, shutil.get_terminal_size().columns)) - 4
    for one in found:
        print(f"{one['setting']}={one['value']}  ({one['source']})")
        print(textwrap.indent(textwrap.fill(one["meaning"], width), "    "))
    return 0


def rows(settings: Settings, given: dict[str, Any]) -> list[dict[str, str]]:
    """Setting, value, source (`default`, `environment` or `option`) and meaning of each."""
    environment = {name.upper() for name in os.environ}
    found = []
    for name, field in Settings.model_fields.items():
        variable = f"{PREFIX}{name}".upper()
        source = "option" if given.get(name) is not None else "environment" if variable in environment else "default"
        value = shown(name, getattr(settings, name))
        found.append({"setting": variable, "value": value, "source": source, "meaning": field.description or ""})
    return found


def shown(name: str, value: Any) -> str:
    """The value as it would be written, without what nobody may read."""
    if value is None or value == "":
        return ""
    if isinstance(value, SecretStr):
        text = value.get_secret_value()
        return "" if not text else PASSWORD.sub(rf"\1:{MASK}@", text) if "://" in text else MASK
    if name.rsplit("_", 1)[-1] in SECRET:
        return MASK
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else PASSWORD.sub(rf"\1:{MASK}@", str(value))
