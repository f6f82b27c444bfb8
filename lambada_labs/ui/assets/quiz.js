// Choosing an answer shows its reason; the kernel is told and keeps the score.
function render({ model, el }) {
  const parts = place(model, el);

  function draw(item, index) {
    for (const option of item.querySelectorAll(".lb-option")) {
      const chosen = Number(option.dataset.answer) === index;
      option.setAttribute("aria-pressed", String(chosen));
      option.dataset.verdict = chosen ? (option.dataset.correct === "true" ? "right" : "wrong") : "";
    }
    item.querySelector("[data-waiting]").classList.add("lb-unseen");
    for (const reason of item.querySelectorAll("[data-reason]")) {
      const shown = Number(reason.dataset.reason) === index;
      reason.classList.toggle("lb-unseen", !shown);
      reason.toggleAttribute("aria-hidden", !shown);
    }
  }

  for (const item of el.querySelectorAll("[data-question]")) {
    const options = [...item.querySelectorAll(".lb-option")];
    options.forEach((option, index) => {
      option.addEventListener("click", () => {
        draw(item, index);
        model.send({ question: item.dataset.question, answer: index });
      });
      option.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        options[(index + step + options.length) % options.length].focus();
      });
    });
  }
  model.on("change:score", () => { parts.score.textContent = model.get("score"); });
  parts.score.textContent = model.get("score");
  for (const [id, index] of Object.entries(model.get("answered"))) {
    const item = el.querySelector(`[data-question="${CSS.escape(id)}"]`);
    if (item) draw(item, index);
  }
}

export default { render };
