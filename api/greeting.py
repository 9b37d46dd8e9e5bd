"""What the service prints when it begins to answer: what it is, what to open, what to try."""

import socket

from api.pages import curl
from api.service import Service


def greeting(service: Service, listener: socket.socket) -> str:
    """The lines for the one who started it."""
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    guideline, example = service.live.guideline, service.live.examples[0]
    lines = [
        f"{guideline.about.title}",
        f"guideline {guideline.id} {guideline.version}, sha256 {guideline.sha256[:12]}, {len(guideline.rules)} rules",
        "",
        f"Open  {address}/        the form; {address}/api  for programs",
        f"Try   {example.title}",
        f"      {curl(address, example)}",
        f"Every decision is recorded in {service.recorder.store.database.place}"
        if service.recorder
        else "Decisions are not recorded (TNBC_RECORDS=on records them)",
        "",
        "Only this machine can reach the service: it checks no tokens (TNBC_AUTH=off). Stop it with Ctrl-C."
        if service.settings.auth == "off"
        else "Every request needs a key or a token (TNBC_AUTH=on). Stop it with Ctrl-C.",
    ]
    return "\n".join(lines)
