"""Refuses passwords made of the words that anyone would try first on a site such as this."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from filiform.site.accounts.models import User

# What this is, what it is for, who works here, and how such words are usually filled up.
WORDS = (
    *("filiform", "acupuncture", "acupuncturist", "needling", "needles", "needle", "neckpain"),
    *("practitioner", "practice", "clinic", "patient", "doctor", "owner", "reader", "staff"),
    *("frontdesk", "health", "care", "neck", "pain", "password", "welcome", "admin", "login"),
)
LEAST_OTHER = 8
_WORDS = re.compile("|".join(sorted(WORDS, key=len, reverse=True)))
_FILLING = re.compile(r"[\W\d_]+")


class ContextWords:
    """A validator of passwords: without such words, digits and signs, enough must be left."""

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002
        """Refuse a password of which too little is left."""
        left = _WORDS.sub("", _FILLING.sub("", password.casefold()))
        said = _WORDS.search(_FILLING.sub("", password.casefold()))
        if said and len(left) < LEAST_OTHER:
            raise ValidationError(
                f"This password is mostly '{said[0]}', a word that is tried first here: "
                "take words that have nothing to do with this site."
            )

    def get_help_text(self) -> str:
        """Return what is asked."""
        return "Take words that have nothing to do with this site."
