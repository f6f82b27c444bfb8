// The totals. One scenario: AWS's and the deck's. Two: AWS's total of each, the deck's below it.
function totalsOf(parts) {
  // `now` is all that the page holds; `guessed` names the scenario that is an estimate until the kernel has answered.
  function draw(now) {
    const two = Boolean(now.states.b);
    parts.books.classList.toggle("lb-two", two);
    if (two) ["a", "b"].forEach((name, place) => drawBox(now, ["aws", "deck"][place], name, 0, two));
    else ["aws", "deck"].forEach((box, column) => drawBox(now, box, "a", column, two));
  }
  function drawBox(now, box, name, column, two) {
    const { view } = now, side = now.answer[name], { currency, label } = side.books[column], requests = now.states[name].requests;
    const shown = now.shown[name], book = shown.books[column], old = (now.before[name] ?? shown).books[column] ?? book;
    const total = totalOf(book, currency, view, requests), was = totalOf(old, currency, view, requests);
    put(parts[`total_${box}`], (now.guessed === name ? "≈ " : "") + total.text);
    put(parts[`moved_${box}`], now.before[name] && old !== book ? moved(less(total.value, was.value), currency) : "");
    const deck = two ? `, ${totalOf(shown.books[1], side.books[1].currency, view, requests).text} by the deck` : "";
    put(parts[`period_${box}`], PERIOD_WORDS[view.period] + (book.missing.length ? ", incomplete" : "") + deck);
    put(parts[`label_${box}`], two ? `${name.toUpperCase()} · ${label}` : label);
    drawLikely(now, parts[`likely_${box}`], name, column, requests);
  }
  // Where a figure is a range: between what the total lies eight times in ten. Paler while something moves: it is of before.
  function drawLikely(now, place, name, column, requests) {
    const { low, high, why } = now.answer[name].likely, currency = now.answer[name].books[0].currency;
    const ends = low && [low, high].map((end) => inPeriod(dec(end), now.view.period, now.spans[name].requests ? "0" : requests));
    const text = column > 0 ? "" : ends?.[0] ? `P10–P90 ${ends.map((end) => money(end, currency)).join(" – ")}` : (!low && why) || "";
    put(place, text || "\u00a0");
    // Both totals stay on one line: where one has a range below it, the other has an empty one.
    putHidden(place, !text && !Object.values(now.answer).some((side) => side?.likely?.low));
    place.classList.toggle("lb-was", Boolean(low) && now.shown[name] !== now.answer[name].shown);
  }
  return { draw };
}
