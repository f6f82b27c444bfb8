// What every widget does: put the kernel's markup in place and find its parts.
function place(model, el) {
  el.innerHTML = model.get("markup");
  const parts = {};
  for (const part of el.querySelectorAll("[data-part]")) parts[part.dataset.part] = part;
  return parts;
}

// JupyterLab's command mode takes the keys of whatever has the focus, unless it says otherwise itself.
const OWN_KEYS = "data-lm-suppress-shortcuts";

// "+$12.30", "-$0.50", "" for two amounts in whole cents.
function movedBy(before, now) {
  const cents = now - before;
  if (cents === 0) return "";
  const size = Math.abs(cents);
  const dollars = Math.floor(size / 100).toLocaleString("en-US");
  return `${cents > 0 ? "▲ +" : "▼ −"}$${dollars}.${String(size % 100).padStart(2, "0")}`;
}
