"""Tells systemd how the service is (Type=notify); without systemd, tells nobody."""

import contextlib
import os
import socket


def notify(state: str) -> None:
    """`READY=1`, `RELOADING=1` or `STOPPING=1`."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.connect(f"\0{address[1:]}" if address.startswith("@") else address)
            told.send(state.encode())
