"""Plain pages for those who call the service: /api, /docs and /problems. They load nothing from elsewhere and hold no script."""

import shlex
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.examples import Example
from api.problems import KINDS
from api.service import Service

STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
READING = ("/docs", "/openapi.json", "/v1/guideline", "/v1/facts", "/v1/rules", "/v1/evidence", "/problems", "/readyz")


class Pages:
    """The pages over one service."""

    def __init__(self, service: Service, describe: Callable[[], dict[str, Any]]) -> None:
        """`describe` gives the OpenAPI description when it is asked for."""
        self.service, self.describe = service, describe

    async def home(self, request: Request) -> Response:
        """What this is, one request to try, and where to read on."""
        about = self.service.loaded.guideline.about
        first = self.service.loaded.examples[0]
        parts = [
            f"<h1>{escape(about.title)}</h1>",
            f"<p>{escape(about.intended_use)}</p>",
            f"<p>For {_lower_first(escape(about.intended_users))}</p>",
            f"<p>Guideline <code>{escape(about.id)}</code> {escape(about.version)}, "
            f"SHA-256 <code>{self.service.loaded.guideline.sha256}</code>.</p>",
            f"<h2>Try it</h2><p>{escape(first.title)}. {escape(first.expect)}</p>",
            f"<pre><code>{escape(curl(address_of(request), first))}</code></pre>",
            "<h2>Read on</h2><ul>",
            *(f'<li><a href="{path}">{path}</a></li>' for path in READING),
            "</ul><h2>Not for</h2><ul>",
            *(f"<li>{escape(one)}</li>" for one in about.not_for),
            f"</ul><h2>Notice</h2><p>{escape(about.notice)}</p>",
        ]
        return _page(about.title, parts)

    async def docs(self, request: Request) -> Response:
        """Every address of the service, from its OpenAPI description."""
        found = self.describe()
        parts = [
            f"<h1>{escape(found['info']['title'])}</h1>",
            f"<p>{escape(found['info'].get('description', ''))}</p>",
            '<p>The same for programs: <a href="/openapi.json">/openapi.json</a>. Problems: <a href="/problems">/problems</a>.</p>',
        ]
        for path, operations in found["paths"].items():
            for method, one in operations.items():
                parts += _operation(method, path, one)
        return _page("Addresses of the service", parts)

    async def problems(self, request: Request) -> Response:
        """Every kind of problem: its status and what to do about it."""
        parts = [
            "<h1>Problems</h1><p>Every answer that is not what was asked for is a problem document (RFC 9457).</p><dl>"
        ]
        for kind in KINDS:
            parts.append(
                f'<dt id="{kind.code}"><strong>{kind.status} {escape(kind.title)}</strong> <code>{escape(kind.type)}</code></dt>'
                f"<dd>{escape(kind.meaning)}</dd>"
            )
        return _page("Problems", [*parts, "</dl>"])

    async def openapi(self, request: Request) -> Response:
        """The OpenAPI description."""
        content = orjson.dumps(self.describe(), option=orjson.OPT_NON_STR_KEYS)
        return Response(content, headers={"cache-control": "no-cache"}, media_type="application/json")

    async def style(self, request: Request) -> Response:
        """The one style sheet."""
        return Response(STYLE, headers={"cache-control": "max-age=3600"}, media_type="text/css")


def curl(address: str, example: Example) -> str:
    """One line for a shell that sends an example to the service."""
    header = shlex.quote("Content-Type: application/json")
    return f"curl -sS {address.rstrip('/')}/v1/decisions -H {header} -d {shlex.quote(example.facts_only)}"


def address_of(request: Request) -> str:
    """Where the caller reached the service; the header `Host`, which may say anything, is not asked."""
    host, port = request.scope.get("server") or ("127.0.0.1", 8000)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _operation(method: str, path: str, one: dict[str, Any]) -> list[str]:
    parts = [f"<h2><code>{method.upper()} {escape(path)}</code></h2>", f"<p>{escape(one.get('description', ''))}</p>"]
    if one.get("parameters"):
        rows = "".join(
            f"<tr><td><code>{escape(each['name'])}</code></td><td>{escape(each.get('description', ''))}</td></tr>"
            for each in one["parameters"]
        )
        parts.append(f"<table><tr><th>Parameter</th><th></th></tr>{rows}</table>")
    for media_type, content in one.get("requestBody", {}).get("content", {}).items():
        for example in content.get("examples", {}).values():
            value = example["value"]
            text = value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
            words = f"{example['summary']}. {example.get('description', '')}"
            parts.append(
                f"<details><summary>{escape(media_type)}: {escape(words)}</summary>"
                f"<pre><code>{escape(text)}</code></pre></details>"
            )
    rows = "".join(
        f"<tr><td>{escape(status)}</td><td>{escape(', '.join(each.get('content', {})))}</td><td>{escape(each['description'])}</td></tr>"
        for status, each in sorted(one["responses"].items())
    )
    parts.append(f"<table><tr><th>Status</th><th>Form</th><th></th></tr>{rows}</table>")
    return parts


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _page(title: str, parts: Sequence[str]) -> HTMLResponse:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    body = "\n".join(parts)
    html = f'<!doctype html>\n<html lang="en">\n<head>{head}<link rel="stylesheet" href="/style.css"></head>\n<body>\n{body}\n</body>\n</html>\n'
    return HTMLResponse(html, headers={"cache-control": "no-cache"})
