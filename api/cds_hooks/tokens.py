"""Client tokens (JWT): who may ask. With TNBC_AUTH=jwt every request but the health checks must carry one.

Checked in this order: the algorithm (ES384 or RS384, never none or a shared secret), the issuer and its key set, the signature, audience and times,
and that the token was not used before. What is in a token is logged nowhere.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import jwt
import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from api.cds_hooks.trust import certificates
from api.problems import UNAUTHORISED, Refused
from api.settings import Settings

ALGORITHMS = ("ES384", "RS384")
OPEN = frozenset({"/healthz", "/readyz"})
LEEWAY = 30  # seconds that clocks may differ
LONGEST = 3600  # seconds a token may be valid: those used are remembered until they end
KEYS_LAST = 3600
ASK_AGAIN = 60
LARGEST = 1024 * 1024


def refused(detail: str) -> Refused:
    """A token that is not taken; `detail` quotes nothing of it."""
    return Refused(UNAUTHORISED, detail, headers={"www-authenticate": "Bearer"})


class KeySets:
    """The public keys of the issuers, from a file or over https, remembered for a while."""

    def __init__(self, issuers: Mapping[str, str], client: Callable[[], httpx.AsyncClient] | None = None) -> None:
        self.issuers = issuers
        self._client = client or _client
        self._sets: dict[str, tuple[float, list[jwt.PyJWK]]] = {}
        self._turn = asyncio.Lock()

    async def key(self, issuer: str, name: str) -> jwt.PyJWK:
        """The key with this id; an id that is not known makes the set be read once more, but not often."""
        async with self._turn:
            read, keys = self._sets.get(issuer, (float("-inf"), []))
            age = time.monotonic() - read
            found = _named(keys, name)
            if age > KEYS_LAST or (found is None and age > ASK_AGAIN):
                keys = await self._read(self.issuers[issuer])
                self._sets[issuer] = (time.monotonic(), keys)
                found = _named(keys, name)
        if found is None:
            raise refused("the issuer has no such key")
        return found

    async def _read(self, place: str) -> list[jwt.PyJWK]:
        try:
            if place.startswith("https:"):
                async with self._client() as client:
                    answer = await client.get(place)
                raw = answer.content if answer.status_code == 200 and len(answer.content) <= LARGEST else b""
            else:
                raw = await asyncio.to_thread(Path(place).read_bytes)
            found = orjson.loads(raw)
            keys = found.get("keys", [found])
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, TypeError, AttributeError):
            raise refused("the keys of the issuer cannot be read at the moment") from None
        usable = []
        for one in keys if isinstance(keys, list) else []:
            if isinstance(one, dict) and one.get("kty") in ("EC", "RSA") and one.get("use", "sig") == "sig":
                try:
                    usable.append(
                        jwt.PyJWK(one, algorithm=one.get("alg") or ("ES384" if one["kty"] == "EC" else "RS384"))
                    )
                except jwt.PyJWTError:
                    continue
        return usable


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=certificates(), follow_redirects=False, trust_env=False, timeout=5)


def _named(keys: list[jwt.PyJWK], name: str) -> jwt.PyJWK | None:
    return next((one for one in keys if one.key_id == name), None)


class Verifier:
    """Checks tokens; remembers those that were used."""

    def __init__(self, settings: Settings, keys: KeySets | None = None, now: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.keys = keys or KeySets(settings.jwt_issuers)
        self.now = now
        self._audiences = frozenset(settings.listed(settings.jwt_audiences))
        self._used: dict[tuple[str, str], float] = {}
        self._sweep = 0.0

    async def verify(self, token: str, address: str) -> str:
        """The issuer of a token made for this address; raises Refused."""
        try:
            header = jwt.get_unverified_header(token)
            claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            raise refused("the token cannot be read") from None
        if header.get("alg") not in ALGORITHMS:
            raise refused(f"the token must be signed with {' or '.join(ALGORITHMS)}")
        if str(header.get("typ", "JWT")).upper() != "JWT":
            raise refused("the token is not of the type JWT")
        issuer = claims.get("iss")
        if not isinstance(issuer, str) or issuer not in self.settings.jwt_issuers:
            raise refused("the issuer of the token is not one that this service knows")
        place = self.settings.jwt_issuers[issuer]
        if place.startswith("https:") and header.get("jku") not in (None, place):
            raise refused("the token names another key set than the one of its issuer")
        if not isinstance(header.get("kid"), str):
            raise refused("the token does not name its key")
        key = await self.keys.key(issuer, header["kid"])
        needed = ["iss", "aud", "exp", "jti", *(["iat"] if self.settings.jwt_strict else [])]
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=[address, *self._audiences],
                issuer=issuer,
                leeway=LEEWAY,
                options={"require": needed, "verify_aud": True},
            )
        except jwt.ExpiredSignatureError:
            raise refused("the token has expired") from None
        except jwt.InvalidAudienceError:
            raise refused("the token is made for another address") from None
        except jwt.MissingRequiredClaimError as error:
            raise refused(f"the token lacks `{error.claim}`") from None
        except (jwt.PyJWTError, ValueError, TypeError):
            raise refused("the token is not valid") from None
        self._once(issuer, claims)
        return issuer

    def _once(self, issuer: str, claims: Mapping[str, Any]) -> None:
        now = self.now()
        end = float(claims["exp"]) + LEEWAY
        if end > now + LONGEST + LEEWAY:
            raise refused(f"the token is valid for longer than {LONGEST} seconds")
        name = claims["jti"]
        if not isinstance(name, str) or not 1 <= len(name) <= 256:
            raise refused("the token has no usable `jti`")
        if now - self._sweep > LEEWAY:
            self._used = {one: until for one, until in self._used.items() if until > now}
            self._sweep = now
        if self._used.get((issuer, name), 0) > now:
            raise refused("the token was used before; make a new one for each request")
        self._used[issuer, name] = end


class Tokens:
    """The layer that lets only requests with a token through."""

    def __init__(self, app: ASGIApp, settings: Settings, verifier: Verifier | None = None) -> None:
        self.app, self.settings = app, settings
        self.verifier = verifier or Verifier(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or raise Refused. A preflight of a browser carries no token and says nothing."""
        if scope["type"] == "http" and scope["path"] not in OPEN and scope["method"] != "OPTIONS":
            given = [value for name, value in scope["headers"] if name == b"authorization"]
            kind, _, token = (given[0].decode("latin-1") if len(given) == 1 else "").partition(" ")
            if kind.lower() != "bearer" or not token.strip():
                raise refused("there is no token")
            await self.verifier.verify(token.strip(), base_of(self.settings, scope) + scope["path"])
        await self.app(scope, receive, send)


def base_of(settings: Settings, scope: Scope) -> str:
    """Where callers reach the service. The header `Host`, which may say anything, is not asked."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host, port = scope.get("server") or ("127.0.0.1", 8000)
    return f"{scope.get('scheme', 'http')}://{f'[{host}]' if ':' in host else host}:{port}"
