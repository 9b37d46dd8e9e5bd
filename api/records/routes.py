"""GET /v1/decisions/{id}: a decision as it was given. POST /v1/decisions/{id}/replay: the same decided once more, and compared."""

import asyncio
import re

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.decisions import JSON, refuse_query
from api.problems import ERASED, NO_RECORD, RECORDS_UNAVAILABLE, Refused
from api.records.chain import DECISION
from api.records.database import StoreError
from api.records.replay import Replayer
from api.records.store import Content, Kept, Rules, Store
from api.service import Service

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class Records:
    """The two routes over one service."""

    def __init__(self, service: Service) -> None:
        self.service = service
        store = service.recorder.store if service.recorder else None
        self._replayer = Replayer(store) if store else None

    async def record(self, request: Request) -> Response:
        """A decision as it was given: facts, decision, who asked, and its place in the chain of records."""
        _, kept, content, rules = await self._found(request)
        one = kept.record
        head = {
            "id": one.id,
            "time": one.time,
            "as_of": one.as_of,
            "channel": one.channel,
            "caller": one.caller,
            "guideline": _identity(rules),
            "engine_version": one.engine_version,
            "chain": {
                "position": one.position,
                "previous": one.previous.hex(),
                "hash": one.hash.hex(),
                "content": one.content.hex(),
            },
        }
        parts = (orjson.dumps(head)[:-1], b',"facts":', content.facts, b',"decision":', content.outcome, b"}")
        return Response(b"".join(parts), media_type=JSON)

    async def replay(self, request: Request) -> Response:
        """Decides the facts of a record once more, with the guideline it was made with, and compares byte for byte."""
        replayer, kept, _, rules = await self._found(request)
        try:
            found = await asyncio.to_thread(replayer.replay, kept)
        except StoreError as error:
            raise Refused(RECORDS_UNAVAILABLE, f"{error}", headers={"retry-after": "1"}) from None
        body = {
            "id": found.id,
            "verdict": found.verdict,
            "recorded_version": found.recorded_version,
            "version": found.version,
            "guideline": _identity(rules),
            "differences": found.differences,
            "reason": found.reason,
        }
        return Response(orjson.dumps(body), media_type=JSON)

    async def _found(self, request: Request) -> tuple[Replayer, Kept, Content, Rules]:
        """The record of the address with all that is kept of it; raises Refused."""
        refuse_query(request)
        name, replayer = request.path_params["id"], self._replayer
        if replayer is None:
            raise Refused(NO_RECORD, "this service keeps no records (TNBC_RECORDS=off)")
        if not _ID.fullmatch(name):
            raise Refused(NO_RECORD, "the id of a decision is a UUID in lower case")
        try:
            kept, rules = await asyncio.to_thread(_read, replayer.store, name)
        except StoreError as error:
            raise Refused(RECORDS_UNAVAILABLE, f"{error}", headers={"retry-after": "1"}) from None
        if kept is None or kept.record.kind != DECISION:
            raise Refused(NO_RECORD)
        if kept.content is None or rules is None:
            raise Refused(ERASED, f"it was erased at {kept.erased}" if kept.erased else "")
        return replayer, kept, kept.content, rules


def _read(store: Store, name: str) -> tuple[Kept | None, Rules | None]:
    kept = store.find(name)
    guideline = kept.record.guideline if kept else None
    return kept, store.rules(guideline.hex()) if guideline else None


def _identity(rules: Rules) -> dict[str, str]:
    return {"id": rules.name, "version": rules.version, "sha256": rules.sha256}
