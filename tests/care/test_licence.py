"""Who may needle: the right profession, the right credential, this jurisdiction, today (A16)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.care._licence_rules import licence_rules
from filiform.care.licence import Credential, Permission, may_needle, needles_in_muscles
from filiform.errors import CareError
from filiform.knowledge import Library, library
from filiform.knowledge.vocabulary import PROFESSIONS

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 11, 21)
NEXT_YEAR = dt.date(2027, 6, 30)


def held(profession: str, place: str, **changes: object) -> Credential:
    plain: dict[str, object] = {"number": "N 7", "expires_on": NEXT_YEAR, **changes}
    return Credential(profession, jurisdiction=place, **plain)  # type: ignore[arg-type]


def asked(*credentials: Credential, place: str, therapy: str = "dry_needling") -> Permission:
    return may_needle(
        credentials, therapy=therapy, jurisdiction=place, today=TODAY, library=library()
    )


@pytest.mark.parametrize("place", ["US-NY", "US-CA", "US-HI", "US-OR"])
def test_a_physical_therapist_may_not_dry_needle_where_the_law_says_so(place: str) -> None:
    found = asked(held("physical_therapist", place), place=place)
    assert (found.status, found.code) == ("refused", "refused")
    assert found.row is not None
    assert (found.row.status, found.as_of) == ("prohibited", "2026-01")
    assert "Row of law" in found.sentence
    assert "as of 2026-01" in found.sentence


def test_a_refusal_has_the_row_of_law_and_its_date_in_words() -> None:
    found = asked(held("physical_therapist", "US-NY"), place="US-NY")
    assert found.sentence == (
        "Physical therapists may not do dry needling in New York. "
        "(Row of law: not allowed (board position since 1992); as of 2026-01; "
        "not checked since January 2026.)"
    )
    assert found.sources


def test_where_it_is_allowed_without_a_number_of_hours_it_is_allowed() -> None:
    found = asked(held("physical_therapist", "US-TX"), place="US-TX")
    assert (found.status, found.training_hours) == ("allowed", None)
    assert found.sentence.endswith("Credential N 7 holds until 2027-06-30.")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({}, "unknown", "hours_unknown"),
        ({"training_hours": 49}, "refused", "hours_short"),
        ({"training_hours": 50}, "allowed", "allowed"),
        ({"holds": ("dry_needling",)}, "allowed", "allowed"),
        ({"holds": ("acupuncture",)}, "unknown", "hours_unknown"),
    ],
)
def test_the_hours_of_training_that_the_law_asks_must_be_told(
    changes: dict[str, object], status: str, code: str
) -> None:
    found = asked(held("physical_therapist", "US-GA", **changes), place="US-GA")
    assert (found.status, found.code, found.training_hours) == (status, code, 50)
    assert "50 hours of training are asked." in found.sentence


def test_a_row_that_asks_for_more_than_hours_is_unknown_until_the_credential_holds_it() -> None:
    plain = asked(held("physical_therapist", "US-WA"), place="US-WA")
    assert (plain.status, plain.code) == ("unknown", "asks")
    assert "Asked are: an endorsement on the licence." in plain.sentence
    shown = held("physical_therapist", "US-WA", holds=("dry_needling",))
    assert asked(shown, place="US-WA").status == "allowed"
    hours = held("physical_therapist", "US-TN", training_hours=74)
    assert asked(hours, place="US-TN").code == "asks"


def test_a_row_that_names_parts_of_the_body_does_not_allow_the_neck() -> None:
    found = asked(held("occupational_therapist", "US-TN"), place="US-TN")
    assert (found.status, found.code) == ("refused", "other_region")
    assert "hand, wrist, elbow and shoulder girdle" in found.sentence
    shoulder = may_needle(
        [held("occupational_therapist", "US-TN")],
        therapy="dry_needling",
        jurisdiction="US-TN",
        today=TODAY,
        library=library(),
        region="shoulder",
    )
    assert shoulder.status == "allowed"


def test_every_rule_on_a_row_of_law_finds_its_row() -> None:
    rows = {
        f"{row.jurisdiction} {row.profession} {row.practice}"
        for row in library().scope_of_practice
        if row.status == "allowed"
    }
    rules = licence_rules()
    assert {*rules.asks, *rules.only} <= rows


def test_an_acupuncturists_licence_rests_on_its_own_training() -> None:
    found = asked(held("acupuncturist", "US-CA"), place="US-CA", therapy="acupuncture")
    assert (found.status, found.training_hours) == ("allowed", 3000)


def test_a_credential_holds_on_its_last_day_and_not_after() -> None:
    last = held("acupuncturist", "US-CA", expires_on=TODAY)
    assert asked(last, place="US-CA", therapy="acupuncture").status == "allowed"
    gone = held("acupuncturist", "US-CA", expires_on=TODAY - dt.timedelta(days=1))
    found = asked(gone, place="US-CA", therapy="acupuncture")
    assert (found.status, found.code) == ("refused", "expired")
    assert found.sentence == (
        "The credential N 7 of California expired on 2026-11-20. Renew it first."
    )


def test_a_credential_of_another_state_is_none() -> None:
    found = asked(held("acupuncturist", "US-NV"), place="US-CA", therapy="acupuncture")
    assert (found.status, found.code) == ("refused", "no_credential")
    assert asked(place="US-CA").code == "no_credential"


def test_a_credential_of_the_country_holds_in_its_part_only_where_parts_do_not_license() -> None:
    wales = asked(held("physical_therapist", "GB"), place="GB-WLS")
    assert wales.code == "asks"  # it is looked up in Wales, whose row asks for a licence of its own
    assert asked(held("physical_therapist", "US"), place="US-TX").code == "no_credential"


def test_a_part_without_a_row_has_the_row_of_its_country() -> None:
    found = asked(
        held("physician", "US-TX", holds=("acupuncture",)), place="US-TX", therapy="acupuncture"
    )
    assert found.status == "allowed"
    assert found.row is not None
    assert found.row.jurisdiction == "US"


@pytest.mark.parametrize(("place", "status"), [("US-PA", "silent"), ("DE", "unclear")])
def test_where_the_law_is_silent_or_unclear_it_is_unknown_and_never_allowed(
    place: str, status: str
) -> None:
    found = asked(held("physical_therapist", place), place=place)
    assert (found.status, found.code) == ("unknown", "open")
    assert found.row is not None
    assert found.row.status == status
    assert found.sentence.endswith("Whoever goes on must say why.")


def test_a_profession_without_a_row_is_unknown() -> None:
    found = asked(held("acupuncturist", "US-CA"), place="US-CA")
    assert (found.status, found.code, found.row) == ("unknown", "no_row", None)
    assert found.sentence.startswith(
        "Our tables do not tell if acupuncturists may do dry needling in California."
    )


def test_cupping_has_no_law_in_the_tables_and_is_unknown() -> None:
    found = asked(held("acupuncturist", "US-CA"), place="US-CA", therapy="cupping")
    assert (found.status, found.code) == ("unknown", "no_therapy")


def test_of_several_credentials_the_one_that_allows_most_counts() -> None:
    both = held("physical_therapist", "US-CA"), held("acupuncturist", "US-CA")
    assert asked(*both, place="US-CA", therapy="acupuncture").status == "allowed"
    assert asked(*both, place="US-CA").status == "unknown"


def test_rows_that_disagree_are_unknown(tmp_path: Path) -> None:
    table = "jurisdiction,profession,practice,status,training_hours,note,as_of,source\n"
    rows = [f"IE,osteopath,dry_needling,{s},,,{y},trials.csv" for s, y in _DISAGREEING]
    (tmp_path / "scope_of_practice.csv").write_text(table + "\n".join(rows) + "\n", "utf-8")
    own = Library.from_directory(tmp_path)
    found = may_needle(
        [held("osteopath", "IE")],
        therapy="dry_needling",
        jurisdiction="IE",
        today=TODAY,
        library=own,
    )
    assert (found.status, found.code) == ("unknown", "conflict")
    assert "allowed (2020, trials.csv); prohibited (2021, trials.csv)" in found.sentence


_DISAGREEING = [("allowed", "2020"), ("prohibited", "2021")]

places = st.sampled_from(sorted(library().jurisdictions))
credentials = st.builds(
    Credential,
    st.sampled_from(PROFESSIONS),
    st.just("N 7"),
    places,
    st.dates(TODAY - dt.timedelta(days=400), TODAY + dt.timedelta(days=400)),
    training_hours=st.one_of(st.none(), st.integers(0, 4000)),
)
therapies = st.sampled_from([each.id for each in library().therapies.values() if each.offered])


@given(st.lists(credentials, max_size=3), therapies, places)
def test_allowed_always_rests_on_a_valid_credential_and_an_allowing_row(
    found: list[Credential], therapy: str, place: str
) -> None:
    answer = asked(*found, place=place, therapy=therapy)
    assert answer.sentence
    if answer.status == "allowed":
        assert answer.row is not None
        assert answer.row.status == "allowed"
        assert answer.credential is not None
        assert answer.credential.expires_on >= TODAY
        assert answer.credential.profession == answer.row.profession
        assert answer.sources
    if not found and therapy != "cupping":
        assert answer.status == "refused"


def test_a_permission_is_written_as_json() -> None:
    told = asked(held("physical_therapist", "US-NY"), place="US-NY").to_dict()
    row, credential = told["row"], told["credential"]
    assert isinstance(row, dict)
    assert row["status"] == "prohibited"
    assert isinstance(credential, dict)
    assert credential["expires_on"] == "2027-06-30"


@pytest.mark.parametrize(
    ("credential", "therapy", "place", "message"),
    [
        (held("acupuncturist", "US-CA"), "massage", "US-CA", "unknown therapy 'massage'"),
        (held("acupuncturist", "US-CA"), "acupuncture", "US-XX", "unknown jurisdiction 'US-XX'"),
        (held("acupuncturist", "CA-XX"), "acupuncture", "US-CA", "unknown jurisdiction 'CA-XX'"),
        (held("acupunturist", "US-CA"), "acupuncture", "US-CA", "did you mean 'acupuncturist'"),
    ],
)
def test_what_is_not_known_is_refused(
    credential: Credential, therapy: str, place: str, message: str
) -> None:
    with pytest.raises(CareError, match=message):
        asked(credential, place=place, therapy=therapy)


def in_muscles(place: str, *kinds: str, profession: str = "physical_therapist") -> Permission:
    held = [Credential(profession, "N 1", place, dt.date(2027, 1, 31))]
    today = dt.date(2026, 11, 21)
    found = may_needle(
        held, therapy="acupuncture", jurisdiction=place, today=today, library=library()
    )
    return needles_in_muscles(
        found,
        held,
        therapy="acupuncture",
        kinds=kinds,
        jurisdiction=place,
        today=today,
        library=library(),
    )


def test_needles_in_muscles_tell_what_the_law_says_of_dry_needling_where_that_is_not_allowed() -> (
    None
):
    told = in_muscles("US-NY", "point", "muscle")
    assert (told.status, told.code) == ("unknown", "muscles")
    assert "not allowed (board position since 1992)" in told.sentence
    assert told.sentence.endswith(
        "Whether needles in muscles count as dry needling in a course of acupuncture, "
        "they do not tell."
    )
    assert in_muscles("US-NY", "point").code == "no_row"
    assert in_muscles("US-NY", "muscle", profession="acupuncturist").status == "allowed"
    assert in_muscles("US-DC", "point", "muscle").code == "no_row"


def test_a_session_of_needles_in_muscles_alone_is_refused_where_a_row_refuses_dry_needling() -> (
    None
):
    refused = in_muscles("US-NY", "muscle")
    assert (refused.status, refused.code) == ("refused", "muscles_only")
    assert "which this program calls dry needling" in refused.sentence
    assert in_muscles("US-CT", "muscle").status == "unknown"
