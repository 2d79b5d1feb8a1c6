"""Run all cases of a folder of families and say which differ."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from validation.cases.answer import answer, expected_of, scale_of
from validation.cases.case import compare, read


def main(folder: Path) -> int:
    """Print what differs; return how many cases do."""
    wrong = done = 0
    for family in sorted(folder.iterdir()):
        for case in read(family):
            done += 1
            try:
                wanted = replace(case, expected=expected_of(case))
                lines = compare(wanted, answer(case), scale_of(case))
            except Exception as problem:  # noqa: BLE001 - one case must not stop the others
                lines = [f"{type(problem).__name__}: {problem}"]
            wrong += bool(lines)
            for line in lines:
                print(f"{family.stem}/{case.name}: {line[:400]}")
    print(f"{done} cases, {wrong} differ")
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(Path(sys.argv[1])), 1))
