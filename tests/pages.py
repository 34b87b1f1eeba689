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


class _Form(HTMLParser):
    """The fields that a browser without script sends of the posted form that has a control of that name."""

    def __init__(self, html: str, holds: str):
        super().__init__()
        self.holds, self.forms, self.area, self.choice = holds, [], None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag == "form":
            self.forms.append(([], [], facts.get("method")))
        if tag == "option" and self.choice and (self.choice[1] is None or "selected" in facts):
            self.choice = (self.choice[0], facts.get("value", ""))
        if not self.forms or not facts.get("name"):
            return
        names, sent, _ = self.forms[-1]
        names.append(facts["name"])
        if tag == "input" and ("checked" in facts or facts.get("type") not in ("checkbox", "radio")):
            sent.append((facts["name"], facts.get("value", "")))
        elif tag == "textarea":
            self.area = facts["name"]
        elif tag == "select":
            self.choice = (facts["name"], None)

    def handle_endtag(self, tag):
        if tag == "select" and self.choice:
            self.forms[-1][1].append(self.choice)
            self.choice = None

    def handle_data(self, data):
        if self.area:
            self.forms[-1][1].append((self.area, data.strip()))
            self.area = None

    @property
    def sent(self) -> list[tuple[str, str]]:
        return next(sent for names, sent, method in self.forms if method == "post" and self.holds in names)


def fields_sent(html: str, holds: str, **typed: str) -> list[tuple[str, str]]:
    """What a browser without script sends of the form that has a control named ``holds``, with what was ``typed``."""
    return [(name, value) for name, value in _Form(html, holds).sent if name not in typed] + list(typed.items())


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
