"""What every page of the site has in common."""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser


class Tags(HTMLParser):
    """The start tags of a page in order: (name, attributes)."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def page_faults(html: str) -> list[str]:
    """What is wrong with a page that any page must get right; an empty list when nothing is.

    One ``h1``, one ``main``, a title, the language; ids that are unique, and there when a link on the page points
    at them; nothing inline that the Content-Security-Policy would refuse.
    """
    tags = Tags(html).found
    count = Counter(tag for tag, _ in tags)
    ids = Counter(attributes["id"] for _, attributes in tags if attributes.get("id"))
    targets = {attributes.get("href") or "" for tag, attributes in tags if tag == "a"}
    faults = [f"{count[tag]} <{tag}>" for tag in ("h1", "main") if count[tag] != 1]
    if not count["title"]:
        faults.append("no <title>")
    faults += [f"<html lang={a.get('lang')}>" for tag, a in tags if tag == "html" and a.get("lang") != "en"]
    faults += [f"id {name} {number} times" for name, number in ids.items() if number > 1]
    faults += [f"link to {href}, which is not there" for href in sorted(targets) if _is_dangling(href, ids)]
    faults += [f"style attribute on <{tag}>" for tag, attributes in tags if "style" in attributes]
    faults += [f"{name} on <{tag}>" for tag, attributes in tags for name in attributes if name.startswith("on")]
    faults += [
        "inline script or style"
        for tag, attributes in tags
        if tag == "style" or (tag == "script" and "src" not in attributes and "json" not in attributes.get("type", ""))
    ]
    return faults


def _is_dangling(href: str, ids: Counter) -> bool:
    return href.startswith("#") and len(href) > 1 and href[1:] not in ids


def page_words(html: str) -> str:
    """What a person reads on a page, in one line."""
    visible = re.sub(r"<(head|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", visible)).split())
    return re.sub(r" ([.,:;])", r"\1", words)


def page_links(html: str) -> set[str]:
    """The addresses on this site that the main part of a page links to."""
    main = html[html.index("<main") : html.index("</main>")]
    return {unescape(link) for link in re.findall(r'href="(/[^"]*)"', main)}
