"""Which words are corrected to which: a table of errors that people make, and of right words that stay."""

import pytest

from programs.search.text.spelling import Spelling

COMMON = """
    accounting architecture attorney automotive baking barber beautician biology business career carpentry
    chemistry construction cosmetology criminal dental design diesel education electrician engineering
    environmental finance firefighter graphic heating history hygienist justice management massage mathematics
    mechanic medical nursing paralegal pharmacy phlebotomy photography physical plant plumbing programming
    psychology radiology refrigeration respiratory sociology software statistics technician technology therapy
    veterinary welding pressed closet coiner escorts salad soda user cold lens monty moth pool sigma mitten
    vega census vocational
""".split()
NAMES = """
    akron albuquerque beller boston broome cincinnati cleveland covina derech dimas harvard houston lady
    michigan minneapolis oregon philadelphia phoenix princeton stanford tifton triton
""".split()
PROSE = frozenset("become easy there because planet softwear".split())


@pytest.fixture(scope="module")
def spelling():
    return Spelling.of([*COMMON, "Pre-Medicine/Pre-Medical"], names=NAMES, prose=PROSE)


def nearest(spelling, typed):
    return min(((near.rank, near.word) for near in spelling.near(typed)), default=(None, None))[1]


ERRORS = """weldng welding|welidng welding|wellding welding|nursng nursing|nersing nursing|nrusing nursing
    acounting accounting|accouting accounting|acconting accounting|managemnt management|enginering engineering
    bussiness business|busness business|psycology psychology|pyschology psychology|psichology psychology
    chemestry chemistry|chemisty chemistry|biolgy biology|electritian electrician|elecrtician electrician
    eletrician electrician|carpintry carpentry|carpenrty carpentry|carpentery carpentry|cosmatology cosmetology
    cosmetolgy cosmetology|hygenist hygienist|hygeinist hygienist|dentel dental|dentil dental|phlebotamy phlebotomy
    phlebotmy phlebotomy|flebotomy phlebotomy|phelbotomy phlebotomy|pharmasy pharmacy|farmacy pharmacy
    vetrinary veterinary|veterinery veterinary|radialogy radiology|radiolgy radiology|masage massage|massge massage
    theripy therapy|therepy therapy|phisical physical|physcal physical|respitory respiratory|resperatory respiratory
    medcial medical|medicl medical|techncian technician|tecnician technician|technicion technician|technolgy technology
    programing programming|programmng programming|automtive automotive|machanic mechanic|mechanik mechanic
    deisel diesel|heatng heating|refridgeration refrigeration|refrigiration refrigeration|educaton education
    crimnal criminal|criminl criminal|paralagal paralegal|paralegel paralegal|attorny attorney|firefigter firefighter
    bakng baking|photograpy photography|fotography photography|grafic graphic|desgin design|finace finance
    statisics statistics|mathmatics mathematics|histry history|socialogy sociology|enviromental environmental
    enviornmental environmental|archtecture architecture|architechture architecture|construcion construction
    sofware software|barbar barber|beutician beautician|clevland cleveland|cincinatti cincinnati|pheonix phoenix
    huston houston|philidelphia philadelphia|minneapolus minneapolis|albuqerque albuquerque|bostin boston
    michgan michigan|akrn akron|oragon oregon|harvrd harvard|stanferd stanford|princton princeton|plubming plumbing
    plumbinng plumbing|weldding welding|nurssing nursing|desigm design|vocationnal vocational|dentl dental"""
RIGHT = """
    become becoming easy there because when would could less longest closest worst easier myself prevet
    predental premeds felon cocina cocinero negocios peluqueria derecho salud enfermera trabajo carrera
    belleza medico musica ingles maestra contador abogado camionero hogar cuidado moda idiomas pintura
    farmacia diseno secretaria uber esports golang figma tiktok crypto python kubernetes blockchain youtuber
    influencer bitcoin metaverse doula michelle brenda jessica kevin wendy brows lashes botox cupcake vegan
    kitten puppy poor famous lucky hungry lazy genius stupid crazy awesome planet volcano fossil tuition
    months monthly parttime fulltime nearby cheap cheapest fastest quickest affordable scholarship without
    someone anyone anywhere everywhere between during their about where which should after before night
    morning evening weekend bored lonely dolphin whale shark dinosaur tornado pizza sushi coffee barista yoga
    zumba karate soccer hockey tennis golf surfing fishing hunting
""".split()


@pytest.mark.parametrize("pair", [pair.strip() for line in ERRORS.splitlines() for pair in line.split("|")])
def test_an_error_that_people_make_is_corrected(spelling, pair):
    typed, meant = pair.split()
    assert nearest(spelling, typed) == meant


def test_a_right_word_is_left_alone(spelling):
    sure = {typed: [near.word for near in spelling.near(typed) if near.is_sure] for typed in RIGHT}
    assert {typed: words for typed, words in sure.items() if words} == {}


@pytest.mark.parametrize(
    ("typed", "known"), [("closest", "closet"), ("esports", "escorts"), ("plamt", "plant"), ("nursink", "nursing")]
)
def test_a_short_word_with_a_wrong_letter_needs_a_word_that_many_texts_hold(spelling, typed, known):
    expected = [] if len(typed) < 6 else [(known, False)]
    assert [(near.word, near.is_sure) for near in spelling.near(typed)] == expected


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("premed", ["premedical", "premedicine"]),
        ("psych", ["psychology"]),
        ("cincin", []),  # a name is not begun, it is mistyped
        ("xyz", []),
    ],
)
def test_the_beginning_of_a_word_stands_for_it(spelling, start, words):
    assert spelling.words_from(start) == words


def test_more_texts_bring_more_words(spelling):
    more = spelling.plus(["Brewing"], names=["Covington"])
    assert (nearest(more, "brewng"), nearest(more, "covingtn")) == ("brewing", "covington")
    assert (nearest(spelling, "brewng"), nearest(spelling, "covingtn")) == (None, None)
