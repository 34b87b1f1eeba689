"""From text to search words: cut, stem, and tell codes and acronyms from words."""

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

TOKEN = re.compile(r"\d{2}-\d{4}|\d{2}\.\d{2}(?:\d{2})?|[a-z0-9]+(?:-[a-z0-9]+)*\+*", re.IGNORECASE)
"""SOC codes, CIP codes, words with their hyphens, and names such as ``A+``."""

CODE = re.compile(r"\d{2}-\d{4}|\d{2}\.\d{2,4}")
POSSESSIVE = re.compile(r"['’]s?\b")

STOP_WORDS = frozenset("a an and as at by for from in into near of on or the to with".split())
NOISE_WORDS = frozenset("class classes course courses me my program programs school schools study training".split())
"""What people add around the thing they look for; left out of a query that says anything else."""

AMBIGUOUS_STATES = frozenset("in or me".split())
"""State codes that are also small words: a state when written in capitals or after "in"."""

STATE = "@"
"""Before a state's code, so that Oregon is not every "or"."""

MISREAD = {"programming": "programm", "programmer": "programm"}
"""Stems where the rules of English mislead: programming is more than any "program"."""

MEANS = {
    "adn": "associate nursing",
    "bsn": "bachelor nursing",
    "bsw": "bachelor social work",
    "coder": "programmer",
    "coding": "programming",
    "dnp": "doctorate nursing",
    "ecg": "electrocardiograph",
    "ekg": "electrocardiograph",
    "hvac": "heating ventilation",
    "mba": "master business administration",
    "mph": "master public health",
    "msn": "master nursing",
    "msw": "master social work",
    "phd": "doctorate research",
    # The words of Spanish speakers for what they look for most.
    "carpinteria": "carpentry",
    "computacion": "computer",
    "contabilidad": "accounting",
    "cosmetologia": "cosmetology",
    "electricista": "electrician",
    "enfermera": "nursing",
    "enfermeria": "nursing",
    "enfermero": "nursing",
    "mecanica": "mechanic",
    "mecanico": "mechanic",
    "plomeria": "plumbing",
    "plomero": "plumbing",
    "soldador": "welding",
    "soldadura": "welding",
}
"""Words that also stand for others, all of which must then be found. Written without accents."""

_local = threading.local()


def fold(text: str) -> str:
    """Without accents and possessives: ``Bachelor’s café`` becomes ``Bachelor cafe``."""
    text = POSSESSIVE.sub("", text)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The English stem of a lower-case word; codes, short words and words with digits stay as they are."""
    if len(word) < 4 or not word.isalpha():
        return word
    if word in MISREAD:
        return MISREAD[word]
    if not hasattr(_local, "stemmer"):
        _local.stemmer = snowballstemmer.stemmer("english")
    return _local.stemmer.stemWord(word)


def doing(word: str) -> tuple[str, ...]:
    """What a person named by ``word`` does, by stem: a biller bills, a coder codes, an analyst does analysis.

    English stemming leaves these apart, and people search for either. Empty for a word of another form.
    """
    if word in MISREAD:
        return ()
    if word.endswith("alyst"):
        return stem(f"{word[:-1]}is"), stem(f"{word[:-2]}tics")
    if len(word) < 5 or not word.isalpha() or not word.endswith("er") or word.endswith("eer"):
        return ()
    base = word[:-2]
    undoubled = base[:-1] if base[-1] == base[-2] and base[-1] not in "lsz" else base
    return tuple({stem(base), stem(f"{base}e"), stem(undoubled)} - {stem(word)})


def words_of(text: str) -> list[str]:
    """The words of a catalog text in order, as they are indexed: acronyms exact, all else stemmed, no small words.

    ``Network+`` is one word. See ``side_words`` for what else finds a text.
    """
    found = []
    for token in TOKEN.findall(fold(text)):
        for part in [token] if CODE.fullmatch(token) else token.split("-"):
            lower = part.lower()
            if lower not in STOP_WORDS or part.isupper():
                found.append(lower if part.isupper() else stem(lower))
    return found


def side_words(text: str) -> set[str]:
    """Other ways to write words of a text: ``x-ray`` as xray, ``Network+`` as network, a biller as what billers do."""
    found = set()
    for token in TOKEN.findall(fold(text)):
        lower = token.lower()
        if "-" in token:
            found.add(lower.replace("-", ""))
        for part in lower.split("-"):
            found.update(doing(part))
            if part.endswith("+"):
                found.add(stem(part.rstrip("+")))
    return found


def query_words(text: str) -> list[str]:
    """The words a person searches for, as typed but without the small ones, at most 10.

    Upper case is kept, for it tells an acronym or a state code from a word.
    """
    tokens = []
    previous = ""
    for token in TOKEN.findall(fold(text)):
        lower = token.lower()
        parts = [token] if CODE.fullmatch(lower) else token.split("-")
        for part in parts:
            if part.lower() in AMBIGUOUS_STATES and (part.isupper() or previous == "in"):
                if previous == "in" or not text.isupper():
                    tokens.append(STATE + part.upper())
            elif part.lower() not in STOP_WORDS:
                tokens.append(part)
        previous = lower
    said = [token for token in tokens if token.lower() not in NOISE_WORDS]
    kept = said or tokens or TOKEN.findall(fold(text))
    return list(dict.fromkeys(kept))[:10]
