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


_INLINE = frozenset("a abbr b bdi cite code em i kbd label mark q s small span strong sub sup time tspan u".split())
"""Elements within a line of text: white space beside their tags is part of the line."""

_BOXES = frozenset("button img input meter progress select svg".split())
"""Boxes that stand in a line: white space beside them shows, white space inside, beside their tags, does not."""

_PIECES = re.compile(
    r"(?P<comment><!--.*?-->)"
    r"|(?P<kept><(?P<name>pre|textarea|script)\b.*?</(?P=name)>)"
    r"|(?P<tag></?(?P<element>[a-zA-Z][\w-]*)(?:\"[^\"]*\"|[^\">])*>)"
    r"|(?P<text>[^<]+|<)",
    re.DOTALL,
)


def one_line(html: str) -> str:
    """The markup of a page on one line, with the white space that a browser shows and no other.

    Between blocks there is none, within a line of text one space, and texts of ``<pre>`` and ``<textarea>`` stay as
    they are. Tags have one space between their attributes.
    """
    shown: list[str] = []
    last_space = None  # the index in shown of a text that ends with a space, while nothing visible came after it
    line_is_empty = True
    for piece in _PIECES.finditer(html):
        if piece["comment"]:
            continue
        if piece["text"]:
            text = re.sub(r"[ \t\r\n\f]+", " ", piece["text"])
            if line_is_empty or last_space is not None:
                text = text.removeprefix(" ")
            if text:
                shown.append(text)
                line_is_empty = False
                last_space = len(shown) - 1 if text.endswith(" ") else None
            continue
        if piece["kept"]:
            opening, rest = re.fullmatch(r"(<(?:\"[^\"]*\"|[^\">])*>)(.*)", piece["kept"], re.DOTALL).groups()
            shown.append(_tidy_tag(opening) + rest)
            line_is_empty, last_space = False, None
            continue
        name = piece["element"].lower()
        is_opened_box = name in _BOXES and not piece["tag"].startswith("</")
        if name not in _INLINE and not is_opened_box:
            if last_space is not None:
                shown[last_space] = shown[last_space].removesuffix(" ")
            line_is_empty, last_space = True, None
        shown.append(_tidy_tag(piece["tag"]))
        if name in _BOXES:
            is_inside = is_opened_box and name in ("button", "select", "svg")
            line_is_empty, last_space = is_inside, None
    return "".join(shown)


def _tidy_tag(tag: str) -> str:
    """A tag with one space between its attributes and between the words of a class."""
    parts = re.split(r'("[^"]*")', tag)
    parts[::2] = (re.sub(r"\s+", " ", part) for part in parts[::2])
    tidy = re.sub(r" ?(/?>)$", r"\1", "".join(parts))
    return re.sub(r'(?<= class=")[^"]*', lambda words: " ".join(words[0].split()), tidy)


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
