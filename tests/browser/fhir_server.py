"""A small FHIR server over resources in memory: metadata, read, and search by patient and code, as a record system answers a CDS Hooks client.

python -m tests.browser.fhir_server BUNDLE.json [FOLDER]     on 127.0.0.1:8971, with the files of FOLDER beside it
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

Resource = dict[str, Any]
FHIR = "application/fhir+json"
PLAIN = ("_count", "_sort")


def resources_of(data: Any) -> list[Resource]:
    """The resources of a Bundle or a list; each gets an id where it has none."""
    entries = data.get("entry", []) if isinstance(data, dict) else data
    found = [one.get("resource", one) for one in entries]
    return [{"id": f"r{number}", **one} for number, one in enumerate(found)]


def record_of(resources: Iterable[Resource], patient: str) -> list[Resource]:
    """The resources with this id for their patient, whatever they call it."""
    made = []
    for one in resources:
        copy = json.loads(json.dumps(one))
        if copy["resourceType"] == "Patient":
            copy["id"] = patient
        for name in ("subject", "patient"):
            if isinstance(copy.get(name), dict):
                copy[name] = {"reference": f"Patient/{patient}"}
        made.append(copy)
    return made


class Records:
    """What the server holds; `asked` is every search that came."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = list(resources)
        self.asked: list[str] = []

    def read(self, kind: str, name: str) -> Resource | None:
        return next((one for one in self.resources if (one["resourceType"], one.get("id")) == (kind, name)), None)

    def search(self, kind: str, parameters: Mapping[str, str]) -> Resource:
        self.asked.append(kind)
        found = [one for one in self.resources if one["resourceType"] == kind and self._fits(one, parameters)]
        entries = [{"resource": one, "search": {"mode": "match"}} for one in found]
        return {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": entries}

    @staticmethod
    def _fits(one: Resource, parameters: Mapping[str, str]) -> bool:
        for name, value in parameters.items():
            if name == "patient":
                about = one.get("subject") or one.get("patient") or {}
                if about.get("reference", "").removeprefix("Patient/") != value.removeprefix("Patient/"):
                    return False
            elif name == "code":
                tokens = set(value.split(","))
                codings = one.get("code", {}).get("coding", [])
                if not {f"{each.get('system', '')}|{each.get('code', '')}" for each in codings} & tokens:
                    return False
            elif name not in PLAIN:
                return False
        return True


def app_of(records: Records, folder: Path | None = None) -> Starlette:
    """The server under /fhir, and the files of a folder at /."""

    def answer(body: Any, status: int = 200) -> Response:
        return JSONResponse(body, status, media_type=FHIR)

    def missing() -> Response:
        return answer({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}, 404)

    async def metadata(request: Request) -> Response:
        return answer(
            {"resourceType": "CapabilityStatement", "status": "active", "kind": "instance", "fhirVersion": "4.0.1"}
        )

    async def search(request: Request) -> Response:
        given = {**request.query_params, **dict(parse_qsl((await request.body()).decode()))}
        return answer(records.search(request.path_params["kind"], given))

    async def read(request: Request) -> Response:
        found = records.read(request.path_params["kind"], request.path_params["name"])
        return answer(found) if found else missing()

    routes: list[Route | Mount] = [
        Route("/fhir/metadata", metadata),
        Route("/fhir/{kind}/_search", search, methods=["POST"]),
        Route("/fhir/{kind}", search),
        Route("/fhir/{kind}/{name}", read),
    ]
    if folder is not None:
        routes.append(Mount("/", StaticFiles(directory=folder, html=True)))
    open_to_all = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
    return Starlette(routes=routes, middleware=[open_to_all])


if __name__ == "__main__":
    held = resources_of(json.loads(Path(sys.argv[1]).read_bytes()))
    files = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    uvicorn.run(app_of(Records(held), files), host="127.0.0.1", port=8971)
