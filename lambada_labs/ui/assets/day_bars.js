// A day as 24 bars: dragging across them sets each one, and so do the arrow keys. `changed(values)` hears of it.
function dayBars(field, start, changed) {
  const bars = [...field.children];
  let values = [...start], before = null;

  function draw() {
    bars.forEach((bar, hour) => {
      bar.style.setProperty("--tall", `${values[hour]}%`);
      bar.setAttribute("aria-valuenow", values[hour]);
      bar.setAttribute("aria-valuetext", `${values[hour]}%`);
    });
  }

  function set(hour, value) {
    const whole = Math.min(Math.max(Math.round(value), 0), 100);
    if (values[hour] === whole) return;
    values[hour] = whole;
    draw();
    changed([...values]);
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

  rove(0);
  draw();
  return {
    show(next) {
      values = [...next];
      draw();
    },
  };
}
