"""care.toml as typed records: what care asks of a course, a session and its needles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from filiform.care import _reading as read
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPERT = "expert rule of this project"
"""What `basis` says of a rule that no source gives."""

_WHEN: read.Reader[Literal["before", "after"]] = read.word("time", ("before", "after"))
_FIELD: read.Reader[Literal["length_mm", "depth_mm"]] = read.word(
    "limited field", ("length_mm", "depth_mm")
)
_NAMES = read.several(read.text)


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing that makes needling clean, and where it is asked."""

    id: str
    when: Literal["before", "after"]
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Danger:
    """What a needle must not reach.

    Attributes:
        words: one of them, in a site's caution, means this danger.
        avoid: by kind of site, the rows of contraindications.csv that say how to avoid it.
    """

    id: str
    name: str
    words: tuple[str, ...]
    avoid: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Limit:
    """How long or how deep a needle may be in one muscle: below or at most so many mm."""

    muscle: str
    field: Literal["length_mm", "depth_mm"]
    below: float | None
    most: float | None
    contraindication: str

    def holds(self, value: float) -> bool:
        """Tell whether a length or depth is within the limit."""
        return (self.below is None or value < self.below) and (
            self.most is None or value <= self.most
        )

    @property
    def text(self) -> str:
        """The limit in words."""
        return f"below {self.below:g} mm" if self.below is not None else f"at most {self.most:g} mm"


@dataclass(frozen=True, slots=True)
class BothSides:
    """What must not be needled on both sides in one session, and in which therapies."""

    danger: str
    therapies: tuple[str, ...]
    contraindication: str


@dataclass(frozen=True, slots=True)
class ScreeningRules:
    """How long a screening is the ground of a course, and which results stop one."""

    valid_days: int
    stop_urgency: tuple[str, ...]
    stop_needling: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RefusalRule:
    """What stands against an act, in words, and the sources of the rows behind it."""

    sentence: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CareRules:
    """All of care.toml that sessions and courses read."""

    screening: ScreeningRules
    refusals: Mapping[str, RefusalRule]
    ranges: Mapping[str, read.Reader[float]]
    responses: Mapping[str, tuple[str, ...]]
    midline_channels: tuple[str, ...]
    either_channels: tuple[str, ...]
    dangers: tuple[Danger, ...]
    no_danger_words: tuple[str, ...]
    local_danger: Mapping[str, str]
    limits: tuple[Limit, ...]
    both_sides: BothSides
    checklist: tuple[ChecklistItem, ...]
    count_source: str
    count_not_found: str

    def range(self, field: str) -> read.Reader[float]:
        """Return the reader of a number of a needle."""
        return self.ranges[field]

    def response(self, which: Literal["sought", "got"]) -> read.Reader[str]:
        """Return the reader of a response sought or got."""
        return read.word(f"response {which}", self.responses[which])


@cache
def care_rules() -> CareRules:
    """Return care.toml, read once.

    >>> care_rules().checklist[0].id
    'hands_before'
    """
    rules = published().rules("care")
    needle = read.mapping(rules["needle"], "needle")
    count = read.mapping(rules["count"], "count")
    midline = read.mapping(needle["midline"], "needle.midline")
    return CareRules(
        screening=_screening(rules["screening"], "screening"),
        refusals=MappingProxyType(dict(read.by_name(_refusal)(rules["refusal"], "refusal"))),
        ranges=MappingProxyType(dict(read.by_name(_range)(needle["ranges"], "needle.ranges"))),
        responses=MappingProxyType(
            {
                which: _NAMES(needle[f"responses_{which}"], f"needle.responses_{which}")
                for which in ("sought", "got")
            }
        ),
        midline_channels=_NAMES(midline["channels"], "needle.midline.channels"),
        either_channels=_NAMES(midline["either"], "needle.midline.either"),
        dangers=read.several(_danger)(rules["danger"], "danger"),
        no_danger_words=_NAMES(
            read.mapping(rules["not_a_danger"], "not_a_danger")["words"], "not_a_danger.words"
        ),
        local_danger=read.by_name(read.text)(rules["local_danger"], "local_danger"),
        limits=read.several(_limit)(rules["limit"], "limit"),
        both_sides=_both_sides(rules["both_sides"], "both_sides"),
        checklist=read.several(_item)(rules["checklist"], "checklist"),
        count_source=read.text(count["source"], "count.source"),
        count_not_found=read.text(count["not_found"], "count.not_found"),
    )


def _screening(value: object, where: str) -> ScreeningRules:
    keys = ("valid_days", "basis", "stop_urgency", "stop_needling")
    fields = read.Fields(value, keys, where)
    return ScreeningRules(
        valid_days=fields.take("valid_days", read.whole),
        stop_urgency=fields.take("stop_urgency", _NAMES),
        stop_needling=fields.take("stop_needling", _NAMES),
    )


def _refusal(value: object, where: str) -> RefusalRule:
    fields = read.Fields(value, ("sentence", "basis", "contraindications"), where)
    library, none = published(), tuple[str, ...]()
    rows = fields.get("contraindications", _NAMES, none)
    cited = (
        source.id
        for row in rows
        for source in library.sources_of(library.contraindications[row].source)
    )
    return RefusalRule(fields.take("sentence", read.text), tuple(dict.fromkeys(cited)))


def _range(value: object, where: str) -> read.Reader[float]:
    fields = read.Fields(value, ("low", "high", "unit"), where)
    bound = read.number(0, 10_000, "")
    return read.number(
        fields.take("low", bound), fields.take("high", bound), fields.take("unit", read.text)
    )


def _danger(value: object, where: str) -> Danger:
    fields = read.Fields(value, ("id", "name", "words", "avoid"), where)
    return Danger(
        id=fields.take("id", read.text),
        name=fields.take("name", read.text),
        words=fields.take("words", _NAMES),
        avoid=fields.take("avoid", read.by_name(_NAMES)),
    )


def _limit(value: object, where: str) -> Limit:
    keys = ("muscle", "field", "below", "most", "contraindication")
    fields = read.Fields(value, keys, where)
    bound = read.number(0, 150, "mm")
    return Limit(
        muscle=fields.take("muscle", read.text),
        field=fields.take("field", _FIELD),
        below=fields.maybe("below", bound),
        most=fields.maybe("most", bound),
        contraindication=fields.take("contraindication", read.text),
    )


def _both_sides(value: object, where: str) -> BothSides:
    fields = read.Fields(value, ("danger", "therapies", "contraindication"), where)
    return BothSides(
        danger=fields.take("danger", read.text),
        therapies=fields.take("therapies", _NAMES),
        contraindication=fields.take("contraindication", read.text),
    )


def _item(value: object, where: str) -> ChecklistItem:
    fields = read.Fields(value, ("id", "when", "text", "source"), where)
    return ChecklistItem(
        id=fields.take("id", read.text),
        when=fields.take("when", _WHEN),
        text=fields.take("text", read.text),
        source=fields.take("source", read.text),
    )
