// Sliders: the preview answers while they move, the kernel's bill when they are let go.
function render({ model, el }) {
  const parts = place(model, el);
  const books = model.get("books");
  let work = { ...model.get("work") };
  let shown = model.get("bills");
  let start = shown;
  el.querySelector("form").addEventListener("submit", (event) => event.preventDefault());

  const controls = [...el.querySelectorAll("[data-control]")].map((box) => ({
    name: box.dataset.control,
    min: Number(box.dataset.min),
    max: Number(box.dataset.max),
    range: box.querySelector("[type=range]"),
    number: box.querySelector("[data-number]"),
    unit: box.querySelector("small").textContent,
  }));

  // Logarithmic, with 0 as an extra stop where the range begins there.
  function valueAt(control, stop) {
    const low = Math.max(control.min, 1);
    if (control.min === 0 && stop === 0) return 0;
    const raw = low * (control.max / low) ** (stop / 1000);
    const step = control.name === "memory_mb" ? (raw < 1024 ? 32 : 64) : 10 ** Math.max(0, Math.floor(Math.log10(raw)) - 1);
    return Math.min(control.max, Math.max(control.min, Math.round(raw / step) * step));
  }
  function stopFor(control, value) {
    const low = Math.max(control.min, 1);
    return value <= low && control.min === 0 && value === 0 ? 0 : Math.round((1000 * Math.log(value / low)) / Math.log(control.max / low));
  }

  function drawBills(bills) {
    bills.forEach((bill, column) => {
      parts[`total_${bill.id}`].textContent = bill.total;
      parts[`moved_${bill.id}`].textContent = movedBy(Number(start[column].cents), Number(bill.cents));
      bill.lines.forEach((line, row) => {
        parts[`amount_${bill.id}_${row}`].textContent = line.amount;
        parts[`quantity_${row}`].textContent = line.quantity;
      });
    });
    shown = bills;
  }

  function drawControls(except) {
    for (const control of controls) {
      const value = work[control.name];
      const text = `${value.toLocaleString("en-US")}`;
      if (control.number !== except) control.number.value = text;
      if (control.range !== except) control.range.value = stopFor(control, value);
      control.range.setAttribute("aria-valuetext", `${text} ${control.unit}`.trim());
    }
    for (const button of el.querySelectorAll("[data-architecture]"))
      button.setAttribute("aria-pressed", String(button.dataset.architecture === work.architecture));
  }

  function move(change, except) {
    work = { ...work, ...change };
    parts.problem.textContent = "";
    drawControls(except);
    drawBills(preview(work, books));
  }
  function settle() {
    model.set("work", { ...work });
    model.save_changes();
  }

  // A key always changes the number: stops whose rounded value is the same are skipped.
  function byKey(event, control) {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 40, PageDown: -40 }[event.key];
    if (!step) return;
    event.preventDefault();
    const old = work[control.name];
    let stop = stopFor(control, old) + step;
    while (stop > 0 && stop < 1000 && valueAt(control, stop) === old) stop += Math.sign(step);
    start = shown;
    move({ [control.name]: valueAt(control, Math.min(Math.max(stop, 0), 1000)) });
    settle();
  }

  for (const control of controls) {
    control.range.addEventListener("pointerdown", () => { start = shown; });
    control.range.addEventListener("keydown", (event) => byKey(event, control));
    control.range.addEventListener("input", () => move({ [control.name]: valueAt(control, Number(control.range.value)) }, control.range));
    control.range.addEventListener("change", settle);
    control.number.addEventListener("change", () => {
      const typed = Number(control.number.value.replace(/[,\s]/g, ""));
      start = shown;
      if (!Number.isInteger(typed) || typed < control.min || typed > control.max) {
        parts.problem.textContent = `${control.number.value}: whole numbers from ${control.min.toLocaleString("en-US")} to ${control.max.toLocaleString("en-US")} ${control.unit}, please.`;
        drawControls();
        return;
      }
      move({ [control.name]: typed });
      settle();
    });
  }
  for (const button of el.querySelectorAll("[data-architecture]"))
    button.addEventListener("click", () => {
      start = shown;
      move({ architecture: button.dataset.architecture });
      settle();
    });

  const same = (a, b) => Object.keys(a).every((key) => a[key] === b[key]);
  model.on("change:bills", () => {
    // An answer to a question that has been changed since is not shown.
    if (same(model.get("answered"), work)) drawBills(model.get("bills"));
  });
  model.on("change:sentences", () => {
    [parts.driver.innerHTML, parts.why.innerHTML] = model.get("sentences");
    el.querySelector(".lb-words pre").textContent = model.get("words");
  });
  model.on("change:work", () => {
    if (same(model.get("work"), work)) return;
    work = { ...model.get("work") };
    start = shown;
    drawControls();
    drawBills(preview(work, books));
  });
  drawControls();
}

export default { render };
