"""Key sets over https: read from the address of the issuer only, and only from a server whose certificate is trusted."""

import datetime
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.cds_hooks.trust import certificates
from engine import Guideline
from tests.cds_hooks.conftest import app_with
from tests.cds_hooks.test_tokens import BASE, ISSUER, ask, key_set, token

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(name: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.BasicConstraints(ca=name == issuer, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    )
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@dataclass
class Issuer:
    """A server of a key set with a certificate of its own authority."""

    address: str
    authority: Path
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    folder = tmp_path_factory.mktemp("tls")
    signer, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority, chain = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(certificate("authority", signer, "authority", signer))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(private + certificate("server", key, "authority", signer))
    keys = key_set(folder / "jwks.json").read_bytes()
    found = Issuer("", authority)

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("location", "/jwks.json")
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(keys if self.path == "/jwks.json" else b"{" * 10)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.address = f"https://127.0.0.1:{server.server_address[1]}"
    yield found
    server.shutdown()


@pytest.fixture
def trusted(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.authority))
    certificates.cache_clear()
    issuer.asked.clear()
    yield issuer
    certificates.cache_clear()


def app_of(guideline: Guideline, place: str):  # type: ignore[no-untyped-def]
    return app_with(guideline, auth="on", public_url=BASE, jwt_issuers={ISSUER: place}, records="off")


def test_a_key_set_is_read_over_https_and_remembered(guideline: Guideline, trusted: Issuer) -> None:
    place = f"{trusted.address}/jwks.json"
    app = app_of(guideline, place)

    assert [ask(app, f"Bearer {token(header={'jku': place})}").status for _ in range(3)] == [200] * 3
    assert ask(app, f"Bearer {token()}").status == 200  # a token need not name it
    assert trusted.asked == ["/jwks.json"]


def test_a_token_cannot_name_a_key_set_of_its_own(guideline: Guideline, trusted: Issuer) -> None:
    app = app_of(guideline, f"{trusted.address}/jwks.json")

    assert ask(app, f"Bearer {token(header={'jku': f'{trusted.address}/other.json'})}").status == 401
    assert trusted.asked == []


@pytest.mark.parametrize("path", ["/moved", "/broken"])
def test_a_key_set_that_has_moved_or_is_broken_lets_nobody_in(guideline: Guideline, trusted: Issuer, path: str) -> None:
    assert ask(app_of(guideline, f"{trusted.address}{path}"), f"Bearer {token()}").status == 401


def test_a_server_whose_certificate_is_not_trusted_lets_nobody_in(guideline: Guideline, issuer: Issuer) -> None:
    certificates.cache_clear()
    issuer.asked.clear()

    assert ask(app_of(guideline, f"{issuer.address}/jwks.json"), f"Bearer {token()}").status == 401
    assert issuer.asked == []
