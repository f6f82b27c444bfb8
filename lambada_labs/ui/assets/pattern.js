// The kernel asks EventBridge about each event; this only sends the text, and lights rows up.
function render({ model, el }) {
  const parts = place(model, el);
  const rows = [...parts.stream.children];
  function ask() {
    parts.try.disabled = true;
    parts.stream.classList.add("lb-waiting");
    model.send({ pattern: parts.pattern.value });
  }
  function draw() {
    const lit = model.get("lit");
    rows.forEach((row, index) => { row.dataset.lit = String(Boolean(lit[index])); });
    parts.verdict.textContent = model.get("verdict");
    parts.problem.textContent = model.get("problem");
    parts.stream.classList.remove("lb-waiting");
    parts.try.disabled = false;
  }
  parts.pattern.setAttribute(OWN_KEYS, "true");
  parts.try.addEventListener("click", ask);
  parts.pattern.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    ask();
  });
  model.on("change:asked", draw);
  draw();
}

export default { render };
