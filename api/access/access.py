"""The door: every request but the health checks must say who asks, and may do only what its role allows.

`Authorization: Bearer` carries an API key (keys.py), a token of the identity provider (oidc.py), or a token that a CDS Hooks client made for this one
request (api/cds_hooks/tokens.py). Which of them are taken is what the settings name. What was sent is logged nowhere.
"""

from pathlib import Path

import jwt
from starlette.types import Scope

from api.access.keys import BEGINS, Keys
from api.access.limits import Limits
from api.access.oidc import Provider
from api.access.roles import Caller, needed
from api.cds_hooks.tokens import Verifier, base_of, refused
from api.problems import FORBIDDEN, Refused
from api.settings import Settings

LONGEST = 16_384  # characters of a token


class Access:
    """Who may ask what, with these settings. `shared`: a folder in which several workers see the tokens that were used."""

    def __init__(self, settings: Settings, shared: Path | None = None) -> None:
        self.settings = settings
        self.keys = Keys(settings.keys_file) if settings.keys_file else None
        self.provider = Provider(settings) if settings.oidc_issuer else None
        self.clients = Verifier(settings, shared=shared) if settings.jwt_issuers else None
        self.limits = Limits(settings.caller_rate)

    async def admit(self, scope: Scope) -> None:
        """Let one request through with `scope["caller"]` set, or raise Refused. A preflight of a browser carries no token and says nothing."""
        role = needed(scope["path"])
        if role is None or scope["method"] == "OPTIONS":
            return
        caller = await self._caller(_token(scope), scope)
        if role not in caller.roles:
            raise Refused(FORBIDDEN, f"this address needs the role `{role}`")
        self.limits.count(caller.name)
        scope["caller"] = caller.name

    async def _caller(self, token: str, scope: Scope) -> Caller:
        if token.startswith(BEGINS):
            found = self.keys.caller(token) if self.keys else None
            if found is None:
                raise refused("the key is not one that this service knows")
            return found
        try:
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise refused("the token cannot be read") from None
        if self.provider and issuer == self.provider.issuer:
            return await self.provider.caller(token)
        if self.clients and isinstance(issuer, str) and issuer in self.settings.jwt_issuers:
            name = await self.clients.verify(token, base_of(self.settings, scope) + scope["path"])
            return Caller(f"hooks:{name}"[:200], frozenset({"evaluate"}))
        raise refused("the issuer of the token is not one that this service knows")


def _token(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    kind, _, token = (given[0].decode("latin-1") if len(given) == 1 else "").partition(" ")
    token = token.strip()
    if kind.lower() != "bearer" or not token:
        raise refused("there is no token")
    if len(token) > LONGEST or not token.isascii():
        raise refused("the token cannot be read")
    return token
