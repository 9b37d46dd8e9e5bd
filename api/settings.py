"""Settings of the service: environment variables that begin with TNBC_. Nothing is read from files."""

import ipaddress
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.access.roles import ROLES
from engine import default_rules
from engine.inference.decide import CrossCheck
from engine.language.problems import did_you_mean

PREFIX = "TNBC_"
DEFAULT_FILE = Path("~/.local/state/tnbc-cds/records.sqlite")


class Settings(BaseSettings):
    """How the service runs. `read` reads them; tests make them directly."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    rules: Path = Field(default_factory=default_rules, description="the folder of the guideline")
    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="the port to listen on; 0 takes a free one")
    cross_check: CrossCheck = Field("always", description="compute every decision by both evaluators, or one in 16")
    facts_bytes: int = Field(64 * 1024, ge=256, description="largest body of a request")
    batch_bytes: int = Field(8 * 1024 * 1024, ge=256, description="largest body of a batch")
    batch_items: int = Field(10_000, ge=1, description="most items in a batch")
    body_seconds: float = Field(30, gt=0, description="time a body may take to arrive")
    shutdown_seconds: int = Field(20, ge=0, description="time running requests have when the service is stopped")
    workers: int = Field(
        1, ge=1, le=64, description="processes that answer; more than one are watched over and renewed"
    )
    reload_rules: bool = Field(False, description="take up changes of the guideline's folder while running")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="how much is logged")
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="`json`: one object a line; `text`: for people; `auto`: text on a terminal, else JSON"
    )
    traces: str = Field(
        "",
        pattern=r"^(https?://[^\s]+)?$",
        description="an OpenTelemetry collector that gets traces over OTLP/HTTP, such as http://127.0.0.1:4318",
    )
    auth: Literal["off", "on"] = Field(
        "off",
        description="`on`: every request but the health checks needs a key or a token; `off`: none does, and only loopback is served",
    )
    keys_file: Path | None = Field(None, description="file of API keys; `tnbc-cds keys new` writes its lines")
    oidc_issuer: str = Field("", description="the identity provider whose tokens are taken, as it stands in `iss`")
    oidc_keys: str = Field("", description="its key set: an https address or the path of a file")
    oidc_audiences: str = Field("", description="what its tokens must be made for (`aud`), with commas")
    oidc_claim: str = Field("roles", description="the claim that holds a caller's roles; dots lead into objects")
    oidc_roles: dict[str, str] = Field(
        default_factory=dict, description="JSON: value of that claim -> role; without one, the value is the role"
    )
    caller_rate: float = Field(50, gt=0, description="requests a second one caller may send to one worker")
    jwt_issuers: dict[str, str] = Field(
        default_factory=dict,
        description="JSON: issuer of tokens -> its key set, an https address or the path of a file",
    )
    jwt_audiences: str = Field("", description="further audiences of tokens, with commas, besides the address called")
    jwt_strict: bool = Field(False, description="also ask for `iat` in tokens")
    public_url: str = Field("", description="where callers reach the service, such as https://cds.hospital.example")
    hook_bytes: int = Field(5 * 1024 * 1024, ge=256, description="largest body with a record in FHIR")
    fhir_hosts: str = Field(
        "", description="FHIR servers that may be asked for missing data, with commas: host or host:port"
    )
    fhir_seconds: float = Field(4, gt=0, description="time all requests of one call to a FHIR server may take together")
    cors_origins: str = Field("", description="origins of web pages that may call the hooks, with commas")
    card_key: str = Field(
        "", description="a secret that card ids are made with; without one, they change at every start"
    )
    link_seconds: float = Field(
        900, ge=0, le=3600, description="time a card's link opens the form filled in; 0 makes no such links"
    )
    records: Literal["on", "off"] | None = Field(
        None,
        description="record every decision and feedback before its answer leaves. Not set: on where TNBC_DATABASE_URL or TNBC_RECORDS_FILE "
        "is set, off while TNBC_AUTH=off; otherwise it must be said",
    )
    records_file: Path | None = Field(None, description=f"SQLite file of the records; without one, {DEFAULT_FILE}")
    database_url: SecretStr = Field(
        SecretStr(""), description="records in PostgreSQL: postgresql://user:password@host/database"
    )
    records_days: int | None = Field(
        None, ge=1, description="erase facts and decisions older than so many days; not set: they are kept"
    )
    records_seconds: float = Field(5, gt=0, description="time a request waits for its record before it gets 503")

    @model_validator(mode="after")
    def _open_to_this_machine_only(self) -> "Settings":
        if self.auth == "off" and not loopback(self.host):
            raise ValueError(
                "with TNBC_AUTH=off the service listens on loopback only (127.0.0.1, ::1 or localhost), because anyone who can reach it "
                "may ask it. To reach it from elsewhere, set TNBC_AUTH=on with TNBC_KEYS_FILE, TNBC_OIDC_ISSUER or TNBC_JWT_ISSUERS, or put "
                "a proxy that authenticates callers on the same machine"
            )
        if self.database_url.get_secret_value() and self.records_file:
            raise ValueError("records are kept in one place: set TNBC_DATABASE_URL or TNBC_RECORDS_FILE, not both")
        if self.auth == "on" and not (self.keys_file or self.oidc_issuer or self.jwt_issuers):
            raise ValueError(
                "with TNBC_AUTH=on, set TNBC_KEYS_FILE, TNBC_OIDC_ISSUER or TNBC_JWT_ISSUERS: who may call?"
            )
        if self.oidc_issuer and not (self.oidc_keys and self.oidc_audiences):
            raise ValueError("with TNBC_OIDC_ISSUER, set TNBC_OIDC_KEYS and TNBC_OIDC_AUDIENCES too")
        if self.oidc_issuer in self.jwt_issuers:
            raise ValueError("TNBC_OIDC_ISSUER and TNBC_JWT_ISSUERS must not name the same issuer: their tokens differ")
        if unknown := sorted({*self.oidc_roles.values()} - {*ROLES}):
            raise ValueError(f"TNBC_OIDC_ROLES names no role with `{unknown[0]}`: use one of {', '.join(ROLES)}")
        for keys in (*self.jwt_issuers.values(), self.oidc_keys):
            if keys.startswith("http:"):
                raise ValueError("a key set is read over https or from a file, never over http")
        return self

    @property
    def recording(self) -> bool:
        """Is every decision recorded?"""
        if self.records is None:
            return bool(self.records_file or self.database_url.get_secret_value())
        return self.records == "on"

    @property
    def store(self) -> str:
        """The address of the store, whether decisions are recorded or not."""
        if address := self.database_url.get_secret_value():
            return address
        return f"sqlite:///{(self.records_file or DEFAULT_FILE).expanduser().absolute()}"

    @staticmethod
    def listed(text: str) -> tuple[str, ...]:
        """The parts of a setting with commas."""
        return tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip())


class SettingsError(ValueError):
    """Settings that cannot be used; `lines` names each and says what is allowed."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


def read(**given: Any) -> Settings:
    """The settings of the environment, with what is given here instead where it is not None; raises SettingsError."""
    known = {f"{PREFIX}{name}".upper(): name for name in Settings.model_fields}
    strays = [name for name in sorted(os.environ) if name.upper().startswith(PREFIX) and name.upper() not in known]
    lines = [f"{name}: not a setting: {did_you_mean(name.upper(), known)}" for name in strays]
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError(lines + [_line(detail["loc"], detail["msg"]) for detail in error.errors()]) from None
    if settings.auth != "off" and settings.records is None and not settings.recording:
        lines.append(
            "TNBC_RECORDS: must be set when callers are authenticated: `on` keeps a record of every decision (in TNBC_DATABASE_URL or "
            "TNBC_RECORDS_FILE), `off` keeps none"
        )
    if lines:
        raise SettingsError(lines)
    return settings


def _line(loc: tuple[int | str, ...], message: str) -> str:
    text = message.removeprefix("Value error, ").replace("Input should be", "should be")
    name = "TNBC_HOST" if not loc else f"{PREFIX}{loc[0]}".upper()
    return f"{name}: {text[:1].lower()}{text[1:]}"


def loopback(host: str) -> bool:
    """Does only this machine reach the address?"""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
