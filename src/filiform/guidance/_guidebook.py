"""guidance.toml as typed records: what may be answered, and which facts reach which cautions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from filiform.guidance._toml import only, table, tables, text, texts, whole
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.guidance._toml import Table


@dataclass(frozen=True, slots=True)
class Range:
    """The admissible values of a number."""

    low: int
    high: int
    unit: str


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """What a person may answer."""

    regions: tuple[str, ...]
    sexes: tuple[str, ...]
    file_bytes: int
    text_characters: int
    list_items: int
    adult_from: int
    ranges: Mapping[str, Range]


@dataclass(frozen=True, slots=True)
class MedicineClass:
    """A class of medicines, the names it goes by, and the findings of the same meaning."""

    id: str
    name: str
    atc: str
    implies: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """Something of a person's history that is no finding of findings.csv."""

    id: str
    name: str
    implies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CautionRule:
    """Facts that reach rows of contraindications.csv, and what to do in plain words.

    Attributes:
        site: the rows bar a place, not the therapy.
        after_the_doctor: the bar falls when a doctor has found the cause.
        therapies: what the rule is about; empty where the modality of its rows says so.
    """

    id: str
    facts: tuple[str, ...]
    contraindications: tuple[str, ...]
    sentence: str
    site: bool
    after_the_doctor: bool
    therapies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LocalRule:
    """A danger that lies under certain places of the body."""

    id: str
    danger: str
    areas: tuple[str, ...]
    always: bool
    contraindications: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class CoverRule:
    """Which rows of a table speak of who pays in a country, for what, and for whose insurer.

    Attributes:
        modality: what is paid for, as `Guidebook.practice` names it.
        insurers: names of the payer, each of one word or more.
        alone_with: the only other words of an answer; none given admits any.
    """

    country: str
    table: str
    modality: str
    system: str | None
    names: tuple[str, ...]
    insurers: tuple[str, ...]
    alone_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HarmCaveat:
    """What one count of harms.csv does not show by itself.

    Attributes:
        counts_events: events, of which one session may have had several.
    """

    text: str
    counts_events: bool


@dataclass(frozen=True, slots=True)
class Guidebook:
    """All of guidance.toml."""

    answers: AnswerRules
    modality: Mapping[str, tuple[str, ...]]
    medicines: Mapping[str, MedicineClass]
    medicine_names: Mapping[str, str]
    history: Mapping[str, HistoryItem]
    cautions: tuple[CautionRule, ...]
    local: tuple[LocalRule, ...]
    practitioner_only: Mapping[str, str]
    advice: Mapping[str, str]
    chronicity: Mapping[str, tuple[int, int]]
    course_of: Mapping[str, str]
    doctor_first: Mapping[str, tuple[str, ...]]
    doctor_first_if: Mapping[str, str]
    harms_from: Mapping[str, tuple[str, ...]]
    harms_asked: Mapping[str, Mapping[str, tuple[str, ...]]]
    harms_told_first: frozenset[str]
    harm_caveats: Mapping[tuple[str, str], HarmCaveat]
    harm_events: Mapping[str, str]
    prices_from: Mapping[str, str]
    practice: Mapping[str, str]
    professions_asked: Mapping[str, tuple[str, ...]]
    texts_from: Mapping[str, tuple[str, ...]]
    price_items: Mapping[str, tuple[str, ...]]
    cover: tuple[CoverRule, ...]


@cache
def guidebook() -> Guidebook:
    """Return guidance.toml, read once.

    >>> guidebook().medicine_names["warfarin"]
    'anticoagulant'
    """
    rules = published().rules("guidance")
    medicines = {id_: _medicine(id_, row) for id_, row in _named(rules, "medicines")}
    return Guidebook(
        answers=_answers(table(rules.get("answers"), "answers")),
        modality=_lists(rules, "modality"),
        medicines=MappingProxyType(medicines),
        medicine_names=MappingProxyType(
            {name: id_ for id_, medicine in medicines.items() for name in (id_, *medicine.names)}
        ),
        history=MappingProxyType(
            {id_: _history(id_, row) for id_, row in _named(rules, "history")}
        ),
        cautions=tuple(_caution(row) for row in tables(rules.get("caution"), "caution")),
        local=tuple(_local(row) for row in tables(rules.get("local"), "local")),
        practitioner_only=MappingProxyType(
            {
                text(row.get("contraindication"), "practitioner_only"): text(
                    row.get("reason"), "practitioner_only"
                )
                for row in tables(rules.get("practitioner_only"), "practitioner_only")
            }
        ),
        advice=_texts(rules, "advice"),
        chronicity=MappingProxyType(
            {
                id_: (whole(row.get("from"), id_), whole(row.get("below"), id_))
                for id_, row in _named(rules, "chronicity")
            }
        ),
        course_of=_texts(rules, "course_of"),
        doctor_first=_lists(rules, "doctor_first"),
        doctor_first_if=_texts(rules, "doctor_first_if"),
        harms_from=_lists(rules, "harms_from"),
        harms_asked=MappingProxyType(
            {
                severity: _lists(table(rules.get("harms_asked"), "harms_asked"), severity)
                for severity in ("minor", "major")
            }
        ),
        harms_told_first=_told_first(rules),
        harm_caveats=MappingProxyType(
            dict(_caveat(row) for row in tables(rules.get("harm_caveat"), "harm_caveat"))
        ),
        harm_events=_texts(rules, "harm_events"),
        prices_from=_texts(rules, "prices_from"),
        practice=_texts(rules, "practice"),
        professions_asked=_lists(rules, "professions_asked"),
        texts_from=_lists(rules, "texts_from"),
        price_items=_lists(rules, "price_items"),
        cover=tuple(_cover(row) for row in tables(rules.get("cover"), "cover")),
    )


