"""Our colours against WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for what is not text (1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SETTINGS = Path("assets/styles/_settings.scss").read_text(encoding="utf-8")
PALETTE = dict(re.findall(r'"([\w-]+)": (#[0-9a-f]{6})', SETTINGS))
PALETTE |= dict(re.findall(r"\$nhsuk-([\w-]+): (#[0-9a-f]{6})", SETTINGS))


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    # WCAG 2.2, definition of contrast ratio: ratios range from 1 to 21.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(
    ("text", "background"),
    [
        ("black", "white"),
        ("black", "grey-5"),
        ("black", "grey-4"),
        ("black", "yellow"),  # the focus style
        ("black", "pale-yellow"),
        ("grey-1", "grey-5"),
        ("white", "brand-colour"),
        ("white", "button-colour"),
        ("white", "red"),
        ("link-colour", "white"),
        ("link-colour", "grey-5"),
        ("purple", "grey-5"),
        ("dark-pink", "grey-5"),
        ("dark-blue", "grey-4"),
        ("red", "grey-5"),
    ],
)
def test_text_can_be_read_on_its_background(text: str, background: str) -> None:
    assert contrast(PALETTE[text], PALETTE[background]) >= 4.5


@pytest.mark.parametrize(("shape", "background"), [("grey-1", "white"), ("black", "yellow")])
def test_the_edge_of_a_control_can_be_seen(shape: str, background: str) -> None:
    assert contrast(PALETTE[shape], PALETTE[background]) >= 3
