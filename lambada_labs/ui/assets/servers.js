// Drag the peak of a day: the kernel has drawn every day already, this only swaps them.
function render({ model, el }) {
  const parts = place(model, el);
  const frames = model.get("frames");
  const handle = el.querySelector(".lb-handle");
  const plot = el.querySelector(".lb-plot");
  const title = el.querySelector(".lb-title");
  const words = el.querySelector(".lb-words pre");
  const byPeak = new Map(frames.map((frame, index) => [frame.peak, index]));
  let shown = byPeak.get(model.get("peak"));
  let start = shown;

  function draw(index) {
    const now = frames[index], before = frames[start];
    shown = index;
    parts.stairs.setAttribute("d", now.stairs);
    parts.curve.setAttribute("d", now.curve);
    parts.fill.setAttribute("d", `${now.curve}L100 100L0 100Z`);
    parts.idle.style.clipPath = now.idle;
    for (const name of ["peak", "servers", "functions", "waste", "night"]) parts[name].textContent = now[name];
    parts.servers_moved.textContent = movedBy(before.servers_cents, now.servers_cents);
    parts.functions_moved.textContent = movedBy(before.functions_cents, now.functions_cents);
    title.textContent = now.title;
    words.textContent = now.words;
    handle.style.top = `${now.top}%`;
    handle.setAttribute("aria-valuenow", now.peak);
    handle.setAttribute("aria-valuetext", now.title);
  }

  function keep() {
    model.set("peak", frames[shown].peak);
    model.save_changes();
  }

  function go(index) {
    draw(Math.min(Math.max(index, 0), frames.length - 1));
  }

  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    start = shown;
    event.preventDefault();
    handle.focus({ preventScroll: true });
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = plot.getBoundingClientRect();
    const top = ((event.clientY - box.top) / box.height) * 100;
    let best = 0;
    frames.forEach((frame, index) => {
      if (Math.abs(frame.top - top) < Math.abs(frames[best].top - top)) best = index;
    });
    if (best !== shown) draw(best);
  });
  handle.addEventListener("pointerup", keep);
  const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 5, PageDown: -5, Home: -1000, End: 1000 };
  handle.addEventListener("keydown", (event) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    start = shown;
    go(shown + steps[event.key]);
    keep();
  });
  model.on("change:peak", () => {
    const index = byPeak.get(model.get("peak"));
    if (index !== undefined && index !== shown) draw(index);
  });
}

export default { render };
