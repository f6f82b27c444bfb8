// The controls of one scenario: sliders, menus, and the boxes of added parts. State is flat text, as in the link.

// 12 figures are as many as a slider can mean.
const tidy = (number) => String(Number(number.toPrecision(12)));

// The slider's stop (0 to 1000) for a number and back: logarithmic, 0 being the first stop where the range begins there.
function valueAt(control, stop) {
  const low = Math.max(control.min, 1);
  if (control.min === 0 && stop === 0) return 0;
  const raw = low * (control.max / low) ** (stop / 1000);
  const step = control.name === "memory_mb" ? (raw < 1024 ? 32 : 64) : 10 ** Math.max(0, Math.floor(Math.log10(raw)) - 1);
  return Math.min(control.max, Math.max(control.min, Math.round(raw / step) * step));
}
function stopFor(control, value) {
  const low = Math.max(control.min, 1);
  if (value <= low) return 0;
  return Math.round((1000 * Math.log(value / low)) / Math.log(control.max / low));
}

// "1,536" as the text of a number, or null where it is none.
function typed(text) {
  const bare = text.replace(/[,\s_]/g, "");
  return /^\d{1,18}(\.\d{1,9})?$/.test(bare) ? plain(dec(bare)) : null;
}
const scaled = (text, by) => plain(times(dec(text), dec(String(by))));
const unscaled = (text, by) => plain(divided(dec(text), dec(String(by)), 30));

