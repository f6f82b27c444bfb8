// The calculator: the preview answers while a control moves, the kernel's bill when it is let go.
const PATIENCE_MS = 6000, CALM_MS = 700;

function render({ model, el }) {
  const parts = place(model, el);
  const constants = model.get("constants");
  const linked = model.get("link") && ownPage(location.pathname);
  const view = { period: "month", likeAws: false };
  let answer = model.get("answer"), seq = answer.seq, edit = "a";
  let shown = sidesOf((side) => side.shown), states = sidesOf((side) => side.state), spans = sidesOf((side) => side.ranges), before = shown, approx = false;
  let last = "memory_mb", waiting = 0, speaking = 0, then = null, quiet = false;

  function sidesOf(pick) {
    return Object.fromEntries(["a", "b"].filter((name) => answer[name]).map((name) => [name, pick(answer[name])]));
  }
  const comparing = () => Boolean(states.b);
  const form = formOf(el, parts, { begin, move, settle, ask: settleWith, problem: say, added: (next) => { then = next; } });
  const menu = menuOf(el, parts, say), totals = totalsOf(parts);
  const chart = chartOf(parts), bill = billOf(el, parts), worn = new Set();
  const figures = figuresOf(el, parts, model, worn), logs = logsOf(el, parts, model, worn);

  // ---- drawing ------------------------------------------------------------------------------
  function drawBill() {
    if (!comparing()) bill.one(shown.a, answer.a, view, states.a.requests, approx);
    else bill.two(...["a", "b"].map((name) => ({ shown: shown[name], side: answer[name], state: states[name] })), view, approx);
  }
  function drawChart() {
    const other = edit === "a" ? "b" : "a";
    const rival = comparing() ? { name: other, state: states[other], side: answer[other] } : null;
    const control = form.controls.find((each) => each.name === last);
    chart.draw(last, states[edit], answer[edit], constants, control.max, rival, approx, spans[edit][last]);
  }
  function draw() {
    totals.draw({ answer, shown, states, spans, before, view, guessed: approx ? (comparing() ? edit : "a") : "" });
    drawBill();
    drawChart();
  }
  function drawSentences() {
    const side = answer[edit];
    parts.driver.innerHTML = side.driver;
    parts.why.innerHTML = side.why;
    put(parts.aged, side.aged);
    putHidden(parts.aged, !side.aged);
    const lacks = [side.gaps, side.likely.low && side.likely.why].filter(Boolean).join(" ");
    put(parts.gaps, lacks);
    putHidden(parts.gaps, !lacks);
    parts.origins.innerHTML = [...new Set(Object.values(sidesOf((each) => each.origins)))].join("");
    parts.words.querySelector("pre").textContent = answer.b ? `A\n${answer.a.words}\n\nB\n${answer.b.words}` : answer.a.words;
    parts.sides.hidden = !comparing();
    for (const button of parts.sides.children) button.setAttribute("aria-pressed", String(button.dataset.side === edit));
    el.querySelector("[data-do=compare]").setAttribute("aria-pressed", String(comparing()));
    el.querySelector("[data-do=compare]").textContent = comparing() ? "Stop comparing" : "Compare two";
  }
  function say(problem) {
    put(parts.problem, problem.replaceAll("`", ""));
    putHidden(parts.problem, !problem);
  }
  // Told once things have come to rest, never on each step of a drag.
  function speak() {
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      const side = shown[edit];
      parts.said.textContent = `${side.books[0].total} a month by ${answer[edit].books[0].label}, ${side.books[1].total} by the deck's. ${answer[edit].likely.said ?? ""} ${answer[edit].gaps}`.trim();
    }, CALM_MS);
  }

  // ---- asking -------------------------------------------------------------------------------
  function begin() {
    before = shown;
  }
  function move(state, name, ranged) {
    states = { ...states, [edit]: state };
    spans = { ...spans, [edit]: ranged };
    const { plan, books } = answer[edit];
    approx = !plan.exact[name] || (approx && waiting > 0);
    if (CHART[name]) last = name;
    shown = { ...shown, [edit]: preview(state, plan, books, constants) };
    say("");
    draw();
  }
  function settleWith(state) {
    states = { ...states, [edit]: state };
    settle();
  }
  function settle(extra = {}) {
    seq += 1;
    figures.offer(Object.keys(spans[edit]).length > 0);
    model.set("asked", { seq, ...asking(), wish: figures.wish(edit), ...extra });
    model.save_changes();
    clearTimeout(waiting);
    waiting = setTimeout(lost, PATIENCE_MS);
  }
  const asking = () => Object.fromEntries(Object.keys(states).map((name) => [name, withSpans(states[name], spans[name])]));
  function lost() {
    parts.lost.hidden = false;
    parts.lost.innerHTML = "<p>The kernel has not answered for some seconds: it is busy, or it has ended. What you see is the browser's own estimate.</p>";
    const button = parts.lost.appendChild(document.createElement("button"));
    button.type = "button";
    button.className = "lb-button";
    button.textContent = ownPage(location.pathname) ? "Reload the page" : "Ask again";
    button.addEventListener("click", () => (ownPage(location.pathname) ? location.reload() : settle()));
  }

  // ---- hearing ------------------------------------------------------------------------------
  function hear() {
    const news = model.get("answer");
    // An answer to a question that has been changed since is not shown.
    if (news.seq !== seq) return;
    clearTimeout(waiting);
    waiting = 0;
    parts.lost.hidden = true;
    parts.error.hidden = !news.error;
    parts.error.innerHTML = news.error ?? "";
    if (news.error) return;
    answer = news;
    if (!answer[edit]) edit = "a";
    approx = false;
    shown = sidesOf((side) => side.shown);
    states = sidesOf((side) => side.state);
    spans = sidesOf((side) => side.ranges);
    if (quiet) before = shown;
    quiet = false;
    form.draw(states[edit], spans[edit]);
    say(answer.problem);
    draw();
    drawSentences();
    speak();
    keepLink();
    // The kernel was given another scenario, or a link brought ranges: the picture has yet to follow.
    if (figures.offer(Object.keys(spans[edit]).length > 0) || news.unasked) figures.ask(edit);
    then?.();
    then = null;
  }
  model.on("change:answer", hear);

  // ---- the link -----------------------------------------------------------------------------
  const hash = () => writeLink(answer.a.link, answer.b?.link);
  function keepLink() {
    if (linked) history.replaceState(history.state, "", hash());
  }
  function followLink() {
    if (location.hash.length < 2 || location.hash === hash()) return;
    const { a, b, unread } = readLink(location.hash);
    quiet = true;
    seq += 1;
    model.set("asked", { seq, a, ...(b ? { b } : {}), unread, wish: figures.wish(edit) });
    model.save_changes();
    clearTimeout(waiting);
    waiting = setTimeout(lost, PATIENCE_MS);
  }
  if (linked) {
    followLink();
    addEventListener("hashchange", followLink);
  }

  // ---- buttons ------------------------------------------------------------------------------
  const doing = {
    tenfold() {
      const control = form.controls.find((each) => each.name === "requests");
      const ten = (text) => String(Math.min(Number(text) * 10, control.max));
      const span = spans[edit].requests?.map(ten), ranged = { ...spans[edit], ...(span && { requests: span }) };
      const state = { ...states[edit], requests: span ? middleOf("requests", span) : ten(states[edit].requests) };
      begin();
      form.draw(state, ranged);
      move(state, "requests", ranged);
      settle();
    },
    compare() {
      begin();
      if (comparing()) {
        states = { a: states.a };
        spans = { a: spans.a };
        edit = "a";
      } else {
        states = { a: states.a, b: states.a };
        spans = { a: spans.a, b: spans.a };
        edit = "b";
      }
      settle();
    },
    menu: () => menu.toggle(),
    link: () => menu.copy(linkToCopy(location.href, hash())),
    read_log: () => logs.read(),
    json: () => model.send({ export: "json", side: edit }),
    csv: () => model.send({ export: "csv" }),
  };
  el.querySelector("[data-do=link]").hidden = !linked;
  el.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.do) {
      doing[button.dataset.do](button);
      if (button.parentElement === parts.menu) menu.close(true);
    } else if (button?.dataset.side) {
      edit = button.dataset.side;
      before = shown;
      form.draw(states[edit], spans[edit]);
      draw();
      drawSentences();
      figures.offer(Object.keys(spans[edit]).length > 0);
      figures.ask(edit);
    } else if (button?.dataset.period) {
      view.period = button.dataset.period;
      before = shown;
      for (const each of el.querySelectorAll("[data-period]")) each.setAttribute("aria-pressed", String(each === button));
      draw();
    }
  });
  el.querySelector("[data-like-aws]").addEventListener("change", (event) => {
    view.likeAws = event.target.checked;
    before = shown;
    draw();
  });
  const presets = el.querySelector("[data-preset]");
  presets.addEventListener("change", () => {
    const chosen = presets.selectedOptions[0];
    if (!chosen.value) return;
    parts.story.textContent = `${chosen.textContent}: ${chosen.title}`;
    parts.story.hidden = false;
    begin();
    settle({ preset: chosen.value, side: edit });
    presets.value = "";
  });
  model.on("msg:custom", (message) => {
    if (message.file) download(message);
    if (message.figure) figures.take(message);
    if (message.log) logs.take(message);
  });
  form.draw(states[edit], spans[edit]);
  draw();
  drawSentences();
  say(answer.problem);
  // The page answers first, and draws its pictures after.
  setTimeout(() => figures.ask(edit), 300);
}

export default { render };
