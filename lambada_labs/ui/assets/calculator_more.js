// Below the calculator: pictures that the kernel draws when they are looked at, and logs sent to it in pieces.
const PIECE = 512 * 1024;

function wear(el, worn, styles) {
  for (const [name, css] of Object.entries(styles ?? {})) {
    if (worn.has(name)) continue;
    worn.add(name);
    el.appendChild(document.createElement("style")).textContent = css;
  }
}

// `wish` is what a question about the bill asks for besides; `ask` draws the shown picture anew; `take` puts it in its place.
function figuresOf(el, parts, model, worn) {
  const tabs = [...el.querySelectorAll("[data-figure]")];
  const ways = [...el.querySelectorAll("[data-way-of]")], [sure] = tabs, options = {};
  let chosen = tabs.find((each) => !each.hidden)?.dataset.figure, id = 0, side = "a", day = "", asked = false, again = false;
  function wish(of = side) {
    side = of;
    id += 1;
    return { figure: chosen, id, side, worn: [...worn], ...options };
  }
  function ask(of) {
    [asked, again] = [true, false];
    model.send(wish(of));
  }
  // The bars of a shipped day; once they are drawn on, the day is the reader's own. One question at a time.
  function drawDay({ bars, day: name }) {
    day = name;
    // An answer that comes while somebody is at a bar must not take the keyboard away.
    const hour = parts.day.querySelector("[data-hour]:focus")?.dataset.hour;
    parts.day.innerHTML = bars;
    if (hour) parts.day.querySelector(`[data-hour="${hour}"]`).focus({ preventScroll: true });
    const field = parts.day.querySelector("[data-part=draw]");
    dayBars(field, [...field.children].map((bar) => Number(bar.getAttribute("aria-valuenow"))), (values) => {
      options.shape = values;
      day = "";
      el.querySelector("[data-choose=shape]").value = "";
      if (asked) again = true;
      else ask();
    });
  }
  function choose(tab, focus) {
    select(tab);
    if (focus) tab.focus();
    ask();
  }
  function select(tab) {
    chosen = tab.dataset.figure;
    for (const each of ways) each.hidden ||= each.dataset.wayOf !== chosen;
    for (const each of tabs) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
    }
  }
  // "How sure?" is there, and is looked at first, once a figure is a range; true where the picture is another now.
  function offer(ranged) {
    if (sure.hidden === !ranged) return false;
    sure.hidden = !ranged;
    if (ranged) select(sure);
    else if (chosen === sure.dataset.figure) select(tabs[1]);
    return true;
  }
  // What is chosen above a picture: a budget, a day.
  for (const field of el.querySelectorAll("[data-choose]")) {
    if (field.type === "text") takeEnter(field);
    field.addEventListener("input", () => { field.dataset.typing = ""; });
    field.addEventListener("change", () => {
      delete field.dataset.typing;
      options[field.dataset.choose] = field.type === "text" ? typed(field.value) ?? field.value.trim() : field.value;
      ask();
    });
  }
  for (const tab of tabs) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const seen = tabs.filter((each) => !each.hidden), at = seen.indexOf(tab);
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + seen.length, Home: 0, End: seen.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      choose(seen[next % seen.length], true);
    });
  }
  function take(message) {
    // A picture of an older question is not shown.
    if (message.id !== id || message.figure !== chosen) return;
    wear(el, worn, message.styles);
    for (const each of ways) each.hidden = each.dataset.wayOf !== chosen;
    // Whoever has drawn since the question was asked keeps what was drawn.
    if (message.bars && message.day !== day && !again) drawDay(message);
    parts.figure.innerHTML = message.body;
    asked = false;
    if (again) ask();
    parts.figure.dataset.shown = `${message.figure} ${message.id}`;
  }
  return { ask, wish, take, offer };
}

// Pieces are sent one after another, each once the kernel has taken the one before.
function logsOf(el, parts, model, worn) {
  let blob = null, at = 0, run = 0;
  const size = (bytes) => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`);
  async function next() {
    const piece = await blob.slice(at, at + PIECE).arrayBuffer();
    at += piece.byteLength;
    const last = at >= blob.size;
    parts.log_said.textContent = last ? "Reading …" : `${size(at)} of ${size(blob.size)}`;
    model.send({ log: run, last }, undefined, [new DataView(piece)]);
  }
  function start(given) {
    blob = given;
    at = 0;
    run += 1;
    parts.log.innerHTML = "";
    next();
  }
  function take(message) {
    if (message.log !== run) return;
    if (message.more) {
      next();
      return;
    }
    parts.log_said.textContent = message.problem ?? "";
    wear(el, worn, message.styles);
    parts.log.innerHTML = message.body ?? "";
  }
  parts.log_file.addEventListener("change", () => { if (parts.log_file.files.length) start(parts.log_file.files[0]); });
  return { take, read: () => start(new Blob([parts.log_text.value])) };
}