// A notebook takes Enter for itself: here it ends the typing, and the focus stays where it is.
function takeEnter(field) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (field.dataset.typing !== undefined) field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function formOf(el, parts, on) {
  const form = el.querySelector("form.lb-controls");
  form.addEventListener("submit", (event) => event.preventDefault());
  const controls = [...form.querySelectorAll("[data-control]")].filter((box) => box.dataset.control).map((box) => ({
    name: box.dataset.control,
    min: Number(box.dataset.min),
    max: Number(box.dataset.max),
    scale: Number(box.dataset.scale),
    whole: box.dataset.whole === "true",
    label: box.querySelector("label>span").textContent,
    range: box.querySelector("[type=range]"),
    number: box.querySelector("[data-number]"),
    unit: box.querySelector(".lb-typed small").textContent,
  }));
  const templates = new Map([...form.querySelectorAll("template[data-kind]")].map((each) => [each.dataset.kind, each]));
  const ways = form.querySelector("[data-way]"), adder = form.querySelector("[data-add]");
  const compute = new Set(ways ? [...ways.options].map((option) => option.value).filter(Boolean) : []);
  let state = {};

  const shownOf = (control, text) => count(dec(scaled(text, control.scale)));
  function drawNumber(control) {
    const text = state[control.name], said = shownOf(control, text);
    if (control.number.dataset.typing === undefined) control.number.value = said;
    if (control.range.dataset.held === undefined) control.range.value = stopFor(control, Number(text) * control.scale);
    control.range.setAttribute("aria-valuetext", `${said} ${control.unit}`.trim());
  }
  const pressed = (name, value) => {
    for (const button of form.querySelectorAll(`[data-${name}]`)) button.setAttribute("aria-pressed", String(button.dataset[name] === value));
  };

  function drawBox(place, key) {
    let box = place.querySelector(`[data-key="${key}"]`);
    if (!box) {
      box = templates.get(key).content.firstElementChild.cloneNode(true);
      box.querySelectorAll("input[type=text]").forEach(takeEnter);
      place.append(box);
    }
    for (const field of box.querySelectorAll("[data-option]")) {
      const value = state[field.dataset.option] ?? field.dataset.start;
      if (field.type === "checkbox") field.checked = value === "true";
      else if (field.tagName === "SELECT") field.value = value;
      else if (field.dataset.typing === undefined) field.value = count(dec(value));
    }
  }
  function drawParts() {
    const keys = Object.keys(state).filter((key) => templates.has(key));
    for (const [place, fits] of [[parts.pay, (key) => compute.has(key)], [parts.around, (key) => !compute.has(key)]]) {
      if (!place) continue;
      const wanted = keys.filter(fits);
      for (const box of [...place.children]) if (!wanted.includes(box.dataset.key)) box.remove();
      for (const key of wanted) drawBox(place, key);
    }
    if (ways) ways.value = keys.find((key) => compute.has(key)) ?? "";
    for (const option of adder.querySelectorAll("option")) option.disabled = option.value !== "" && keys.includes(option.value);
  }
  // What a folded group would show, in a few words.
  function drawSummaries() {
    const titles = (fits) => Object.keys(state).filter((key) => templates.has(key) && fits(key)).map((key) => templates.get(key).dataset.title).join(", ");
    const running = controls.filter((control) => !["memory_mb", "duration_ms", "requests"].includes(control.name) && Number(state[control.name]) * control.scale > control.min)
      .map((control) => `${control.label} ${shownOf(control, state[control.name])} ${control.unit}`);
    if (state.spread !== "steady") running.unshift(form.querySelector(`[data-spread="${state.spread}"]`).textContent);
    parts.set_running.textContent = running.join(", ") || "always warm, never retried";
    if (parts.set_pay) parts.set_pay.textContent = titles((key) => compute.has(key)) || "on demand";
    parts.set_around.textContent = titles((key) => !compute.has(key)) || "nothing yet";
  }
  function draw(given) {
    state = { ...given };
    controls.forEach(drawNumber);
    pressed("architecture", state.architecture);
    pressed("spread", state.spread);
    form.querySelector("[data-region]").value = state.region;
    form.querySelector("[data-free-tier]").checked = state.free_tier !== "false";
    drawParts();
    drawSummaries();
  }

  function move(name, value) {
    state = { ...state, [name]: value };
    const control = controls.find((each) => each.name === name);
    if (control) drawNumber(control);
    else pressed(name, value);
    drawSummaries();
    on.move(state, name);
  }
  // A key always changes the number: stops whose rounded value is the same are skipped.
  function byKey(event, control) {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 40, PageDown: -40, Home: -1000, End: 1000 }[event.key];
    if (!step) return;
    event.preventDefault();
    const old = Number(state[control.name]) * control.scale;
    let stop = stopFor(control, old) + step;
    while (stop > 0 && stop < 1000 && valueAt(control, stop) === old) stop += Math.sign(step);
    on.begin();
    move(control.name, unscaled(tidy(valueAt(control, Math.min(Math.max(stop, 0), 1000))), control.scale));
    on.settle();
  }
  for (const control of controls) {
    control.range.addEventListener("pointerdown", () => {
      control.range.dataset.held = "";
      on.begin();
    });
    control.range.addEventListener("keydown", (event) => byKey(event, control));
    control.range.addEventListener("input", () => move(control.name, unscaled(tidy(valueAt(control, Number(control.range.value))), control.scale)));
    control.range.addEventListener("input", () => { control.range.dataset.moved = ""; });
    const release = () => {
      delete control.range.dataset.held;
      if (control.range.dataset.moved === undefined) return;
      delete control.range.dataset.moved;
      on.settle();
    };
    control.range.addEventListener("change", release);
    // A drag that ends where it began is no change, yet what it showed has to be confirmed.
    for (const end of ["pointerup", "pointercancel"]) control.range.addEventListener(end, () => setTimeout(release));
    whenTyped(control.number, () => {
      const text = typed(control.number.value), size = Number(text);
      if (text === null || size < control.min || size > control.max || (control.whole && text.includes("."))) {
        const kind = control.whole ? "whole numbers" : "numbers";
        on.problem(`${control.number.value}: ${kind} from ${control.min.toLocaleString("en-US")} to ${control.max.toLocaleString("en-US")} ${control.unit}, please.`);
        return drawNumber(control);
      }
      if (unscaled(text, control.scale) === state[control.name]) return drawNumber(control);
      on.begin();
      move(control.name, unscaled(text, control.scale));
      on.settle();
    });
  }
  function whenTyped(field, then) {
    field.addEventListener("input", () => { field.dataset.typing = ""; });
    field.addEventListener("change", () => {
      delete field.dataset.typing;
      then();
    });
    field.addEventListener("blur", () => { delete field.dataset.typing; });
    takeEnter(field);
  }
  const set = (changes) => {
    on.begin();
    state = { ...state, ...changes };
    on.ask(state);
  };
  const without = (key) => Object.fromEntries(Object.entries(state).filter(([name]) => name !== key && !name.startsWith(`${key}.`)));

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    for (const name of ["architecture", "spread"])
      if (button.dataset[name]) {
        on.begin();
        move(name, button.dataset[name]);
        on.settle();
      }
    if (button.dataset.remove !== undefined) {
      const box = button.closest("[data-key]"), next = box.parentElement.nextElementSibling?.querySelector("select") ?? ways;
      state = without(box.dataset.key);
      set({});
      next?.focus();
    }
  });
  form.addEventListener("change", (event) => {
    const field = event.target;
    if (field.dataset.region !== undefined) set({ region: field.value });
    else if (field.dataset.freeTier !== undefined) set({ free_tier: String(field.checked) });
    else if (field === ways) {
      for (const key of compute) state = without(key);
      set(ways.value ? { [ways.value]: "on" } : {});
    } else if (field === adder) {
      const key = adder.value;
      adder.value = "";
      if (key) {
        set({ [key]: "on" });
        on.added(() => parts.around.querySelector(`[data-key="${key}"] [data-option]`)?.focus());
      }
    } else if (field.dataset.option) {
      delete field.dataset.typing;
      const value = field.type === "checkbox" ? String(field.checked) : field.tagName === "SELECT" ? field.value : typed(field.value);
      if (value === null) {
        on.problem(`${field.value}: a number in plain digits, 0 or more, please.`);
        drawParts();
      } else if (value !== state[field.dataset.option]) set({ [field.dataset.option]: value });
      else drawParts();
    }
  });
  form.addEventListener("input", (event) => {
    if (event.target.dataset.option && event.target.type === "text") event.target.dataset.typing = "";
  });
  return { draw, controls };
}
