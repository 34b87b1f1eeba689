"""Whatever is asked, the answer is no error of ours: mutated requests to every address and form, by fixed seed."""

import random
import traceback
from html.parser import HTMLParser
from itertools import cycle, islice
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin as django_admin
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from programs.search import ProgramFilterSet
from tests.test_structure import ARROWS
from tests.test_urls import Cast
from tests.url_roles import ROLES, ROWS

pytestmark = pytest.mark.django_db

GETS, POSTS, SEED = 500, 300, 20260301

NASTY = [
    *["", " ", "%", "[", "]", "//[", "\\", "'", '"', "`", "\0", "\r\n", "‮", "٣", "é" * 50, "\U0001f9ea", "�"],
    *["true", "null", "NaN", "-1", "0", "1e309", "Infinity", "0x10", "1_0", "9" * 19, "9" * 400, "2147483648"],
    *["9223372036854775808", "-9223372036854775809", "1.5", "2026-02-30", "0001-01-01", "9999-12-31", "2026-13-01"],
    *["24:00", "9999-12-31T23:59", "0001-01-01T00:00", "a" * 5000, "a " * 3000, "{{ 7|add:7 }}", "{% now %}"],
    *["' OR 1=1 --", "%00", "%ff", "../../etc/passwd", "javascript:alert(1)", "http://[::1", "/\\evil.example"],
    *["<script>", "*", "(", "a" * 200 + "@example.org", "x", "on", "1,2,3", ",,,,", "1," * 2000, "programs:1", ":"],
    *["program:9" + "9" * 30, "program:\0", "q=%00&page=x", "student", "id__gt", "AND NOT (", '"a', "C++", "51.07"],
]
NAMES = [
    *ProgramFilterSet.base_filters,
    *"page ids compare find next about show whose order sort unit advisor student students day week".split(),
    *"month from to note visibility alert appointment job program step state format download key token".split(),
    *"process code e o p all _to_field _popup _changelist_filters term app_label model_name field_name".split(),
    *"status__exact id__in q__icontains".split(),
]


