"""Tokens of CDS Hooks clients (JWT), each made for one request.

Checked in this order: the algorithm (ES384 or RS384, never none or a shared secret), the issuer and its key set, the signature, audience and times,
and that the token was not used before. What is in a token is logged nowhere.
"""

import asyncio
import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import jwt
import orjson
from starlette.types import Scope

from api.cds_hooks.trust import certificates
from api.problems import UNAUTHORISED, Refused
from api.settings import Settings

ALGORITHMS = ("ES384", "RS384")
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

    def __init__(
        self,
        issuers: Mapping[str, str],
        client: Callable[[], httpx.AsyncClient] | None = None,
        rsa: str = "RS384",
    ) -> None:
        """`issuers`: name -> address or path of its key set; `rsa`: the algorithm of RSA keys that name none."""
        self.issuers, self._rsa = issuers, rsa
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
                        jwt.PyJWK(one, algorithm=one.get("alg") or (self._rsa if one["kty"] == "RSA" else None))
                    )
                except jwt.PyJWTError:
                    continue
        return usable


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=certificates(), follow_redirects=False, trust_env=False, timeout=5)


def _named(keys: list[jwt.PyJWK], name: str) -> jwt.PyJWK | None:
    return next((one for one in keys if one.key_id == name), None)


def checked(
    token: str,
    key: Any,
    algorithms: Sequence[str],
    issuer: str,
    audience: Sequence[str],
    needed: Sequence[str],
    for_another: str,
) -> dict[str, Any]:
    """The claims of a token whose signature, issuer, audience and times are right; raises Refused, with `for_another` for another audience."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=algorithms,
            audience=audience,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": list(needed), "verify_aud": True},
        )
    except jwt.ExpiredSignatureError:
        raise refused("the token has expired") from None
    except jwt.InvalidAudienceError:
        raise refused(for_another) from None
    except jwt.MissingRequiredClaimError as error:
        raise refused(f"the token lacks `{error.claim}`") from None
    except (jwt.PyJWTError, ValueError, TypeError):
        raise refused("the token is not valid") from None
    return claims


class UsedInMemory:
    """Tokens that one process has seen, until they end."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._sweep = 0.0

    def first(self, name: str, end: float, now: float) -> bool:
        """Is it used for the first time?"""
        if now - self._sweep > LEEWAY:
            self._until = {one: until for one, until in self._until.items() if until > now}
            self._sweep = now
        if self._until.get(name, 0) > now:
            return False
        self._until[name] = end
        return True


class UsedInFolder:
    """Tokens that any process of this machine has seen: one empty file each, which only one of them can make."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "used-tokens"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._sweep = 0.0

    def first(self, name: str, end: float, now: float) -> bool:
        """Is it used for the first time?"""
        if now - self._sweep > LEEWAY:
            self._sweep = now
            for old in self._folder.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    if old.stat().st_mtime <= now:
                        old.unlink()
        path = self._folder / hashlib.sha256(name.encode()).hexdigest()
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            return False
        os.utime(path, (end, end))
        return True


class Verifier:
    """Checks tokens; remembers those that were used."""

    def __init__(
        self,
        settings: Settings,
        keys: KeySets | None = None,
        now: Callable[[], float] = time.time,
        shared: Path | None = None,
    ) -> None:
        """`shared`: a folder in which several workers see the tokens that were used."""
        self.settings = settings
        self.keys = keys or KeySets(settings.jwt_issuers)
        self.now = now
        self._audiences = frozenset(settings.listed(settings.jwt_audiences))
        self._used = UsedInFolder(shared) if shared else UsedInMemory()

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
        audience = [address, *self._audiences]
        claims = checked(token, key, ALGORITHMS, issuer, audience, needed, "the token is made for another address")
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
        if not self._used.first(f"{issuer}\n{name}", end, now):
            raise refused("the token was used before; make a new one for each request")


def base_of(settings: Settings, scope: Scope) -> str:
    """Where callers reach the service. The header `Host`, which may say anything, is not asked."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host, port = scope.get("server") or ("127.0.0.1", 8000)
    return f"{scope.get('scheme', 'http')}://{f'[{host}]' if ':' in host else host}:{port}"
