// A guess is kept in the kernel; nothing is judged here.
function render({ model, el }) {
  const parts = place(model, el);
  const options = [...el.querySelectorAll(".lb-option")];

  function keep(value) {
    model.set("entry", value);
    model.save_changes();
  }

  function draw() {
    parts.kept.textContent = model.get("kept");
    for (const option of options) option.setAttribute("aria-pressed", String(option.dataset.choice === model.get("entry")));
  }

  for (const option of options) option.addEventListener("click", () => keep(option.dataset.choice));
  if (parts.field) {
    const send = () => parts.field.value.trim() && keep(parts.field.value.trim());
    parts.keep.addEventListener("click", send);
    parts.field.addEventListener("keydown", (event) => event.key === "Enter" && send());
  }
  model.on("change:kept", draw);
  model.on("change:entry", draw);
}

export default { render };
