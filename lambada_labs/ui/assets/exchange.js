// One request through a real door: the kernel sends it, the four stations show what it was at each of them.
function render({ model, el }) {
  const parts = place(model, el);
  const frame = el.querySelector(".lb-exchange");
  const title = el.querySelector(".lb-title");
  const words = el.querySelector(".lb-words pre");
  const chips = [...el.querySelectorAll("[data-answer]")];

  function draw() {
    const shown = model.get("shown");
    parts.event.innerHTML = shown.event;
    const mark = parts.event.querySelector("mark");
    if (mark) parts.event.scrollTop = Math.max(0, mark.offsetTop - parts.event.offsetTop - 60);
    parts.response.textContent = shown.response;
    parts.why.innerHTML = shown.why;
    parts.status.textContent = shown.status || "";
    parts.status.className = `lb-ex-status ${shown.status >= 400 ? "lb-ex-bad" : "lb-ex-good"}`;
    title.innerHTML = shown.title;
    words.textContent = shown.words;
    parts.note.textContent = shown.note;
    parts.multi.checked = model.get("multi_value");
    for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.dataset.answer === parts.answer.value));
  }

  function rest() {
    const busy = model.get("busy");
    parts.send.disabled = busy;
    frame.classList.toggle("lb-waiting", busy);
    if (busy) parts.note.textContent = "On its way…";
  }

  function send() {
    if (model.get("busy")) return;
    parts.note.textContent = "On its way…";
    parts.send.disabled = true;
    frame.classList.add("lb-waiting");
    model.send({ request: parts.request.value, answer: parts.answer.value, multi_value: parts.multi.checked });
  }

  parts.send.addEventListener("click", send);
  parts.multi.addEventListener("change", send);
  for (const chip of chips) chip.addEventListener("click", () => { parts.answer.value = chip.dataset.answer; send(); });
  model.on("change:shown", draw);
  model.on("change:busy", rest);
  draw();
  rest();
}

export default { render };
