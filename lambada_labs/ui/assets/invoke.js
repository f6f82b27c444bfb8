// One button: the kernel runs, the answer appears in a place that was kept free for it.
function render({ model, el }) {
  const parts = place(model, el);
  function draw() {
    parts.run.disabled = model.get("busy");
    parts.answer.textContent = model.get("answer") || parts.answer.dataset.empty;
    parts.answer.classList.toggle("lb-waiting", model.get("busy"));
  }
  parts.run.addEventListener("click", () => {
    parts.run.disabled = true;
    parts.answer.classList.add("lb-waiting");
    model.send({ run: true });
  });
  model.on("change:busy", draw);
  model.on("change:answer", draw);
  draw();
}

export default { render };
