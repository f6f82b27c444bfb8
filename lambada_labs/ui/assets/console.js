// A window on the cloud: the kernel asks, this shows. All text is set as text, never as markup.
function render({ model, el }) {
  const parts = place(model, el);
  const tabs = [...el.querySelectorAll("[data-shelf]")];
  let chosen = "";

  function cell(tag, text, kind = "") {
    const node = document.createElement(tag);
    node.textContent = text;
    node.className = kind;
    return node;
  }

  function action(label, run) {
    const button = cell("button", label, "lb-button lb-second lb-small");
    button.type = "button";
    button.setAttribute(OWN_KEYS, "true");
    button.addEventListener("click", run);
    const place = document.createElement("td");
    place.className = "lb-num";
    place.append(button);
    return place;
  }

  function drawRows() {
    const shelf = model.get("shelf"), rows = model.get("rows");
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab.dataset.shelf === shelf));
      tab.tabIndex = tab.dataset.shelf === shelf ? 0 : -1;
    }
    parts.test.hidden = true;
    if (!rows.length) {
      parts.rows.replaceChildren(cell("p", el.querySelector(`template[data-empty="${shelf}"]`).content.textContent, "lb-reading"));
      return;
    }
    const table = cell("table", "", "lb-table");
    const head = document.createElement("tr"), names = Object.keys(rows[0]);
    const acts = shelf === "functions" || shelf === "logs";
    head.append(...names.map((name) => cell("th", name)), ...(acts ? [cell("th", "")] : []));
    table.createTHead().append(head);
    const body = table.createTBody();
    for (const row of rows) {
      const line = document.createElement("tr");
      line.append(...names.map((name) => cell("td", row[name])));
      if (shelf === "functions") line.append(action("Test", () => ready(row.name)));
      if (shelf === "logs") line.append(action("Read", () => model.send({ do: "log", name: row.name })));
      body.append(line);
    }
    parts.rows.replaceChildren(table);
  }

  function ready(name) {
    chosen = name;
    parts.testing.textContent = `Event for ${name} (JSON)`;
    parts.test.hidden = false;
    parts.event.focus();
  }

  function drawAnswer() {
    parts.answer.hidden = !model.get("answer");
    parts.answer.textContent = model.get("answer");
    parts.problem.textContent = model.get("problem");
    parts.answer.classList.toggle("lb-waiting", model.get("busy"));
  }

  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => model.send({ do: "open", shelf: tab.dataset.shelf }));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) tabs[(index + step + tabs.length) % tabs.length].focus();
    });
  });
  parts.refresh.addEventListener("click", () => model.send({ do: "open", shelf: model.get("shelf") }));
  parts.send.addEventListener("click", () => {
    try {
      JSON.parse(parts.event.value || "{}");
    } catch (error) {
      parts.problem.textContent = `This event is no JSON: ${error.message}`;
      return;
    }
    model.send({ do: "test", name: chosen, event: parts.event.value || "{}" });
  });
  model.on("change:rows", drawRows);
  model.on("change:shelf", drawRows);
  for (const name of ["answer", "problem", "busy"]) model.on(`change:${name}`, drawAnswer);
  drawRows();
  drawAnswer();
}

export default { render };
