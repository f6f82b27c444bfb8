// The corner of the rectangle: it moves at once, the money follows from the kernel.
function corner(share, end, low, high, step) {
  return Math.min(Math.max(Math.round((share * end) / step) * step, low), high);
}

function finer(end) {
  return Math.max(1, 10 ** Math.floor(Math.log10(end / 40)));
}

function render({ model, el }) {
  const parts = place(model, el);
  const plot = el.querySelector(".lb-plot");
  const title = el.querySelector(".lb-title");
  const words = el.querySelector(".lb-words pre");
  const rules = [...el.querySelectorAll(".lb-rule b")];
  const ticks = [...el.querySelectorAll(".lb-xticks i")];
  let waiting = false, next = null, timer = 0;

  function move(memory, time) {
    const now = model.get("now");
    const right = Math.min((100 * time) / now.time_end, 100), up = Math.min((100 * memory) / now.memory_end, 100);
    parts.area.style.width = parts.grip.style.left = `${right}%`;
    parts.area.style.height = `${up}%`;
    parts.grip.style.top = `${100 - up}%`;
  }

  function show() {
    const now = model.get("now");
    if (now.memory_end === undefined) return;
    move(now.memory_mb, now.duration_ms);
    const [wide, tall] = now.unit;
    parts.unit.hidden = Math.max(wide, tall) > 1;
    parts.unit.style.width = `${100 * wide}%`;
    parts.unit.style.height = `${100 * tall}%`;
    for (const name of ["sum", "aws", "deck", "month"]) parts[name].textContent = now[name];
    now.y_ticks.forEach(([, said], index) => { if (rules[index]) rules[index].textContent = said; });
    now.x_ticks.forEach(([, said], index) => { if (ticks[index]) ticks[index].textContent = said; });
    title.textContent = now.title;
    words.textContent = now.words;
    parts.grip.setAttribute("aria-valuenow", now.memory_mb);
    parts.grip.setAttribute("aria-valuetext", now.title);
  }

  function send(memory, time, held) {
    move(memory, time);
    if (waiting) { next = [memory, time, held]; return; }
    const changed = memory !== model.get("memory_mb") || time !== model.get("duration_ms") || held !== model.get("held");
    if (!changed) return;
    waiting = true;
    clearTimeout(timer);
    timer = setTimeout(answered, 400); // should an answer get lost
    model.set("memory_mb", memory);
    model.set("duration_ms", time);
    model.set("held", held);
    model.save_changes();
  }

  function answered() {
    if (!waiting) return;
    waiting = false;
    if (!next) return;
    const [memory, time, held] = next;
    next = null;
    send(memory, time, held);
  }

  function at(event) {
    const box = plot.getBoundingClientRect(), now = model.get("now");
    const wide = (event.clientX - box.left) / box.width, tall = 1 - (event.clientY - box.top) / box.height;
    return [corner(tall, now.memory_end, 128, now.memory_end, 64), corner(wide, now.time_end, 1, now.time_end, finer(now.time_end))];
  }

  const grip = parts.grip;
  grip.addEventListener("pointerdown", (event) => {
    grip.setPointerCapture(event.pointerId);
    event.preventDefault();
    grip.focus({ preventScroll: true });
  });
  grip.addEventListener("pointermove", (event) => {
    if (grip.hasPointerCapture(event.pointerId)) send(...at(event), true);
  });
  grip.addEventListener("pointerup", (event) => send(...at(event), false));
  const steps = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageUp: [8, 0], PageDown: [-8, 0] };
  grip.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const large = event.shiftKey ? 8 : 1, [memory, time] = next ?? [model.get("memory_mb"), model.get("duration_ms")];
    const fine = finer(model.get("now").time_end);
    send(
      corner(1, memory + step[0] * large * 64, 128, 10240, 64),
      corner(1, time + step[1] * large * fine, 1, 900000, fine === 1 ? 1 : fine / 10),
      false,
    );
  });
  model.on("change:now", () => {
    if (!next) show();
    answered();
  });
  show();
}

export default { render };
