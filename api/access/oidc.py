"""Tokens of an identity provider (OpenID Connect): people and programs that signed in there.

Unlike the tokens of CDS Hooks clients they are made for a session, not for one request: used many times, and for an audience, not for an address.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt

from api.access.roles import ROLES, Caller, Role
from api.cds_hooks.tokens import KeySets, checked, refused
from api.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
MOST_KEPT = 2000
LONGEST_KEPT = 300  # seconds a token that was checked is not checked again


class Provider:
    """One identity provider."""

    def __init__(self, settings: Settings, keys: KeySets | None = None, now: Callable[[], float] = time.time) -> None:
        self.issuer = settings.oidc_issuer
        self._audiences = settings.listed(settings.oidc_audiences)
        self._claim = settings.oidc_claim.split(".")
        self._roles = settings.oidc_roles
        self._keys = keys or KeySets({self.issuer: settings.oidc_keys}, rsa="RS256")
        self._now = now
        self._checked: dict[bytes, tuple[float, Caller]] = {}

    async def caller(self, token: str) -> Caller:
        """Who the token speaks of; raises Refused."""
        name = hashlib.sha256(token.encode()).digest()
        until, caller = self._checked.get(name, (0.0, None))
        if caller is not None and until > self._now():
            return caller
        claims = await self._claims(token)
        caller = Caller(f"oidc:{claims['sub']}"[:200], self.roles(claims))
        if len(self._checked) >= MOST_KEPT:
            self._checked.clear()
        self._checked[name] = min(float(claims["exp"]), self._now() + LONGEST_KEPT), caller
        return caller

    async def _claims(self, token: str) -> Mapping[str, Any]:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise refused(f"the token must be signed with one of {', '.join(ALGORITHMS)}")
        if not isinstance(header.get("kid"), str):
            raise refused("the token does not name its key")
        key = await self._keys.key(self.issuer, header["kid"])
        needed = ("iss", "aud", "exp", "sub")
        for_another = "the token is made for another audience"
        return checked(token, key.key, [header["alg"]], self.issuer, self._audiences, needed, for_another)

    def roles(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        """The roles that the claim of the provider stands for; none where it says nothing that is known."""
        said: Any = claims
        for part in self._claim:
            said = said.get(part) if isinstance(said, Mapping) else None
        names = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
        meant = {self._roles.get(one, one) for one in names if isinstance(one, str)}
        return frozenset(one for one in ROLES if one in meant)
