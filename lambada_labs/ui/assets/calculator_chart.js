// The hot chart: a month's cost against whatever slider moved last, both books, the free tier's end, and where you are.
const CHART = {
  memory_mb: { words: "memory", unit: "MB", full: true },
  duration_ms: { words: "duration", unit: "ms" },
  requests: { words: "requests a month", unit: "" },
};
const STEPS = 48;

// The smallest round number that is no smaller.
function niceAbove(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((each) => each * power).find((each) => each >= value * 0.999999);
}
// The axis ends in steps, so that the marker walks and the axis seldom jumps.
function rangeOf(name, value, most) {
  return CHART[name].full ? most : Math.min(most, niceAbove(Math.max(value, 1) * 1.6));
}
function short(number) {
  const size = Math.abs(number);
  for (const [from, unit] of [[1e9, "B"], [1e6, "M"], [1e5, "k"]]) if (size >= from) return `${tidy(Number((number / (from === 1e5 ? 1e3 : from)).toPrecision(3)))}${unit}`;
  return number.toLocaleString("en-US", { maximumFractionDigits: size >= 100 ? 0 : 1 });
}
const shortMoney = (amount, currency) => (amount >= 1e4 ? `${SIGNS[currency] ?? ""}${short(amount)}` : money(dec(amount.toFixed(amount >= 100 || amount === 0 ? 0 : amount >= 1 ? 2 : 4)), currency).replace(/\.00$/, ""));

// Where the free tier ends: the value of this figure at which the first shared allowance is used up.
function kneesOf(name, state, side, constants) {
  const value = Number(state[name]);
  if (!(value > 0) || state.free_tier === "false") return [];
  const used = {}, book = side.books[0];
  for (const each of usage(state, side.plan, constants)) {
    const pool = each.free ? book.pools[each.price] : undefined;
    if (pool) used[pool] = (used[pool] ?? 0) + Number(each.quantity.n) / 10 ** each.quantity.e;
  }
  const knees = [];
  if (used.requests > 0 && name === "requests") knees.push([(value * Number(book.free.requests)) / used.requests, "requests"]);
  if (used.duration > 0) knees.push([(value * Number(book.free.duration)) / used.duration, "GB-seconds"]);
  return knees.sort((a, b) => a[0] - b[0]);
}

function curvesOf(name, end, state, side, constants) {
  const points = [];
  for (let step = 0; step <= STEPS; step += 1) {
    let x = (end * step) / STEPS;
    if (name !== "requests") x = Math.max(x, name === "memory_mb" ? 128 : 1);
    points.push([x, ...totalsAt({ ...state, [name]: String(Math.round(x)) }, side.plan, side.books, constants)]);
  }
  return points;
}

// The kernel's bill confirms what a slider's move has drawn already: the same curves are not computed twice.
function remembered(find) {
  let before = "", found;
  return (...given) => {
    const key = JSON.stringify(given);
    if (key !== before) [before, found] = [key, find(...given)];
    return found;
  };
}

