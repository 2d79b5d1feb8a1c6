"""Invented people: names from short lists, kinds of neck pain with the plan that each gets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from filiform.care.prescription import propose
from filiform.guidance.person import Person as Answers
from filiform.guidance.screening import Screening, screen
from filiform.knowledge import library
from filiform.review import published

if TYPE_CHECKING:
    from random import Random

    from filiform.care.prescription import Prescription

GIVEN = """
Ada Amir Anh Bea Carlos Chidi Dana Elif Emil Fatima Finn Grace Hana Hugo Ines Ivan Jada
Jun Kofi Lena Leo Lucia Mai Malik Mara Nadia Noah Olga Omar Petra Quinn Ravi Rosa Sami
Selma Tariq Uma Victor Wanda Xavier Yara Zoltan
""".split()  # noqa: SIM905  (a quoted line for each name would be longer than the file)
FAMILY = """
Abara Adler Baptiste Castillo Chen Dubois Eriksen Farouk Fischer Garcia Haddad Ibrahim
Ivanov Jensen Kapoor Kim Kowalski Larsen Lopez Mbeki Moreau Nakamura Novak Okafor Osei
Patel Quispe Rossi Santos Silva Sorensen Tanaka Tran Ueda Vargas Weber Wong Yilmaz Zhou
""".split()  # noqa: SIM905  (a quoted line for each name would be longer than the file)
INSURERS = ("", "", "Cigna", "Aetna", "Medicare", "United Health", "VA")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of neck pain as it comes to a practice.

    Attributes:
        weight: how often, of all.
        findings: what these people answer yes to.
        drawing: areas and the pain there, 0 to 10.
        mean_fall: how many points of 10 the pain falls by the end, in the middle.
    """

    name: str
    weight: int
    therapy: str
    condition: str
    findings: tuple[str, ...]
    drawing: dict[str, int]
    diagnoses: tuple[str, ...]
    sessions: int
    weeks: int
    mean_fall: float


KINDS = (
    Kind(
        "desk",
        5,
        "acupuncture",
        "nonspecific",
        ("stress_or_desk_work",),
        {"posterior_neck": 6, "upper_shoulder": 5},
        ("M54.2",),
        8,
        6,
        2.4,
    ),
    Kind(
        "knots",
        4,
        "dry_needling",
        "myofascial",
        ("tender_knot_in_muscle",),
        {"upper_shoulder": 7, "temple": 3},
        ("M79.12",),
        5,
        4,
        2.6,
    ),
    Kind(
        "arm",
        2,
        "acupuncture",
        "radicular",
        ("shooting_pain_down_arm",),
        {"posterior_neck": 6, "arm_lateral": 5},
        ("M54.12",),
        10,
        8,
        1.9,
    ),
    Kind(
        "worn",
        2,
        "electroacupuncture",
        "spondylosis",
        (),
        {"posterior_neck": 6, "suboccipital": 4},
        ("M47.812",),
        10,
        5,
        2.1,
    ),
)


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented person before anything was done."""

    given_name: str
    family_name: str
    sex: str
    born_on: dt.date
    insurer: str
    kind: Kind
    pain: int
    answers: dict[str, object]


def invent(random: Random, today: dt.date, name: str = "") -> Invented:
    """Return a new invented person, with a kind of neck pain of this name where one is given."""
    named = [kind for kind in KINDS if kind.name == name]
    kind = named[0] if named else random.choices(KINDS, [kind.weight for kind in KINDS])[0]
    age = min(88, max(19, round(random.gauss(46, 14))))
    born_on = dt.date(today.year - age, random.randint(1, 12), random.randint(1, 28))
    pain = min(9, max(3, round(random.gauss(6, 1.4))))
    sex = random.choice(("female", "female", "male"))
    return Invented(
        given_name=random.choice(GIVEN),
        family_name=random.choice(FAMILY),
        sex=sex,
        born_on=born_on,
        insurer=random.choice(INSURERS),
        kind=kind,
        pain=pain,
        answers={
            "age": age,
            "sex": sex,
            "pain_0_10": pain,
            "duration_days": random.choice((45, 120, 300, 700)),
            "condition": kind.condition,
            "findings": list(kind.findings),
            "absent": [sign for sign in signs() if sign not in kind.findings],
            "pain_regions": list(kind.drawing),
            "jurisdiction": "US-AZ",
        },
    )


@cache
def signs() -> tuple[str, ...]:
    """Return every warning sign that the screening asks of someone who said nothing."""
    facts = library()
    return tuple(screen(Answers.from_mapping({"age": 40}, facts), facts).not_asked)


def screened(person: Invented) -> Screening:
    """Return the screening of an invented person's answers."""
    facts = library()
    return screen(Answers.from_mapping(person.answers, facts), facts)


@cache
def proposal(name: str) -> Prescription:
    """Return what is proposed for a kind of neck pain, made once."""
    kind = next(kind for kind in KINDS if kind.name == name)
    facts = library()
    answers = {
        "age": 46,
        "condition": kind.condition,
        "findings": list(kind.findings),
        "absent": [sign for sign in signs() if sign not in kind.findings],
        "jurisdiction": "US-AZ",
    }
    return propose(
        Answers.from_mapping(answers, facts),
        therapy=kind.therapy,
        library=facts,
        review=published(),
        pain_areas=kind.drawing,
        after_the_doctor=True,
    )
