"""Every colour can be read on its paper, in the light and in the dark."""

import pytest

from lambada_labs.ui import theme

TEXTS = ("ink", "muted", "accent", "good", "failed")
SHAPES = ("init", "invoke", "idle", "frozen", "killed", "throttled", "failed", "queued", "provisioned")


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    channels = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("ground", ["paper", "wash"])
def test_text_has_aa_contrast(name, ground, dark):
    assert contrast(theme.colour(name, dark=dark), theme.colour(ground, dark=dark)) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", SHAPES)
def test_shapes_stand_out_from_the_paper(name, dark):
    assert contrast(theme.colour(name, dark=dark), theme.colour("paper", dark=dark)) >= 3


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["init", "invoke", "failed", "accent"])
def test_words_inside_a_bar_can_be_read(name, dark):
    # They are bold and short, set in the paper's colour: large text in the sense of WCAG.
    assert contrast(theme.colour(name, dark=dark), theme.colour("paper", dark=dark)) >= 3


def test_every_state_has_words_beside_its_colour():
    assert all(theme.words(name) for name in SHAPES)


def test_the_css_knows_jupyterlab_and_the_system():
    css = theme.css()
    assert '[data-jp-theme-light="false"] .lambada' in css
    assert "prefers-color-scheme:dark" in css
    assert css.count("--lb-invoke:") == 3