function chartOf(parts) {
  const curves = remembered(curvesOf), rivals = remembered(curvesOf);
  const box = parts.plot;
  box.innerHTML = `<div class="lb-hot-plot" aria-hidden="true"><svg viewBox="0 0 100 100" preserveAspectRatio="none">
    <path class="lb-hot-other" vector-effect="non-scaling-stroke"/><path class="lb-hot-deck" vector-effect="non-scaling-stroke"/>
    <path class="lb-hot-area"/><path class="lb-hot-aws" vector-effect="non-scaling-stroke"/></svg>
    <i class="lb-hot-span" hidden></i><i class="lb-hot-knee"><b></b></i><i class="lb-hot-knee"><b></b></i><i class="lb-hot-here"></i><b class="lb-hot-tag lb-hot-tag-aws"></b><b class="lb-hot-tag lb-hot-tag-deck"></b><b class="lb-hot-tag lb-hot-tag-other"></b>
    <span class="lb-hot-top"></span><span class="lb-hot-zero"></span></div>
    <div class="lb-hot-axis" aria-hidden="true"><span>0</span><span></span><span></span></div>`;
  const find = (name) => box.querySelector(name);
  const aws = find(".lb-hot-aws"), deck = find(".lb-hot-deck"), area = find(".lb-hot-area"), other = find(".lb-hot-other");
  const kneeMarks = box.querySelectorAll(".lb-hot-knee"), here = find(".lb-hot-here"), axis = box.querySelectorAll(".lb-hot-axis span");
  const tags = { aws: find(".lb-hot-tag-aws"), deck: find(".lb-hot-tag-deck"), other: find(".lb-hot-tag-other") };
  const top = find(".lb-hot-top"), band = find(".lb-hot-span");

  const priced = ({ plan, books }) => ({ plan, books });
  // `rival` is the other scenario's state and side where two are compared.
  function draw(name, state, side, constants, most, rival, approx, span) {
    const value = Number(state[name]), end = rangeOf(name, Math.max(value, Number(span?.[1] ?? 0) / 1.5), most);
    const points = curves(name, end, state, priced(side), constants);
    const alike = (one) => one.currency === side.books[0].currency, comparable = alike(side.books[1]);
    const against = rival && alike(rival.side.books[0]) ? rivals(name, end, rival.state, priced(rival.side), constants) : null;
    const currency = side.books[0].currency;
    const highest = niceAbove(Math.max(...points.flatMap((point) => point.slice(1, comparable ? 3 : 2)), ...(against ?? []).map((point) => point[1])));
    const x = (at) => (100 * at) / end, y = (amount) => 100 - (100 * amount) / highest;
    const path = (column, from) => `M${from.map((point) => `${x(point[0]).toFixed(2)} ${Math.max(y(point[column]), -5).toFixed(2)}`).join("L")}`;
    putAttribute(aws, "d", path(1, points));
    putAttribute(area, "d", `${path(1, points)}L100 100L${x(points[0][0]).toFixed(2)} 100Z`);
    putAttribute(deck, "d", comparable ? path(2, points) : "");
    putAttribute(other, "d", against ? path(1, against) : "");
    const [total] = totalsAt(state, side.plan, side.books, constants);
    putAttribute(here, "style", `left:${x(value).toFixed(3)}%;top:${y(total).toFixed(3)}%`);
    putHidden(band, !span);
    if (span) putAttribute(band, "style", `left:${x(Number(span[0])).toFixed(3)}%;right:${Math.max(0, 100 - x(Number(span[1]))).toFixed(3)}%`);
    const last = points[points.length - 1];
    const spots = [["aws", rival ? `Scenario ${rival.name === "a" ? "B" : "A"}` : "AWS list price", y(last[1])], ["deck", comparable ? "The deck" : "", y(last[2])], ["other", against ? `Scenario ${rival.name.toUpperCase()}` : "", against ? y(against[STEPS][1]) : 0]];
    let floor = 96;
    for (const [key, text, at] of spots.filter((spot) => spot[1]).sort((a, b) => b[2] - a[2])) {
      put(tags[key], text);
      const place = Math.max(Math.min(at, floor), 2);
      putAttribute(tags[key], "style", `top:${place.toFixed(2)}%`);
      floor = place - 11;
    }
    putHidden(tags.other, !against);
    putHidden(tags.deck, !comparable);
    const knees = kneesOf(name, state, side, constants).filter((each) => each[0] <= end * 0.98);
    kneeMarks.forEach((mark, index) => {
      const knee = knees[index];
      putHidden(mark, !knee);
      if (!knee) return;
      putAttribute(mark, "style", `left:${x(knee[0]).toFixed(3)}%`);
      putAttribute(mark, "class", `lb-hot-knee${x(knee[0]) > 55 ? " lb-hot-flip" : ""}`);
      put(mark.firstChild, `free ${knee[1]} end at ${short(knee[0])}`);
    });
    put(top, shortMoney(highest, currency));
    put(axis[1], `${CHART[name].words}${CHART[name].unit ? ` (${CHART[name].unit})` : ""}`);
    put(axis[2], short(end));
    finding(name, value, total, state, side, constants, most, approx);
  }
  function finding(name, value, total, state, side, constants, most, approx) {
    const currency = side.books[0].currency, double = Math.min(value * 2, most);
    const [then] = totalsAt({ ...state, [name]: String(Math.round(double)) }, side.plan, side.books, constants);
    const word = { memory_mb: "the memory", duration_ms: "the duration", requests: "the requests" }[name];
    const missing = side.plan.items.some((each) => !side.books[0].prices[each.price]) || (side.plan.on_demand && !side.books[0].prices[`duration.${state.architecture}`]);
    const said = missing ? "Incomplete: the line leaves out what has no price here" : value > 0 && double > value && then === total ? `${capital(word)} make no difference here`.replace("memory make", "memory makes").replace("duration make", "duration makes") : value === 0 ? "Without requests only what stands still costs money" : double === value ? `This is the most that ${word.slice(4)} can be` : double < value * 2
      ? `At ${short(double)} ${CHART[name].unit} it would be ${shortMoney2(then, currency)} a month` : `Twice ${word} would be ${shortMoney2(then, currency)} a month${times2(total, then)}`;
    put(parts.finding, approx ? `≈ ${said}` : said);
    put(parts.plot_words, `${said}. The line shows a month's cost against ${CHART[name].words}, by AWS's list price and by the deck's.`);
  }
  const shortMoney2 = (amount, currency) => money(dec(Math.max(amount, 0).toFixed(8)), currency);
  const times2 = (total, then) => (total > 0 ? `, ${tidy(Number((then / total).toPrecision(3)))} times as much` : "");
  return { draw };
}
