"""The few small shapes that stand beside words, so that colour is never the only signal."""

from __future__ import annotations

PATHS = {
    "check": (
        "good",
        '<circle cx="10" cy="10" r="9" fill="currentColor"/><path d="M5.8 10.4l2.9 2.9 5.6-6.2" stroke="var(--lb-paper)"/>',
    ),
    "cross": (
        "failed",
        '<rect x="1.4" y="1.4" width="17.2" height="17.2" rx="5" fill="currentColor"/><path d="M6.6 6.6l6.8 6.8M13.4 6.6l-6.8 6.8" stroke="var(--lb-paper)"/>',
    ),
    "ring": ("muted", '<circle cx="10" cy="10" r="8" stroke="currentColor"/>'),
    "half": (
        "init",
        '<path d="M10 1.6L18.6 17H1.4z" fill="currentColor" stroke="currentColor" stroke-linejoin="round"/><path d="M10 7.4v4.4M10 14.4v.2" stroke="var(--lb-paper)"/>',
    ),
    "arrow": ("accent", '<path d="M3 10h13M11 5l5 5-5 5" stroke="currentColor"/>'),
    "dot": ("accent", '<circle cx="10" cy="10" r="4.5" fill="currentColor"/>'),
    "bulb": (
        "init",
        '<path d="M10 2.2a5.6 5.6 0 0 0-3.2 10.2c.6.5.9 1.1.9 1.9h4.6c0-.8.3-1.4.9-1.9A5.6 5.6 0 0 0 10 2.2z" stroke="currentColor"/><path d="M8 17.6h4" stroke="currentColor"/>',
    ),
    "differs": ("init", '<path d="M4 7.5h12M4 12.5h12M13 4L7 16" stroke="currentColor"/>'),
    "same": ("muted", '<path d="M4 7.5h12M4 12.5h12" stroke="currentColor"/>'),
}


def mark(name: str, label: str = "") -> str:
    """One shape as inline SVG; with a label it speaks, without one it is decoration beside a word."""
    token, shape = PATHS[name]
    said = f'role="img" aria-label="{label}"' if label else 'aria-hidden="true"'
    return (
        f'<svg class="lb-mark" viewBox="0 0 20 20" fill="none" stroke-width="2" stroke-linecap="round" '
        f'style="color:var(--lb-{token})" {said}>{shape}</svg>'
    )
