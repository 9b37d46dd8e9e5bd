"""`make pictures`: the pictures of the page in docs/images, taken anew from a service of this folder."""

import datetime
import socket
import threading
import time
from typing import Any

import uvicorn
from playwright.sync_api import Page, sync_playwright

from api.app import create_app
from api.settings import Settings
from tests.browser.conftest import ARGUMENTS, CHROMIUM, ROOT, settled
from tests.browser.test_patients import SURGERY_FIRST, enter

IMAGES = ROOT / "docs" / "images"
WIDE, PHONE = {"width": 1120, "height": 760}, {"width": 360, "height": 640}
TALL = {"width": 1120, "height": 4000}
PAPER = {"width": 794, "height": 1123}  # A4 at 96 dots an inch
ASKED_ONLY_IN_PART = {
    "treatment_phase": "work_up",
    "er_percent": "<1",
    "pr_percent": "0",
    "her2_ihc": "2+",
    "ct": "T2",
    "cn": "N1",
}


def served() -> str:
    """The address of a service that lives as long as this process."""
    app = create_app(Settings())
    app.state.service.today = lambda: datetime.date(2026, 11, 22)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    while not server.started:
        time.sleep(0.02)
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def filled(page: Page, address: str, entries: dict[str, str]) -> None:
    """The form with these entries, and its answer."""
    page.goto(address)
    for name, text in entries.items():
        enter(page, name, text)
    settled(page)
    page.wait_for_timeout(300)


def opened(page: Page, address: str) -> Any:
    """The answer for surgery first, stage II, and its first recommendation with everything unfolded."""
    filled(page, address, SURGERY_FIRST)
    page.evaluate("document.querySelectorAll('#r-ADJ-01 details').forEach(one => { one.open = true })")
    return page.locator("#r-ADJ-01")


def top(page: Page, selector: str) -> None:
    """Scroll so that this stands at the top."""
    page.evaluate("one => document.querySelector(one).scrollIntoView()", selector)
    page.wait_for_timeout(500)


def main() -> None:
    """Take them all."""
    address = served()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)

        def page(**context: Any) -> Page:
            return browser.new_context(**{"viewport": WIDE, **context}).new_page()

        def take(one: Any, name: str, **how: Any) -> None:
            one.screenshot(path=str(IMAGES / f"{name}.png"), **how)
            print(f"docs/images/{name}.png")

        form = page()
        filled(form, address, ASKED_ONLY_IN_PART)
        top(form, "form")
        take(form, "form")
        tall = page(viewport=TALL)
        advice = opened(tall, address)
        take(advice.locator("figure").first, "forest")
        tall.evaluate("document.querySelector('#timing').open = true")
        take(tall.locator("#timing figure"), "timeline")
        tall.evaluate("document.querySelectorAll('#answer details').forEach(one => { one.open = false })")
        take(advice, "advice")
        result = page()
        filled(result, address, SURGERY_FIRST)
        top(result, "#answer")
        take(result, "result")
        dark = page(color_scheme="dark")
        opened(dark, address)
        top(dark, "#r-ADJ-01")
        take(dark, "dark")
        phone = page(viewport=PHONE)
        filled(phone, address, SURGERY_FIRST)
        top(phone, "#answer")
        take(phone, "mobile")
        paper = page(viewport=PAPER)
        filled(paper, address, SURGERY_FIRST)
        paper.emulate_media(media="print")
        take(paper, "print")
        browser.close()


if __name__ == "__main__":
    main()
