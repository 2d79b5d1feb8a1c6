"""How sure a synthesis is: a level, and what set it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Level = Literal["high", "moderate", "low", "very_low", "none"]
Domain = Literal["risk_of_bias", "inconsistency", "indirectness", "imprecision", "reporting_bias"]
Concern = Literal["no_concern", "some_concern", "major_concern", "not_judged"]

LEVELS: tuple[Level, ...] = get_args(Level)
DOMAINS: tuple[Domain, ...] = get_args(Domain)


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion of a domain: the number it was set on, its threshold and what it took off.

    Attributes:
        measured: The number; None where there is none to measure.
        threshold: What it was held against; None where it was held against an interval.
        steps: Levels taken off.
        reason: One sentence.
    """

    criterion: str
    measured: float | None
    threshold: float | None
    steps: int
    reason: str

    def to_dict(self) -> dict[str, object]:
        """Return the fields by name, ready for JSON."""
        return {
            "criterion": self.criterion,
            "measured": self.measured,
            "threshold": self.threshold,
            "downgrade": self.steps,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class DomainRating:
    """The rating of one domain.

    Attributes:
        downgrade: Levels taken off, 0 to 3.
        checks: All its criteria.
        source: The published guidance on the domain.
    """

    domain: Domain
    rating: Concern
    downgrade: int
    checks: tuple[Check, ...]
    source: str

    @property
    def decisive(self) -> Check:
        """The criterion that took most off, the first one where none did."""
        return max(self.checks, key=lambda check: check.steps)

    @property
    def reason(self) -> str:
        """What took levels off, or why nothing did."""
        telling = [check.reason for check in self.checks if check.steps]
        return " ".join(telling or [check.reason for check in self.checks])

    @property
    def measured(self) -> float | None:
        """The number that the decisive criterion was set on."""
        return self.decisive.measured

    @property
    def threshold(self) -> float | None:
        """The threshold of the decisive criterion."""
        return self.decisive.threshold

    def to_dict(self) -> dict[str, object]:
        """Return the rating with all its criteria, ready for JSON."""
        return {
            "domain": self.domain,
            "rating": self.rating,
            "downgrade": self.downgrade,
            "reason": self.reason,
            "measured": self.measured,
            "threshold": self.threshold,
            "checks": [check.to_dict() for check in self.checks],
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Certainty:
    """How sure a synthesis is; `provisional` until a reviewer has judged it.

    Attributes:
        level: `none` where there is no trial.
        domains: One rating each; none where there is no trial.
    """

    level: Level
    domains: tuple[DomainRating, ...]
    provisional: bool = True

    @property
    def reasons(self) -> tuple[str, ...]:
        """What took levels off, one text a domain."""
        return tuple(rating.reason for rating in self.domains if rating.downgrade)

    def to_dict(self) -> dict[str, object]:
        """Return the level and the domains, ready for JSON."""
        return {
            "level": self.level,
            "provisional": self.provisional,
            "domains": [rating.to_dict() for rating in self.domains],
        }
