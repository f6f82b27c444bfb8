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
    label: box.querySelector("[data-label]").textContent,
    range: box.querySelector("[type=range]"),
    number: box.querySelector("[data-number]"),
    unit: box.querySelector(".lb-typed small").textContent,
  }));
  const templates = new Map([...form.querySelectorAll("template[data-kind]")].map((each) => [each.dataset.kind, each]));
  const ways = form.querySelector("[data-way]"), adder = form.querySelector("[data-add]");
  const compute = new Set(ways ? [...ways.options].map((option) => option.value).filter(Boolean) : []);
  let state = {}, spans = {};

  const shownOf = (control, text) => count(dec(scaled(text, control.scale)));
  function drawNumber(control) {
    const text = state[control.name], said = shownOf(control, text);
    if (control.number.dataset.typing === undefined) control.number.value = said;
    if (control.range.dataset.held === undefined) control.range.value = stopFor(control, Number(text) * control.scale);
    control.range.setAttribute("aria-valuetext", `${said} ${control.unit}`.trim());
    control.span?.draw(spans[control.name]);
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
      .map((control) => `${control.label} ${(spans[control.name] ?? [state[control.name]]).map((each) => shownOf(control, each)).join("–")} ${control.unit}`);
    if (state.spread !== "steady") running.unshift(form.querySelector(`[data-spread="${state.spread}"]`).textContent);
    parts.set_running.textContent = running.join(", ") || "always warm, never retried";
    if (parts.set_pay) parts.set_pay.textContent = titles((key) => compute.has(key)) || "on demand";
    parts.set_around.textContent = titles((key) => !compute.has(key)) || "nothing yet";
  }
  function draw(given, ranged = {}) {
    state = { ...given };
    spans = ranged;
    controls.forEach(drawNumber);
    pressed("architecture", state.architecture);
    pressed("spread", state.spread);
    form.querySelector("[data-region]").value = state.region;
    form.querySelector("[data-free-tier]").checked = state.free_tier !== "false";
    drawParts();
    drawSummaries();
  }

  function moveTo(name, value) {
    state = { ...state, [name]: value };
    const control = controls.find((each) => each.name === name);
    if (control) drawNumber(control);
    else pressed(name, value);
    drawSummaries();
    on.move(state, name, spans);
  }
  for (const control of controls) {
    const move = (value) => moveTo(control.name, unscaled(tidy(value), control.scale));
    sliding(control.range, control, () => Number(state[control.name]) * control.scale, { ...on, move });
    whenTyped(control.number, () => {
      const text = numberIn(control, control.number, on.problem);
      if (text === null || text === state[control.name]) return drawNumber(control);
      on.begin();
      moveTo(control.name, text);
      on.settle();
    });
    control.span = spanOf(control, control.range.closest("[data-control]"), {
      ...on,
      whenTyped,
      value: ({ name }) => state[name],
      spanned({ name }, span) {
        const { [name]: _, ...others } = spans;
        spans = span ? { ...others, [name]: span } : others;
        moveTo(name, span ? middleOf(name, span) : state[name]);
      },
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
        moveTo(name, button.dataset[name]);
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
