"""Which certificates are trusted when this service asks others: public authorities, those of the machine, and those in SSL_CERT_FILE."""

import functools
import ssl

import httpx


@functools.cache
def certificates() -> ssl.SSLContext:
    """Made once, since reading the authorities takes longer than a request."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context
