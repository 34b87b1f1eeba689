"""From text to search words: fold, cut, stem, and tell codes and acronyms from words."""

import re
import threading
import unicodedata
from functools import lru_cache
from itertools import groupby

import snowballstemmer

from programs.choices import US_STATES, LevelGroup

TOKEN = re.compile(r"\d{2}-\d{4}|\d{2}\.\d{2}(?:\d{2})?|[a-z0-9]+(?:-[a-z0-9]+)*[+#]*|\.net\b", re.IGNORECASE)
"""SOC codes, CIP codes, words with their hyphens, and names with a sign: ``A+``, ``C#``, ``.NET``."""

CODE = re.compile(r"\d{2}-\d{4}|\d{2}\.\d{2,4}")
BARE_CODE = re.compile(r"(\d{2})(\d{4})")
"""A code without its sign, of either kind."""

CODE_LABEL = re.compile(r"\b(?:cip|soc|o\*?net)(?:-soc)?(?:\s+codes?)?[\s:#]*(?=\d{2})", re.IGNORECASE)
DIGIT = re.compile(r"\d")
ONET_DETAIL = re.compile(r"\b(\d{2}-\d{4})\.\d{2}\b")
POSSESSIVE = re.compile(r"['’]s?\b")
DOTTED = re.compile(r"\b(?:[a-z]\.(?:[a-z]{1,2}\.)*(?:[a-z]{1,2}\b)?|[a-z]{2,5}\.[a-z]\b\.?)", re.IGNORECASE)
"""Letters with a dot after each: ``R.N.``, ``M.Ed.``, ``Ph.D.``."""

STOP_WORDS = frozenset("a an and as at by for from in into near of on or the to with".split())
NOISE_WORDS = frozenset("class classes course courses me my program programs school schools study training".split())
"""What people add around the thing they look for; left out of a query that says anything else."""

AMBIGUOUS_STATES = frozenset("in or me".split())
"""State codes that are also small words: a state when written in capitals or after "in"."""

STATE = "@"
"""Before a state's code, so that Oregon is not every "or"."""

AWARD = "="
"""Before a group of awards (``LevelGroup``), so that an associate degree is not every "associate"."""

AWARDS = {
    **dict.fromkeys("aa aas aos as".split(), LevelGroup.ASSOCIATE),
    **dict.fromkeys("ba bas bba bfa bs bsc".split(), LevelGroup.BACHELOR),
    **dict.fromkeys("ma med mfa ms msc".split(), LevelGroup.MASTER),
    "edd": LevelGroup.DOCTORATE,
}
"""What is written for an award; the rest of the text is what it is in."""

AMBIGUOUS_AWARDS = frozenset("as ma med ms".split())
"""Awards that are also other words or states: an award when written with dots, or in capitals before other words."""

ONE_WORD = {"ft": "fort", "mt": "mount", "st": "saint", "ste": "saint"}
"""The short form that names are as often written with."""

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
    "belleza": "cosmetology",
    "carpinteria": "carpentry",
    "cocina": "culinary",
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
    """One way to write a text: ``Bachelor’s café`` is ``Bachelor cafe``, ``R.N.`` RN, ``SOC 29-1141.00`` 29-1141."""
    text = POSSESSIVE.sub("", text)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    if DIGIT.search(text):
        text = ONET_DETAIL.sub(r"\1", CODE_LABEL.sub("", text))
    return DOTTED.sub(lambda found: found[0].replace(".", "") + " ", text) if "." in text else text


@lru_cache(maxsize=1_000)
def tokens_of(text: str) -> tuple[str, ...]:
    """The words and codes of a text as they are written, folded."""
    return tuple(TOKEN.findall(fold(text)))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The English stem of a lower-case word; codes, short words and words with digits stay as they are."""
    word = ONE_WORD.get(word, word)
    if len(word) < 4 or not word.isalpha():
        return word
    if word in MISREAD:
        return MISREAD[word]
    if not hasattr(_local, "stemmer"):
        _local.stemmer = snowballstemmer.stemmer("english")
    found: str = _local.stemmer.stemWord(word)
    return found


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
    for token in tokens_of(text):
        for part in [token] if CODE.fullmatch(token) else token.split("-"):
            lower = part.lower()
            if lower not in STOP_WORDS or part.isupper():
                found.append(lower if part.isupper() else stem(lower))
    return found


def side_words(text: str) -> set[str]:
    """Other ways to write words of a text.

    ``x-ray`` as xray, ``Network+`` as network, ``ST PAUL`` as saint, ``A T Still`` as at, a biller as what billers do.
    """
    found = set()
    tokens = tokens_of(text)
    for token in tokens:
        lower = token.lower()
        if "-" in token:
            found.add(lower.replace("-", ""))
        for part in lower.split("-"):
            found.update(doing(part))
            if part in ONE_WORD or (not part.isalnum() and len(part.strip(".+#")) > 1):
                found.add(stem(part.strip(".+#")))
    for is_letter, run in groupby(tokens, key=lambda token: len(token) == 1):
        if is_letter and len(letters := list(run)) > 1:
            found.add("".join(letters).lower())
    return found


def query_words(text: str) -> list[str]:
    """The words a person searches for, as typed but without the small ones, at most 10.

    Upper case is kept, for it tells an acronym or a state code from a word. What can only be meant as a state or an
    award has ``STATE`` or ``AWARD`` before it.
    """
    tokens = tokens_of(text)
    dotted = {found.replace(".", "") for found in DOTTED.findall(text)}
    words = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1].lower() if at else ""
        for part in [token] if CODE.fullmatch(token) else token.split("-"):
            lower = part.lower()
            if lower in AMBIGUOUS_AWARDS and (part in dotted or (part.isupper() and at == 0 and len(tokens) > 1)):
                words.append(AWARD + part)
            elif lower in AMBIGUOUS_STATES and (part.isupper() or before == "in"):
                if before == "in" or not text.isupper():
                    words.append(STATE + part.upper())
            elif lower not in STOP_WORDS:
                words.append(part)
    if len(words) > 1 and (text.isupper() or text.islower()):
        # Then case says nothing: the last "mt" is Montana, any other the Mount of a name.
        words = [word.lower() if word.lower() in ONE_WORD else word for word in words]
        words[-1] = words[-1].upper() if words[-1] in ONE_WORD else words[-1]
    said = [word for word in words if word.lower() not in NOISE_WORDS]
    return list(dict.fromkeys(said or words or tokens))[:10]


def has_words(text: str) -> bool:
    """Whether ``text`` says what to look for; "programs" alone does not."""
    return any(word.lower() not in NOISE_WORDS for word in query_words(text))


def keys_of(word: str) -> tuple[str, ...]:
    """How a query word is looked up: by its stem first, as it is written, as a state's code, as an award, as a code
    without its sign, by what a person does.
    """
    lower = word.lower().removeprefix(AWARD)
    is_state = lower.upper() in US_STATES
    keys = [lower if is_state and word.isupper() else stem(lower), lower]
    if is_state:
        keys.append(STATE + lower)
    if lower in AWARDS and (lower not in AMBIGUOUS_AWARDS or word.startswith(AWARD)):
        keys.append(AWARD + AWARDS[lower])
    if bare := BARE_CODE.fullmatch(lower):
        keys += [f"{bare[1]}.{bare[2]}", f"{bare[1]}-{bare[2]}"]
    return tuple(dict.fromkeys([*keys, *doing(lower)]))
