"""What billing.csv tells of ICD-10-CM codes that stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.care._claim_rules import DiagnosisRule, claim_rules
from filiform.care._conflict import Conflict, Strength, conflict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from filiform.knowledge import Library

_STRENGTHS: dict[str, Strength] = {"refused": "refused", "ask": "ask"}


def conflicts_of(codes: tuple[str, ...], library: Library) -> Iterator[Conflict]:
    """Yield what speaks against these diagnoses, in their order, and codes that we do not know."""
    for rule in claim_rules().diagnoses:
        if any(_breaks(rule, code, codes) for code in codes):
            yield conflict(library, rule.id, _STRENGTHS[rule.strength], rule.sentence, (rule.row,))
    for code in codes:
        if code not in _known(library):
            sentence = f"{code} {claim_rules().text('diagnoses', 'not_in_table')}"
            yield Conflict("unknown_diagnosis", "ask", sentence, (), ())


def _breaks(rule: DiagnosisRule, code: str, codes: tuple[str, ...]) -> bool:
    if code not in rule.codes:
        return False
    others = tuple(other for other in codes if other != code)
    if rule.not_with:
        return any(other.startswith(rule.not_with) for other in others)
    if rule.needs_one_of:
        return not any(other.startswith(rule.needs_one_of) for other in others)
    if rule.before:
        later = codes[codes.index(code) :]
        return any(other in rule.before and other not in later for other in others)
    return True


def _known(library: Library) -> frozenset[str]:
    """Return the codes of the table, those of its ranges, and those that a rule speaks of."""
    rules = claim_rules()
    table = {row.code for row in library.billing if row.system == "ICD-10-CM"}
    spoken_of = {code for rule in rules.diagnoses for code in rule.codes}
    return frozenset(table | rules.diagnosis_codes | spoken_of)
