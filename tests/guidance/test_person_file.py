from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from filiform.errors import GuidanceError
from filiform.guidance.person import read_person

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("person.toml", "age = 46\nfindings = ['fever']\n"),
        ("person.json", '{"age": 46, "findings": ["fever"]}'),
        ("answers", '{"age": 46, "findings": ["fever"]}'),
        ("answers.txt", "age = 46\nfindings = ['fever']\n"),
        ("bom.json", b'\xef\xbb\xbf{"age": 46, "findings": ["fever"]}'),
    ],
)
def test_toml_and_json_give_the_same_person(tmp_path: Path, name: str, content: str) -> None:
    person = read_person(written(tmp_path, name, content))
    assert (person.age, person.findings) == (46, frozenset({"fever"}))


REFUSED: list[tuple[str, str | bytes, str]] = [
    ("empty.toml", "", r"empty.toml is empty: write at least one answer"),
    ("blank.json", " \n\t", r"blank.json is empty: write at least one answer"),
    ("half.json", '{"age": 46', r"half.json is not JSON: .* Mend it there"),
    ("half.toml", "age = ", r"half.toml is not TOML: .* Mend it there"),
    ("prose.txt", "I have neck pain", r"prose.txt is not TOML"),
    ("list.json", "[1, 2]", r"list.json holds a list, admissible is a table of answers"),
    ("text.json", '"fever"', r"text.json holds a text, admissible is a table"),
    ("null.json", "null", r"null.json holds null, admissible is a table"),
    ("number.json", "46", r"number.json holds a single value, admissible is a table"),
    ("twice.json", '{"age": 1, "age": 2}', r"twice.json is not JSON: the key 'age' stands there"),
    ("nan.json", '{"age": NaN}', r"nan.json is not JSON: NaN is no number"),
    ("nan.toml", "age = nan", r"nan.toml: age is nan, admissible is a number"),
    ("date.toml", "age = 2026-01-01", r"date.toml: age is a date, admissible is a number"),
    ("deep.json", "[" * 30_000, r"deep.json is (nested too deeply|not JSON)"),
    ("deep.toml", "a = " + "[" * 30_000, r"deep.toml is (nested too deeply|not TOML)"),
    ("digits.json", '{"age": ' + "9" * 5000 + "}", r"digits.json is not JSON"),
    ("latin.toml", b'sex = "m\xe4nnlich"', r"latin.toml is not UTF-8 \(byte 9\): save it as UTF-8"),
    ("nul.toml", b"\x00\x00", r"nul.toml is not TOML"),
    ("big.json", b"x" * 10_000_000, r"big.json is longer than 64 KB: .* name the right file"),
    ("key.toml", "agee = 46", r"key.toml: unknown key 'agee': did you mean 'age'"),
]


@pytest.mark.parametrize(("name", "content", "message"), REFUSED, ids=[each[0] for each in REFUSED])
def test_a_file_that_cannot_be_read_is_one_clear_sentence(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(GuidanceError, match=message) as caught:
        read_person(written(tmp_path, name, content))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(GuidanceError, match=r"none.toml cannot be read \(No such file"):
        read_person(tmp_path / "none.toml")


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(GuidanceError, match=r"cannot be read \(Is a directory\): name a .toml"):
        read_person(tmp_path)


def test_a_path_that_no_system_knows_is_refused() -> None:
    with pytest.raises(GuidanceError, match="cannot be read"):
        read_person("a\0b")


def test_a_file_of_exactly_64_kilobytes_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "full.toml", "age = 46\n#".ljust(65536, "x"))
    assert read_person(path).age == 46
