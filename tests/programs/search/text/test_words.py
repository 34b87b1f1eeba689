import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.search.text.words import doing, query_words, side_words, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Medical Insurance Coding Specialist/Coder", ["medic", "insur", "code", "specialist", "coder"]),
        ("Certified Professional Coder (CPC)", ["certifi", "profession", "coder", "cpc"]),
        ("51.0713", ["51.0713"]),
        ("Occupation 29-2072", ["occup", "29-2072"]),
        ("CompTIA A+", ["comptia", "a+"]),
        ("X-Ray Technician", ["x", "ray", "technician"]),
        ("Bachelor’s café", ["bachelor", "cafe"]),
        ("Nursing and the Art of Care", ["nurs", "art", "care"]),
        ("R.N., Ph.D. (U.S. Law)", ["rn", "phd", "us", "law"]),
        ("T.H.Pickens Center", ["th", "picken", "center"]),
        ("St. Paul, Fort Dodge, Mt Hood", ["saint", "paul", "fort", "dodg", "mount", "hood"]),
        ("SOC 29-1141.00 and CIP code 51.3801", ["29-1141", "51.3801"]),
        ("C# and ASP.NET", ["c#", "asp", ".net"]),
        ("", []),
    ],
)
def test_words_of(text, words):
    assert words_of(text) == words


def test_other_ways_to_write_a_word():
    assert side_words("X-Ray") == {"xray"}
    assert side_words("Network+") == {"network"}
    assert side_words("C++ and .NET") == {"net"}
    assert side_words("A T Still") == {"at"}
    assert side_words("ST PAUL") == {"saint"}
    assert "bill" in side_words("Medical Biller")


@pytest.mark.parametrize(
    ("person", "action"),
    [("biller", "bill"), ("coder", "code"), ("planner", "plan"), ("analyst", "analysi"), ("analyst", "analyt")],
)
def test_a_person_is_found_by_what_they_do(person, action):
    assert action in doing(person)


def test_programming_is_not_any_program():
    assert words_of("Programming, Programmer") == ["programm", "programm"]
    assert words_of("Programs") == ["program"]


@pytest.mark.parametrize("word", ["engineer", "career", "nurse", "er", "51.0713", "programmer"])
def test_other_words_name_no_person(word):
    assert doing(word) == ()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("welding in OH", ["welding", "OH"]),
        ("nursing in or", ["nursing", "@OR"]),
        ("nursing OR", ["nursing", "@OR"]),
        ("nursing or welding", ["nursing", "welding"]),
        ("welding programs near me", ["welding"]),
        ("programs", ["programs"]),
        ("the", ["the"]),
        ("cpc-a", ["cpc"]),
        ("nursing M.S.", ["nursing", "=MS"]),
        ("MS nursing", ["=MS", "nursing"]),
        ("nursing MS", ["nursing", "MS"]),
        ("MS", ["MS"]),
        ("MT HOOD", ["mt", "HOOD"]),
        ("nursing mt", ["nursing", "MT"]),
        ("nursing Mt Hood", ["nursing", "Mt", "Hood"]),
        ("\x00'\"<", []),
    ],
)
def test_query_words(typed, words):
    assert query_words(typed) == words


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    assert len(query_words(text)) <= 10
    words_of(text), side_words(text)
