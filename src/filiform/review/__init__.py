"""The living review: trials × questions → syntheses with their certainty.

>>> from filiform.review import Question, published
>>> synthesis = published().synthesis(Question.parse("acupuncture", "sham"))
>>> synthesis.question.against, synthesis.certainty.provisional
('sham', True)
"""

from __future__ import annotations

from filiform.errors import ReviewError
from filiform.review._certainty import Certainty, Check, DomainRating
from filiform.review._effect import LeftOut, StudyEffect
from filiform.review._finding import find, headline
from filiform.review._forest import forest_svg
from filiform.review._placebo import PlaceboPair, placebo_share
from filiform.review._question import MEASURES, WINDOWS, Measure, Question, Window
from filiform.review._review import Review, published
from filiform.review._scale import ReferenceSd
from filiform.review._synthesis import Result, Sensitivity, Synthesis
from filiform.review._text import direction_text, people_text
from filiform.review._text import interval as interval_text
from filiform.review._text import number as number_text

__all__ = [
    "MEASURES",
    "WINDOWS",
    "Certainty",
    "Check",
    "DomainRating",
    "LeftOut",
    "Measure",
    "PlaceboPair",
    "Question",
    "ReferenceSd",
    "Result",
    "Review",
    "ReviewError",
    "Sensitivity",
    "StudyEffect",
    "Synthesis",
    "Window",
    "direction_text",
    "find",
    "forest_svg",
    "headline",
    "interval_text",
    "number_text",
    "people_text",
    "placebo_share",
    "published",
]