def _told_first(rules: Table) -> frozenset[str]:
    asked = table(rules.get("harms_asked"), "harms_asked")
    lists = [each for severity in asked for each in _lists(asked, severity).values()]
    return frozenset(_lists(rules, "harms_summary")["events"]).union(*lists)


def _caveat(row: Table) -> tuple[tuple[str, str], HarmCaveat]:
    only(row, frozenset({"study", "event", "text", "counts_events"}), "harm_caveat")
    said = {key: text(row.get(key), f"harm_caveat.{key}") for key in ("study", "event", "text")}
    caveat = HarmCaveat(said["text"], counts_events=row.get("counts_events") is True)
    return (said["study"], said["event"]), caveat


def _texts(rules: Table, section: str) -> Mapping[str, str]:
    return MappingProxyType({key: text(value, key) for key, value in _items(rules, section)})


def _lists(rules: Table, section: str) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({key: texts(value, key) for key, value in _items(rules, section)})


def _items(rules: Table, section: str) -> tuple[tuple[str, object], ...]:
    return tuple(table(rules.get(section), section).items())


def _named(rules: Table, section: str) -> tuple[tuple[str, Table], ...]:
    return tuple((id_, table(row, f"{section}.{id_}")) for id_, row in _items(rules, section))


_RANGES = ("age", "duration_days", "pain_0_10", "disability_percent")


def _answers(row: Table) -> AnswerRules:
    return AnswerRules(
        regions=texts(row.get("regions"), "answers.regions"),
        sexes=texts(row.get("sexes"), "answers.sexes"),
        file_bytes=whole(row.get("file_bytes"), "answers.file_bytes"),
        text_characters=whole(row.get("text_characters"), "answers.text_characters"),
        list_items=whole(row.get("list_items"), "answers.list_items"),
        adult_from=whole(row.get("adult_from"), "answers.adult_from"),
        ranges=MappingProxyType({key: _range(table(row.get(key), key), key) for key in _RANGES}),
    )


def _range(row: Table, where: str) -> Range:
    return Range(
        whole(row.get("low"), where), whole(row.get("high"), where), text(row.get("unit"), where)
    )


def _medicine(id_: str, row: Table) -> MedicineClass:
    where = f"medicines.{id_}"
    only(row, frozenset({"name", "atc", "implies", "names"}), where)
    return MedicineClass(
        id_,
        text(row.get("name"), where),
        text(row.get("atc"), where),
        texts(row.get("implies"), where),
        texts(row.get("names"), where),
    )


def _history(id_: str, row: Table) -> HistoryItem:
    where = f"history.{id_}"
    only(row, frozenset({"name", "implies"}), where)
    return HistoryItem(id_, text(row.get("name"), where), texts(row.get("implies"), where))


_CAUTION_KEYS = frozenset(
    {"id", "facts", "contraindications", "sentence", "site", "after_the_doctor", "therapies"}
)


def _caution(row: Table) -> CautionRule:
    where = f"caution {row.get('id')}"
    only(row, _CAUTION_KEYS, where)
    return CautionRule(
        id=text(row.get("id"), where),
        facts=texts(row.get("facts"), where),
        contraindications=texts(row.get("contraindications"), where),
        sentence=text(row.get("sentence"), where),
        site=row.get("site") is True,
        after_the_doctor=row.get("after_the_doctor") is True,
        therapies=texts(row.get("therapies"), where),
    )


_LOCAL_KEYS = frozenset({"id", "danger", "areas", "always", "contraindications", "sentence"})


def _local(row: Table) -> LocalRule:
    where = f"local {row.get('id')}"
    only(row, _LOCAL_KEYS, where)
    return LocalRule(
        id=text(row.get("id"), where),
        danger=text(row.get("danger"), where),
        areas=texts(row.get("areas"), where),
        always=row.get("always") is True,
        contraindications=texts(row.get("contraindications"), where),
        sentence=text(row.get("sentence"), where),
    )


_COVER_KEYS = frozenset(
    {"country", "table", "modality", "system", "codes", "items", "insurers", "alone_with"}
)


def _cover(row: Table) -> CoverRule:
    only(row, _COVER_KEYS, "cover")
    return CoverRule(
        country=text(row.get("country"), "cover.country"),
        table=text(row.get("table"), "cover.table"),
        modality=text(row.get("modality"), "cover.modality"),
        system=text(row["system"], "cover.system") if "system" in row else None,
        names=(*texts(row.get("codes"), "cover"), *texts(row.get("items"), "cover")),
        insurers=texts(row.get("insurers"), "cover.insurers"),
        alone_with=texts(row.get("alone_with"), "cover.alone_with"),
    )
