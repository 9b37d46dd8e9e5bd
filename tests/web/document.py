"""A page as a tree to ask, and the rules every page keeps."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "link", "br", "input", "line", "path", "rect", "circle", "use"}
CONTROLS = {"input", "select", "textarea"}


@dataclass
class Element:
    """One element with what is inside."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list["Element | str"] = field(default_factory=list)
    parent: "Element | None" = None

    def __iter__(self) -> Iterator["Element"]:
        for part in self.parts:
            if isinstance(part, Element):
                yield part
                yield from part

    @property
    def text(self) -> str:
        return " ".join("".join(one if isinstance(one, str) else f" {one.text} " for one in self.parts).split())

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            one for one in self
            if (not tag or one.tag == tag) and all(one.attributes.get(name) == value for name, value in wanted.items())
        ]  # fmt: skip

    def one(self, tag: str = "", **attributes: str) -> "Element":
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes}"
        return found[0]

    def with_class(self, name: str) -> list["Element"]:
        return [one for one in self if name in one.attributes.get("class", "").split()]

    def above(self, tag: str) -> "Element | None":
        one = self.parent
        while one is not None and one.tag != tag:
            one = one.parent
        return one


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Element("document")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs}, parent=self.here)
        self.here.parts.append(one)
        if tag not in VOID:
            self.here = one

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.parts.append(Element(tag, {name: value or "" for name, value in attrs}, parent=self.here))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.parts.append(data)


def read(body: bytes) -> Element:
    """The page; fails where an element is not closed as it was opened."""
    reader = _Reader()
    reader.feed(body.decode())
    assert reader.here is reader.root
    return reader.root


def faults(page: Element) -> list[str]:
    """What makes a page hard to use or breaks the policy: nothing, in a good one."""
    ids = [one.attributes["id"] for one in page if "id" in one.attributes]
    found = [f"id {name} stands {count} times" for name, count in Counter(ids).items() if count > 1]
    labels = {one.attributes["for"] for one in page.all("label") if "for" in one.attributes}
    for one in page:
        attributes = one.attributes
        for name in ("aria-labelledby", "aria-describedby", "for", "form"):
            found += [
                f"{name} names no element: {each}" for each in attributes.get(name, "").split() if each not in ids
            ]
        if one.tag in CONTROLS and attributes.get("type") not in ("hidden",):
            named = attributes.get("id") in labels or one.above("label") is not None
            if not named:
                found.append(f"no label: {one.tag} {attributes.get('name')}")
        if one.tag == "fieldset" and not one.all("legend"):
            found.append("a group without legend")
        if one.tag == "a" and attributes.get("href", "").startswith("#") and attributes["href"][1:] not in ids:
            found.append(f"leads nowhere: {attributes['href']}")
        if "style" in attributes or any(name.startswith("on") for name in attributes):
            found.append(f"blocked by the policy: {one.tag} {attributes}")
        if one.tag == "style" or (one.tag == "script" and not attributes.get("src", "").startswith("/static/")):
            found.append(f"blocked by the policy: {one.tag}")
        for name in ("src", "href", "action", "formaction"):
            address = attributes.get(name, "")
            loads = one.tag != "a" and address and not address.startswith(("/", "#"))
            if loads or address.startswith("//"):
                found.append(f"loads from elsewhere: {address}")
    if len(page.all("h1")) != 1:
        found.append(f"{len(page.all('h1'))} main headings")
    if page.one("html").attributes.get("lang") != "en":
        found.append("no language")
    levels = [int(one.tag[1]) for one in page if one.tag in ("h1", "h2", "h3", "h4", "h5")]
    found += [
        f"a heading of level {after} below one of {before}" for before, after in pairwise(levels) if after > before + 1
    ]
    return found
