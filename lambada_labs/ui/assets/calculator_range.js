// A figure as a range: two numbers and two thumbs, the low end never above the high one. Eight times in ten it lies between.
const RANGE_FACTOR = 1.5, RANGE_FROM_NOTHING = { requests: 1e6, cold_share: 0.02, init_ms: 500 };
const RANGE_PLACES = { memory_mb: 0, requests: 0, duration_ms: 2, init_ms: 2, cold_share: 4 };

const inPlaces = (name, number) => plain(dec(number.toFixed(RANGE_PLACES[name])));
// What the bill is made for: the middle of the logarithms, or of the numbers where the range begins at 0.
function middleOf(name, [low, high]) {
  const [from, to] = [Number(low), Number(high)];
  return inPlaces(name, from > 0 ? Math.sqrt(from * to) : (from + to) / 2);
}
function firstSpan(control, text) {
  const value = Number(text);
  if (value === 0) return ["0", inPlaces(control.name, RANGE_FROM_NOTHING[control.name] ?? control.max / control.scale)];
  const least = control.min / control.scale, most = control.max / control.scale;
  return [Math.max(value / RANGE_FACTOR, least), Math.min(value * RANGE_FACTOR, most)].map((end) => inPlaces(control.name, end));
}
// A state as it is asked for and as the link has it: `duration_ms` is "80..240".
const withSpans = (state, spans) => ({ ...state, ...Object.fromEntries(Object.entries(spans ?? {}).map(([name, ends]) => [name, ends.join("..")])) });

// The keys of one slider: what it would show after this key, or null. Stops whose rounded value is the same are skipped.
function afterKey(event, control, old) {
  const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 40, PageDown: -40, Home: -1000, End: 1000 }[event.key];
  if (!step) return null;
  event.preventDefault();
  let stop = stopFor(control, old) + step;
  while (stop > 0 && stop < 1000 && valueAt(control, stop) === old) stop += Math.sign(step);
  return valueAt(control, Math.min(Math.max(stop, 0), 1000));
}
// One thumb: `value()` is what it shows now, `on.move(value)` while it moves, `on.settle()` once it is let go.
function sliding(range, control, value, on) {
  range.addEventListener("pointerdown", () => {
    range.dataset.held = "";
    on.begin();
  });
  range.addEventListener("keydown", (event) => {
    const next = afterKey(event, control, value());
    if (next === null) return;
    on.begin();
    on.move(next);
    on.settle();
  });
  range.addEventListener("input", () => {
    range.dataset.moved = "";
    on.move(valueAt(control, Number(range.value)));
  });
  const release = () => {
    delete range.dataset.held;
    if (range.dataset.moved === undefined) return;
    delete range.dataset.moved;
    on.settle();
  };
  range.addEventListener("change", release);
  // A drag that ends where it began is no change, yet what it showed has to be confirmed.
  for (const end of ["pointerup", "pointercancel"]) range.addEventListener(end, () => setTimeout(release));
}

// What is typed must be a number within the control's range; null and a sentence where it is none.
function numberIn(control, field, problem) {
  const text = typed(field.value), size = Number(text);
  if (text !== null && size >= control.min && size <= control.max && !(control.whole && text.includes("."))) return unscaled(text, control.scale);
  const kind = control.whole ? "whole numbers" : "numbers";
  problem(`${field.value}: ${kind} from ${control.min.toLocaleString("en-US")} to ${control.max.toLocaleString("en-US")} ${control.unit}, please.`);
  return null;
}

// `on.spanned(control, span)` sets the range (undefined: one number again); `draw(span)` shows it.
function spanOf(control, box, on) {
  const toggle = box.querySelector("[data-ranged]"), place = box.querySelector("[data-span]");
  if (!toggle) return { draw() {} };
  const single = [control.range, control.number.parentElement], ends = ["low", "high"].map((end, index) => ({
    index,
    number: place.querySelector(`[data-end=${end}]`),
    range: place.querySelector(`[data-thumb=${end}]`),
  }));
  let span;

  const said = (text) => count(dec(scaled(text, control.scale)));
  function draw(given) {
    span = given;
    toggle.setAttribute("aria-pressed", String(Boolean(span)));
    putHidden(place, !span);
    single.forEach((each) => putHidden(each, Boolean(span)));
    if (!span) return;
    for (const { index, number, range } of ends) {
      if (number.dataset.typing === undefined) number.value = said(span[index]);
      if (range.dataset.held === undefined) range.value = stopFor(control, Number(span[index]) * control.scale);
      range.setAttribute("aria-valuetext", `${said(span[index])} ${control.unit}`);
      place.style.setProperty(index ? "--to" : "--from", `${range.value / 10}%`);
    }
  }
  // A thumb stops at the other one.
  function setEnd(index, text) {
    const other = Number(span[1 - index]), value = Number(text);
    const kept = (index ? value < other : value > other) ? span[1 - index] : text;
    on.spanned(control, index ? [span[0], kept] : [kept, span[1]]);
  }
  toggle.addEventListener("click", () => {
    on.begin();
    on.spanned(control, span ? undefined : firstSpan(control, on.value(control)));
    on.settle();
  });
  for (const { index, number, range } of ends) {
    const move = (value) => setEnd(index, unscaled(tidy(value), control.scale));
    sliding(range, control, () => Number(span[index]) * control.scale, { ...on, move });
    on.whenTyped(number, () => {
      const text = numberIn(control, number, on.problem);
      const wrong = text !== null && (index ? Number(text) < Number(span[0]) : Number(text) > Number(span[1]));
      if (wrong) on.problem(`${number.value}: the low end first, please.`);
      if (text === null || wrong || text === span[index]) return draw(span);
      on.begin();
      setEnd(index, text);
      on.settle();
    });
  }
  return { draw };
}
