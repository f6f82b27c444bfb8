"""The one palette: every colour by what it means, light and dark, with the shape or word that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One colour with a meaning; `words` is what a label says beside it, because colour is never the only signal."""

    name: str
    light: str
    dark: str
    words: str = ""


SURFACES = (
    Token(name="paper", light="#ffffff", dark="#1b2027"),
    Token(name="wash", light="#f5f7f9", dark="#232a33"),
    Token(name="line", light="#dde2e8", dark="#3a4450"),
    Token(name="ink", light="#1b2430", dark="#eef2f6"),
    Token(name="muted", light="#566273", dark="#aab5c2"),
)
# Okabe and Ito's hues, darkened or lightened until each stands out from its paper; accent = invoke:
# the one blue always means "your code, running".
STATES = (
    Token(name="accent", light="#0067a8", dark="#67b7ef"),
    Token(name="init", light="#bd7100", dark="#f0a83e", words="init (cold start)"),
    Token(name="invoke", light="#0067a8", dark="#67b7ef", words="invoke"),
    Token(name="idle", light="#5e93b5", dark="#7fb0d2", words="warm, waiting"),
    Token(name="frozen", light="#748191", dark="#8d99a7", words="frozen"),
    Token(name="killed", light="#3b4552", dark="#c4ccd6", words="ended"),
    Token(name="throttled", light="#96397f", dark="#e295d2", words="throttled"),
    Token(name="failed", light="#bf3f0a", dark="#ff9066", words="failed"),
    Token(name="queued", light="#7d6900", dark="#d9c250", words="queued"),
    Token(name="provisioned", light="#007757", dark="#4fc89d", words="provisioned"),
    Token(name="good", light="#007757", dark="#4fc89d", words="passed"),
)
TOKENS = SURFACES + STATES


def colour(name: str, *, dark: bool = False) -> str:
    """The hex value of a token, for pictures that cannot read CSS variables.

    Raises:
        KeyError: no token has this name.
    """
    token = {token.name: token for token in TOKENS}[name]
    return token.dark if dark else token.light


def words(name: str) -> str:
    """What a legend says beside this token's colour."""
    return {token.name: token for token in TOKENS}[name].words


@cache
def css() -> str:
    """The tokens as CSS variables `--lb-NAME`: JupyterLab's theme decides, the system's where there is none."""
    light = "".join(f"--lb-{token.name}:{token.light};" for token in TOKENS)
    dark = "".join(f"--lb-{token.name}:{token.dark};" for token in TOKENS)
    return (
        f".lambada{{{light}color-scheme:light}}\n"
        f"@media (prefers-color-scheme:dark){{body:not([data-jp-theme-light]) .lambada{{{dark}color-scheme:dark}}}}\n"
        f'[data-jp-theme-light="false"] .lambada{{{dark}color-scheme:dark}}\n'
    )
