// Draw a day: dragging across the bars sets each one, the kernel answers with the plan.
function render({ model, el }) {
  const parts = place(model, el);
  const field = parts.draw;
  const bars = [...field.children];
  const title = el.querySelector(".lb-title");
  const words = el.querySelector(".lb-words pre");
  const note = el.querySelector(".lb-note");
  let values = [...model.get("values")], waiting = false, changed = false, before = null, timer = 0;

  function draw() {
    bars.forEach((bar, hour) => {
      bar.style.setProperty("--tall", `${values[hour]}%`);
      bar.setAttribute("aria-valuenow", values[hour]);
      bar.setAttribute("aria-valuetext", `${values[hour]}%`);
    });
  }

  function send() {
    if (waiting) { changed = true; return; }
    waiting = true;
    changed = false;
    clearTimeout(timer);
    timer = setTimeout(answered, 400); // should an answer get lost
    model.set("values", [...values]);
    model.save_changes();
  }

  function answered() {
    if (!waiting) return;
    waiting = false;
    if (changed) send();
  }

  function set(hour, value) {
    const whole = Math.min(Math.max(Math.round(value), 0), 100);
    if (values[hour] === whole) return;
    values[hour] = whole;
    draw();
    send();
  }

  function rove(hour) {
    bars.forEach((bar, index) => { bar.tabIndex = index === hour ? 0 : -1; });
  }

  function at(event) {
    const box = field.getBoundingClientRect();
    const hour = Math.min(Math.max(Math.floor((24 * (event.clientX - box.left)) / box.width), 0), 23);
    return [hour, 100 * (1 - (event.clientY - box.top) / box.height)];
  }

  field.addEventListener("pointerdown", (event) => {
    field.setPointerCapture(event.pointerId);
    event.preventDefault();
    before = at(event);
    rove(before[0]);
    bars[before[0]].focus({ preventScroll: true });
    set(...before);
  });
  field.addEventListener("pointermove", (event) => {
    if (!field.hasPointerCapture(event.pointerId)) return;
    const [hour, value] = at(event), [from, old] = before;
    const step = Math.sign(hour - from);
    // A fast stroke skips bars: those between get the straight line.
    for (let each = from; each !== hour; each += step) set(each, old + ((value - old) * (each - from)) / (hour - from));
    set(hour, value);
    before = [hour, value];
  });
  const steps = { ArrowUp: 5, ArrowDown: -5, PageUp: 20, PageDown: -20, Home: -100, End: 100 };
  field.addEventListener("keydown", (event) => {
    const hour = bars.indexOf(event.target);
    if (hour < 0) return;
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (side) {
      const next = (hour + side + 24) % 24;
      rove(next);
      bars[next].focus();
    } else if (event.key in steps) {
      set(hour, values[hour] + steps[event.key] * (event.shiftKey ? 4 : 1));
    } else return;
    event.preventDefault();
  });

  function show() {
    const drawn = model.get("drawn");
    if (drawn.plan === undefined) return;
    parts.plan.innerHTML = drawn.plan;
    parts.problem.textContent = drawn.problem;
    title.textContent = drawn.title;
    words.textContent = drawn.words;
    if (note) note.innerHTML = drawn.below;
  }

  model.on("change:drawn", () => { show(); answered(); });
  model.on("change:values", () => {
    if (waiting) return;
    values = [...model.get("values")];
    draw();
  });
  rove(0);
  draw();
}

export default { render };
