// Draw a day: the kernel answers with the plan.
function render({ model, el }) {
  const parts = place(model, el);
  const title = el.querySelector(".lb-title");
  const words = el.querySelector(".lb-words pre");
  const note = el.querySelector(".lb-note");
  let drawn = [...model.get("values")], waiting = false, changed = false, timer = 0;
  const bars = dayBars(parts.draw, drawn, (values) => {
    drawn = values;
    send();
  });

  function send() {
    if (waiting) { changed = true; return; }
    waiting = true;
    changed = false;
    clearTimeout(timer);
    timer = setTimeout(answered, 400); // should an answer get lost
    model.set("values", drawn);
    model.save_changes();
  }

  function answered() {
    if (!waiting) return;
    waiting = false;
    if (changed) send();
  }

  function show() {
    const plan = model.get("drawn");
    if (plan.plan === undefined) return;
    parts.plan.innerHTML = plan.plan;
    parts.problem.textContent = plan.problem;
    title.textContent = plan.title;
    words.textContent = plan.words;
    if (note) note.innerHTML = plan.below;
  }

  model.on("change:drawn", () => { show(); answered(); });
  model.on("change:values", () => {
    if (waiting) return;
    drawn = [...model.get("values")];
    bars.show(drawn);
  });
}

export default { render };
