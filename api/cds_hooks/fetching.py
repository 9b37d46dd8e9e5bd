"""Fetches what prefetch did not bring, from FHIR servers that the operator allows, with the token of the call.

All requests of one call share one time limit. Further pages are read from the same origin only; redirects are not followed. Neither addresses nor
tokens nor answers are logged.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import orjson

from api.cds_hooks.prefetch import following, query
from api.cds_hooks.trust import certificates
from api.settings import Settings, loopback

MOST_PAGES = 20
AT_ONCE = 4


class CannotFetch(Exception):
    """A query that gave nothing; the text names no address and no value."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched by key, and why not where it was not."""

    values: Mapping[str, Any]
    failed: Mapping[str, str]


class Fetcher:
    """Asks FHIR servers on behalf of the service."""

    def __init__(self, settings: Settings, client: Callable[[], httpx.AsyncClient] | None = None) -> None:
        self.settings = settings
        self.hosts = frozenset(host.lower() for host in settings.listed(settings.fhir_hosts))
        self._client = client or (
            lambda: httpx.AsyncClient(verify=certificates(), follow_redirects=False, trust_env=False)
        )

    def refused(self, server: str) -> str:
        """Why this server is not asked; nothing when it may be."""
        if not server:
            return "the call names no FHIR server"
        parts = urlsplit(server)
        host = (parts.hostname or "").lower()
        try:
            named = f"{host}:{parts.port}" if parts.port else host
        except ValueError:
            return "the address of the FHIR server cannot be read"
        if not {named, host} & self.hosts:
            return "the FHIR server is not one that this service may ask (TNBC_FHIR_HOSTS)"
        if parts.scheme != "https" and not loopback(host):
            return "the FHIR server is asked over https only"
        return ""

    async def fetch(
        self, server: str, token: str, patient: str, wanted: Mapping[str, str], pages: Mapping[str, str]
    ) -> Fetched:
        """The resources of `wanted` templates, and what follows on the `pages`; whatever is not there in time is named in `failed`."""
        keys = [*wanted, *pages]
        why = self.refused(server)
        if why:
            return Fetched({}, dict.fromkeys(keys, why))
        values: dict[str, Any] = {}
        failed: dict[str, str] = dict.fromkeys(keys, "the FHIR server did not answer in time")
        turn = asyncio.Semaphore(AT_ONCE)
        headers = {"accept": "application/fhir+json", **({"authorization": f"Bearer {token}"} if token else {})}
        base = server.rstrip("/") + "/"

        async def one(key: str, client: httpx.AsyncClient) -> None:
            async with turn:
                try:
                    if key in wanted:
                        path, parameters = query(wanted[key], patient)
                        values[key] = await self._all(
                            client, base, str(httpx.URL(base + path, params=parameters)), headers
                        )
                    else:
                        values[key] = await self._all(client, base, pages[key], headers)
                    del failed[key]
                except CannotFetch as error:
                    failed[key] = str(error)
                except (httpx.HTTPError, httpx.InvalidURL):
                    failed[key] = "the FHIR server could not be reached"

        try:
            async with asyncio.timeout(self.settings.fhir_seconds), self._client() as client:
                await asyncio.gather(*(one(key, client) for key in keys))
        except TimeoutError:
            pass
        return Fetched(values, failed)

    async def _all(self, client: httpx.AsyncClient, base: str, address: str, headers: Mapping[str, str]) -> Any:
        """One resource, or all pages of a search as one list."""
        found: list[Any] = []
        for number in range(MOST_PAGES):
            address = urljoin(base, address)
            if _origin(address) != _origin(base):
                raise CannotFetch("a further page lies on another server, which is not asked")
            page = await self._page(client, address, headers)
            if page is None:
                return None
            if page.get("resourceType") == "OperationOutcome":
                raise CannotFetch("the FHIR server answered with an error")
            if page.get("resourceType") != "Bundle":
                return page
            found.append(page)
            address = following(page)
            if not address:
                return found[0] if number == 0 else found
        raise CannotFetch(f"the FHIR server has more than {MOST_PAGES} pages")

    async def _page(self, client: httpx.AsyncClient, address: str, headers: Mapping[str, str]) -> dict[str, Any] | None:
        body = bytearray()
        async with client.stream("GET", address, headers=dict(headers), timeout=self.settings.fhir_seconds) as answer:
            if answer.status_code in (404, 410):
                return None
            if answer.status_code != 200:
                raise CannotFetch(f"the FHIR server answered with status {answer.status_code}")
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > self.settings.hook_bytes:
                    raise CannotFetch("the FHIR server sent more than this service reads")
        try:
            page = orjson.loads(bytes(body))
        except orjson.JSONDecodeError:
            raise CannotFetch("the FHIR server sent no JSON") from None
        if not isinstance(page, dict):
            raise CannotFetch("the FHIR server sent no resource")
        return page


def _origin(address: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(address)
        return parts.scheme, (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise CannotFetch("the FHIR server gave an address that cannot be read") from None


def named(failed: Mapping[str, str]) -> Iterable[str]:
    """`key: reason` for everything that could not be fetched."""
    return [f"{key}: {reason}" for key, reason in failed.items()]
