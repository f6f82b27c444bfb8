// The menu "Share", the link into the clipboard, and files that the kernel hands over.
const FLASH_MS = 1600;

function menuOf(el, parts, say) {
  const button = el.querySelector("[data-do=menu]");
  function close(back) {
    if (parts.menu.hidden) return;
    parts.menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (back) button.focus();
  }
  function toggle() {
    const open = parts.menu.hidden;
    parts.menu.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) parts.menu.querySelector("button:not([hidden])").focus();
  }
  function flash(text) {
    button.textContent = text;
    parts.said.textContent = text;
    setTimeout(() => { button.textContent = "Share"; }, FLASH_MS);
  }
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      flash("Copied");
    } catch {
      say(`Copy this link: ${text}`);
    }
  }
  el.addEventListener("keydown", (event) => { if (event.key === "Escape") close(true); });
  el.addEventListener("click", (event) => { if (!event.target.closest(".lb-menu")) close(false); });
  return { close, toggle, copy };
}

function download({ file, text, kind }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: kind }));
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
