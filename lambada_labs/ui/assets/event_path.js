// The kernel draws the picture anew when something happens; here dots travel from where they were to where they are.
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");
const TRAVEL_MS = 700;

function render({ model, el }) {
  const frame = document.createElement("div");
  const told = document.createElement("div");
  told.className = "lb-sr";
  told.setAttribute("role", "status");
  const home = document.createElement("div");
  home.className = "lambada";
  home.append(told);
  el.replaceChildren(frame, home);

  const middle = (box) => ({ x: box.left + box.width / 2, y: box.top + box.height / 2 });

  // Places relative to the frame: the page may scroll between two drawings.
  function places() {
    const zero = frame.getBoundingClientRect(), found = new Map();
    for (const dot of frame.querySelectorAll("[data-dot]")) {
      const at = middle(dot.getBoundingClientRect());
      found.set(dot.dataset.dot, { x: at.x - zero.left, y: at.y - zero.top, step: step(dot) });
    }
    return found;
  }

  // The number of the station a dot is at; on the way to an attempt it is half a step before it.
  function step(dot) {
    const station = dot.closest("[data-step]");
    if (station) return Number(station.dataset.step);
    const place = dot.closest("[data-place]")?.dataset.place ?? "";
    return Number(place.split(" ")[1] ?? 0) + 0.5;
  }

  function stations() {
    const zero = frame.getBoundingClientRect();
    return [...frame.querySelectorAll(".lb-ep-station")].map((station) => {
      const at = middle((station.querySelector(".lb-ep-held") ?? station).getBoundingClientRect());
      return { x: at.x - zero.left, y: at.y - zero.top, step: Number(station.dataset.step) };
    });
  }

  function travel(before) {
    if (STILL.matches || !frame.offsetWidth) return;
    const now = places(), way = stations();
    for (const dot of frame.querySelectorAll("[data-dot]")) {
      const to = now.get(dot.dataset.dot), event = dot.dataset.dot.split("-on-")[0].replace(/-dead-letter$/, "");
      const from = before.get(dot.dataset.dot) ?? now.get(event) ?? before.get(event);
      const start = before.has(dot.dataset.dot) ? from : dot.matches(".lb-ep-record") ? from : way[0];
      if (!start || (Math.abs(start.x - to.x) < 2 && Math.abs(start.y - to.y) < 2)) continue;
      const between = way.filter((one) => one.step > start.step && one.step < to.step && to.step - start.step > 1);
      const path = [start, ...between, to].map((one) => ({ transform: `translate(${one.x - to.x}px,${one.y - to.y}px)` }));
      dot.animate(path, { duration: TRAVEL_MS * Math.max(1, path.length / 3), easing: "ease-in-out" });
    }
  }

  function draw() {
    const before = places(), open = frame.querySelector("details")?.open ?? false;
    const chosen = frame.querySelector("input.lb-pick:checked")?.dataset.key;
    const focused = frame.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const first = !frame.firstChild;
    frame.innerHTML = model.get("markup");
    const find = (key) => [...frame.querySelectorAll("input.lb-pick")].find((one) => one.dataset.key === key);
    const again = find(chosen);
    if (again) again.checked = true;
    if (focused) find(focused)?.focus({ preventScroll: true });
    const words = frame.querySelector("details");
    if (words) words.open = open;
    const title = frame.querySelector(".lb-title")?.textContent ?? "";
    if (!first && told.textContent !== title) told.textContent = title;
    if (!first) travel(before);
  }

  model.on("change:markup", draw);
  draw();
}

export default { render };
