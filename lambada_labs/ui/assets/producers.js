// Flipping needs no script; a button asks the kernel to send one event and shows what came of it.
function render({ model, el }) {
  const parts = place(model, el);
  const title = el.querySelector(".lb-title");
  const cards = new Map([...parts.cards.children].map((card) => [card.dataset.name, card]));
  for (const [name, card] of cards) {
    card.querySelector("[data-run]").addEventListener("click", (event) => {
      event.currentTarget.disabled = true;
      model.send({ run: name });
    });
  }
  function draw() {
    const verdicts = model.get("verdicts");
    for (const [name, card] of cards) {
      card.querySelector("[data-verdict]").textContent = verdicts[name] ?? "";
      card.querySelector("[data-run]").disabled = false;
    }
    parts.sent.innerHTML = model.get("sent");
    title.textContent = model.get("title");
  }
  model.on("change:count", draw);
  draw();
}

export default { render };
