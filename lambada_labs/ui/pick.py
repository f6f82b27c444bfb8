"""A group of radio buttons that shows one panel of several without any script: it works in saved notebooks too.

The browser brings the keyboard (Tab enters, arrow keys move) and the screen reader's words; all panels
lie in one grid cell, so choosing never moves the page.
"""

from __future__ import annotations

from html import escape

from lambada_labs.ui.card import fresh_id


class Pick:
    """Hands out the buttons of one group, then its panels and the rules that tie them together."""

    def __init__(self, stem: str) -> None:
        self.id = fresh_id(stem)
        self._panels: list[str] = []

    def button(
        self,
        label: str,
        panel: str,
        *,
        shape: str = "lb-dot",
        style: str = "",
        first: bool = False,
        key: str = "",
    ) -> str:
        """One radio button (drawn by the CSS class `shape`) that shows this panel.

        A `key` names it for a script that draws the group anew and must find it again.
        """
        index = len(self._panels)
        self._panels.append(panel)
        placed = f' style="{style}"' if style else ""
        checked = " checked" if first else ""
        named = f' data-key="{escape(key)}"' if key else ""
        return (
            f'<input type="radio" class="lb-pick {shape}" name="{self.id}" id="{self.id}-{index}" '
            f'aria-label="{escape(label)}" title="{escape(label)}"{placed}{checked}{named}>'
        )

    def label(self, markup: str, *, shape: str = "") -> str:
        """A clickable text for the button that was handed out last."""
        return f'<label class="{shape}" for="{self.id}-{len(self._panels) - 1}">{markup}</label>'

    def panels(self) -> str:
        """The place where the chosen panel appears."""
        items = "".join(f"<div>{panel}</div>" for panel in self._panels)
        return f'<div class="lb-panels" aria-live="polite">{items}</div>'

    def scope(self, markup: str) -> str:
        """The whole group: buttons and panels inside one element, and the rules that show the chosen panel."""
        chosen = ",".join(
            f"#{self.id}:has(#{self.id}-{index}:checked) .lb-panels>:nth-child({index + 1})"
            for index in range(len(self._panels))
        )
        rules = f"<style>{chosen}{{visibility:visible}}</style>" if chosen else ""
        return f'<div id="{self.id}" role="radiogroup" class="lb-picks">{rules}{markup}</div>'
