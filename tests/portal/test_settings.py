"""Settings are safe by default: what weakens the site has to be asked for, and half-set ones do not start it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PRODUCTION = {
    "SECRET_KEY": "b7Qm2xV9sKf4Lz8TnR1wYc6Hd3Gp5JuEa0oiXqWvBtMlNkZrPs7Dy",
    "ALLOWED_HOSTS": "waypoint.example.edu",
    "CSRF_TRUSTED_ORIGINS": "",
    "BEHIND_PROXY": "",
    "DEBUG": "",
    "DEMO": "",
}

CONTENT_SECURITY_POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def manage(*arguments, **variables):
    """Run the command line as a deployment would. An empty variable also hides what a local .env says."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", **PRODUCTION, **variables},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set. See .env.example for what it holds."),
        ({"SECRET_KEY": "", "DEMO": "1"}, "SECRET_KEY is not set. See .env.example for what it holds."),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set. Name the host names this site answers to."),
        ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS is not set. Name the host names this site answers to."),
        ({"DEBUG": "maybe"}, "DEBUG='maybe' is not a yes or a no; use 1 or 0."),
        ({"DEMO": "2"}, "DEMO='2' is not a yes or a no; use 1 or 0."),
        ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT='smtp' is not a whole number."),
    ],
)
def test_refuses_to_start(variables, message):
    done = manage("check", **variables)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {message}"


def test_deployment_check_is_silent():
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize(
    ("variables", "secure"), [({}, True), ({"DEMO": "1"}, False), ({"DEBUG": "1", "SECRET_KEY": ""}, False)]
)
def test_https_is_demanded_except_on_ones_own_machine(variables, secure):
    names = "SECURE_SSL_REDIRECT SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE".split()
    code = f"from django.conf import settings; print([getattr(settings, name) for name in {names}])"
    done = manage("shell", "--verbosity", "0", "-c", code, **variables)
    assert done.stdout == f"{[secure] * 3}\n", done.stderr


def test_forwarded_protocol_is_believed_only_behind_a_proxy():
    code = "from django.conf import settings; print(settings.SECURE_PROXY_SSL_HEADER)"
    answers = [manage("shell", "--verbosity", "0", "-c", code, BEHIND_PROXY=value).stdout for value in ("", "1")]
    assert answers == ["None\n", "('HTTP_X_FORWARDED_PROTO', 'https')\n"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/programs/", 200),
        ("/no/such/page/", 404),
        ("/accounts/login/", 200),
        ("/accounts/email/", 302),
        ("/admin/", 302),
        ("/healthz", 200),
        ("/static/no-such-file.css", 404),
    ],
)
def test_every_kind_of_answer_carries_the_policy(visitor, path, status):
    answer = visitor.get(path)
    assert answer.status_code == status
    assert set(answer["Content-Security-Policy"].split("; ")) == CONTENT_SECURITY_POLICY
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_postgresql_does_not_compile_the_statements_of_a_page():
    address = {"DATABASE_URL": "postgresql://waypoint@db.example/waypoint"}
    said = manage(
        "shell",
        "--verbosity",
        "0",
        "-c",
        "from django.conf import settings\nprint(settings.DATABASES['default']['OPTIONS']['options'])",
        **address,
    )
    assert said.stdout == "-c jit=off\n"
