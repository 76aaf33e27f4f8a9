"""Colours: every pair that the tokens declare can be read, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "web" / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text("utf-8")
DARK = "@media (prefers-color-scheme: dark)"
#: WCAG 2.2, success criteria 1.4.3 (text) and 1.4.11 (marks that carry meaning).
LEAST = {"text": 4.5, "mark": 3.0}

PAIRS = re.findall(r"@pair (text|mark) ([\w-]+) ([\w-]+)", TOKENS)


def colours(css: str) -> dict[str, str]:
    """Custom properties that hold a colour of six figures."""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


LIGHT_COLOURS = colours(TOKENS.partition(DARK)[0])
DARK_COLOURS = LIGHT_COLOURS | colours(TOKENS.partition(DARK)[2])


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` in 0 … 1, as WCAG 2.2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 … 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_ruler_gives_the_known_extremes() -> None:
    """Black on white is 21:1, and #767676 is the lightest grey that passes on white."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") > LEAST["text"] > contrast("#777777", "#ffffff")


@pytest.mark.parametrize(("use", "front", "back"), PAIRS)
@pytest.mark.parametrize("mode", [LIGHT_COLOURS, DARK_COLOURS], ids=["light", "dark"])
def test_declared_pairs_can_be_read(mode: dict[str, str], use: str, front: str, back: str) -> None:
    """Text reaches 4.5:1 and marks 3:1 on the ground that they stand on."""
    ratio = contrast(mode[front], mode[back])
    assert ratio >= LEAST[use], f"--{front} on --{back} is {ratio:.2f}:1, {LEAST[use]}:1 is needed"


def test_every_colour_of_the_light_mode_has_its_dark_one() -> None:
    """No colour is forgotten when the mode changes."""
    assert colours(TOKENS.partition(DARK)[2]).keys() == LIGHT_COLOURS.keys()


def test_every_colour_that_text_has_is_in_a_declared_pair() -> None:
    """A ``color: var(--x)`` of any style sheet is checked above."""
    used = {
        name
        for sheet in CSS.glob("*.css")
        for name in re.findall(r"(?<![\w-])color: var\(--([\w-]+)\)", sheet.read_text("utf-8"))
    }
    assert used & LIGHT_COLOURS.keys() <= {front for use, front, _ in PAIRS if use == "text"}


@pytest.mark.parametrize(
    "sheet", sorted(path.name for path in CSS.glob("*.css") if path.name not in {"tokens.css", "print.css"})
)
def test_colours_are_named_in_the_tokens_alone(sheet: str) -> None:
    """A style sheet holds no colour of its own, so that both modes and this test see all of them."""
    css = re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text("utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\brgba?\(|\bhsla?\(", css) == []


@pytest.mark.parametrize("sheet", sorted(path.name for path in CSS.glob("*.css")))
def test_every_token_that_is_used_exists(sheet: str) -> None:
    """A misspelt ``var(--…)`` would silently fall back to nothing."""
    css = (CSS / sheet).read_text("utf-8")
    defined = set(re.findall(r"--([\w-]+):", TOKENS)) | set(re.findall(r"--([\w-]+):", css))
    assert set(re.findall(r"var\(--([\w-]+)", css)) <= defined
