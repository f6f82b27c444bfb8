"""Every card and picture of the kit, for looking at: `gallery.py FOLDER [NAME…]` writes pages and pictures."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "unit" / "ui"))

import specimens

PAGE = (
    '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    "<title>{theme}</title><style>body{{margin:0;padding:12px;background:{back}}}"
    "main{{columns:{columns};column-gap:18px}}main>*{{break-inside:avoid}}</style>"
    '<body class="jp-RenderedHTMLCommon" data-jp-theme-light="{light}"><main>{body}</main></body>'
)
THEMES = {"light": ("true", "#fff"), "dark": ("false", "#111")}
WIDTHS = {"wide": (1600, 2), "phone": (1560, 4)}


def write(folder: Path, names: list[str]) -> list[Path]:
    """One page per theme and width, with the named specimens (all, when none is named)."""
    chosen = {name: card for name, card in specimens.cards().items() if not names or name in names}
    pages = []
    for theme, (light, back) in THEMES.items():
        for width, (_, columns) in WIDTHS.items():
            path = folder / f"{theme}-{width}.html"
            body = "".join(f"<div>{card.html}</div>" for card in chosen.values())
            path.write_text(
                PAGE.format(theme=theme, light=light, back=back, columns=columns, body=body), encoding="utf-8"
            )
            pages.append(path)
    return pages


def photograph(pages: list[Path], chromium: str = "/usr/bin/chromium") -> None:
    """A screenshot of each page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        for path in pages:
            page.set_viewport_size({"width": WIDTHS[path.stem.split("-")[1]][0], "height": 400})
            page.goto(path.as_uri())
            page.wait_for_timeout(700)
            page.screenshot(path=path.with_suffix(".png"), full_page=True)
        browser.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    photograph(write(target, sys.argv[2:]))