class Forms(HTMLParser):
    """The forms of a page that are posted: (address, {name: values})."""

    def __init__(self, page: str):
        super().__init__()
        self.found, self.fields, self.select = [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            is_post = (attrs.get("method") or "").lower() == "post"
            self.fields = {} if is_post else None
            if is_post:
                self.found.append((attrs.get("action") or "", self.fields))
        elif self.fields is not None and attrs.get("name"):
            if tag in ("input", "button", "textarea"):
                self.fields.setdefault(attrs["name"], []).append(attrs.get("value") or "")
            elif tag == "select":
                self.select = self.fields.setdefault(attrs["name"], [])
        elif tag == "option" and self.select is not None and attrs.get("value"):
            self.select[:] = [attrs["value"]]

    def handle_endtag(self, tag):
        if tag == "form":
            self.fields = None
        elif tag == "select":
            self.select = None


class Fuzzer:
    """Sends requests, each in a transaction that is taken back, and keeps those that were answered with an error."""

    def __init__(self, cast):
        self.random, self.cast, self.failures = random.Random(SEED), cast, []

    def send(self, method: str, role: str, path: str, data: dict | None = None) -> None:
        cache.clear()  # limits would answer in place of the page
        client = Client(raise_request_exception=False)
        with transaction.atomic():
            if role != "visitor":
                client.force_login(getattr(self.cast, role))
            headers = self._headers(client)
            if method == "GET":
                answer = client.generic("GET", path, headers=headers)
            else:
                answer = client.post(path, data, headers=headers)
            status = answer.status_code
            transaction.set_rollback(True)
        if status >= 500:
            error = traceback.format_exception_only(*answer.exc_info[:2])[-1] if answer.exc_info else ""
            self.failures.append(f"{status} {method} {path[:300]!r} as {role}, {data!r:.600}, {headers}: {error}")

    def query(self) -> str:
        names = self.random.choices(NAMES, k=self.random.randint(1, 4))
        pairs = [(name, self.random.choice(NASTY)) for name in names for _ in range(self.random.choice([1, 1, 1, 3]))]
        text = urlencode(pairs)
        return self.random.choice([text, text, text, text[:-1] + "%", text + "&&=&%ff=%fe", text.replace("=", "[]=")])

    def path(self, path: str) -> str:
        """``path``, as a rule; sometimes with one of its parts replaced."""
        parts = path.split("/")
        if self.random.random() < 0.25 and len(parts) > 2:
            parts[self.random.randrange(1, len(parts))] = quote(self.random.choice(NASTY)[:300], safe="")
        return "/".join(parts)

    def fields(self, fields: dict) -> dict:
        """The fields of a form, with some replaced, doubled, dropped or added."""
        changed = {name: list(values) for name, values in fields.items()}
        for name in self.random.sample(sorted(changed), k=min(len(changed), self.random.randint(1, 4))):
            nasty = self.random.choice(NASTY)
            changed[name] = self.random.choice(
                [[nasty], [nasty], [nasty], [*changed[name], nasty], [], ["a", nasty] * 20]
            )
        if self.random.random() < 0.3:
            changed[self.random.choice(NAMES)] = [self.random.choice(NASTY)]
        if self.random.random() < 0.1:
            name = self.random.choice([*sorted(fields), "file", "files"])
            content = self.random.choice([b"", b"\0\xff" * 100, b'"a\n' * 50, b"%PDF-1.7"])
            changed[name] = [SimpleUploadedFile(self.random.choice(["a.csv", "\\..\\x", "é" * 300 + ".pdf"]), content)]
        return changed

    def _headers(self, client) -> dict:
        if self.random.random() < 0.1:
            name = self.random.choice(["messages", "csrftoken", "sessionid"])
            client.cookies[name] = quote(self.random.choice(NASTY)[:300])
        chosen = self.random.random()
        if chosen < 0.1:
            return {"hx-request": "true", "hx-current-url": quote(self.random.choice(NASTY)[:300])}
        if chosen < 0.2:
            return {
                "accept-language": quote(self.random.choice(NASTY)[:300]),
                "referer": "http://[",
                "range": "bytes=9-1",
            }
        return {}


@pytest.fixture
def fuzzer(request):
    return Fuzzer(Cast(request))


def addresses(fuzzer) -> dict[str, str]:
    """Every address that a row names, about records that exist; and in the admin a list and a form of each model of
    ours (those of others are theirs to mend)."""
    for role in ROLES[1:]:
        getattr(fuzzer.cast, role)
    made = {make: make(fuzzer.cast) for make in dict.fromkeys(row.args for row in ROWS.values())}
    found = {name: reverse(name, args=made[row.args]) for name, row in ROWS.items()}
    for model in django_admin.site._registry:
        for page in ("changelist", "add") if model._meta.app_label in ARROWS else ():
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
            found[name] = reverse(name)
    return found


def test_no_address_breaks(fuzzer):
    """Half of the requests are those of a visitor."""
    paths = list(addresses(fuzzer).values())
    for at in range(GETS):
        path = fuzzer.path(paths[at % len(paths)].partition("?")[0])
        role = "visitor" if at % 2 else fuzzer.random.choice(ROLES)
        fuzzer.send("GET", role, f"{path}?{fuzzer.query()}")
    assert not fuzzer.failures, "\n".join(fuzzer.failures)


def test_no_form_breaks(fuzzer):
    """Forms as up to two of those see them who may open their page; what has no page is posted to all the same."""
    forms = []
    for name, path in addresses(fuzzer).items():
        row = ROWS.get(name)
        roles = [role for role, status in zip(ROLES, row.statuses, strict=True) if status == 200] if row else ["admin"]
        if row and not row.takes_post and not roles:
            continue
        for role in roles[:1] + roles[2:3]:
            client = Client()
            if role != "visitor":
                client.force_login(getattr(fuzzer.cast, role))
            answer = client.get(path)
            page = answer.text if answer["Content-Type"].startswith("text/html") else ""
            own = Forms(page).found
            forms += [(role, target or path, fields) for target, fields in own if "logout" not in target]
        if row and row.takes_post and not roles:
            forms += [
                (role, path, {"next": ["/"], "state": ["done"], "action": [""]}) for role in ("student", "advisor")
            ]
    assert len(forms) > 100
    fuzzer.random.shuffle(forms)
    for role, path, fields in islice(cycle(forms), POSTS):
        fuzzer.send("POST", role, path, fuzzer.fields(fields))
    assert not fuzzer.failures, "\n".join(fuzzer.failures)


@pytest.mark.parametrize(
    ("path", "cookie"),
    [("/accounts/oidc/a%00b/login/", ""), ("/admin/programs/occupation/%00/change/", ""), ("/advising/", "abcdefgh")],
)
def test_a_nul_is_refused_before_the_database_is_asked(path, cookie, django_assert_num_queries):
    """A quoted cookie may hold one as an octal number."""
    headers = {"cookie": f'sessionid="{cookie}\\000"'} if cookie else {}
    with django_assert_num_queries(0):
        assert Client().generic("GET", path, headers=headers).status_code == 400
