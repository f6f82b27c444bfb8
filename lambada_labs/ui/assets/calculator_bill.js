// Totals, lines and their prices' birth certificates.
// What is the same stays untouched: the kernel's bill confirms the preview without a second drawing.
const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
const putAttribute = (node, name, value) => { if (node.getAttribute(name) !== value) node.setAttribute(name, value); };
const putHidden = (node, hidden) => { if (node.hidden !== hidden) node.hidden = hidden; };

const PERIOD_WORDS = { thousand: "per 1,000 requests", month: "a month", year: "a year" };

// An exact amount of a month as the chosen period has it; null where nobody asks.
function inPeriod(value, period, requests) {
  if (period === "year") return times(value, dec("12"));
  if (period === "thousand") return requests === "0" ? null : divided(times(value, dec("1000")), dec(requests), 40);
  return value;
}
const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
const moved = (change, currency) => (isZero(change) ? "" : `${change.n > 0n ? "▲ +" : "▼ −"}${money({ n: abs(change.n), e: change.e }, currency)}`);

// How a total is shown: its text, and its exact value to reckon with.
function totalOf(book, currency, view, requests) {
  const value = inPeriod(dec(view.likeAws ? book.like_aws : book.value), view.period, requests);
  if (value === null) return { text: "–", value: ZERO };
  return { text: view.period === "month" && !view.likeAws ? book.total : money(value, currency), value };
}

function cell(text, kind) {
  const made = document.createElement("td");
  made.className = kind ?? "lb-num";
  made.textContent = text;
  return made;
}

function billOf(el, parts) {
  const table = parts.bill.querySelector("table"), head = table.tHead.rows[0], body = table.tBodies[0];
  let certificates = () => "";

  // Rows are kept and only their texts change, so that a pointer or a focus stays where it is.
  function rowFor(index, name) {
    let row = [...body.rows].find((each) => each.dataset.name === name);
    if (!row) {
      row = document.createElement("tr");
      row.dataset.name = name;
    }
    if (body.rows[index] !== row) body.insertBefore(row, body.rows[index] ?? null);
    return row;
  }
  function fill(row, texts) {
    texts.forEach((text, index) => {
      const at = row.cells[index + 1] ?? row.appendChild(cell("", "lb-num"));
      const [said, label = ""] = [].concat(text), whole = `${said}\n${label}`;
      if (at.dataset.said === whole) return;
      at.dataset.said = whole;
      at.textContent = said;
      if (label) at.appendChild(document.createElement("small")).textContent = label;
    });
    while (row.cells.length > texts.length + 1) row.deleteCell(-1);
  }
  function nameCell(row, name, price, stale) {
    if (!row.cells.length) {
      const made = row.insertCell();
      if (price) {
        const button = made.appendChild(document.createElement("button"));
        button.type = "button";
        button.className = "lb-line-name";
        button.setAttribute("data-lm-suppress-shortcuts", "true");
        button.setAttribute("aria-describedby", parts.tip.id);
        button.textContent = capital(name);
      } else made.textContent = capital(name);
    }
    putAttribute(row, "data-price", price ?? "");
    row.classList.toggle("lb-credit", name.startsWith("free tier"));
    row.classList.toggle("lb-stale", Boolean(stale));
    let word = row.cells[0].querySelector("small");
    if (stale && !word) {
      word = row.cells[0].appendChild(document.createElement("small"));
      word.textContent = "stale price";
    } else if (!stale && word) word.remove();
  }
  function heads(titles) {
    titles.forEach((title, index) => {
      const at = head.cells[index] ?? head.appendChild(document.createElement("th"));
      putAttribute(at, "scope", "col");
      at.classList.toggle("lb-num", index > 0);
      put(at, title);
    });
    while (head.cells.length > titles.length) head.deleteCell(-1);
  }
  function finish(names) {
    while (body.rows.length > names.length) body.deleteRow(-1);
  }

  // One scenario: a column for each book.
  function one(shown, side, view, requests, approx) {
    const priceOf = (name) => side.books.map((book) => book.prices[name]);
    certificates = (name) => certificateOf(name, side.books);
    heads(["Line", "Quantity", ...side.books.map((book) => book.label)]);
    const names = [];
    shown.rows.forEach((row, index) => {
      const made = rowFor(index, row.name);
      nameCell(made, row.name, row.price, priceOf(row.price)[0]?.stale);
      const prices = priceOf(row.price);
      const amounts = row.values.map((value, column) => {
        if (value === null) return shown.books[column].missing.includes(row.name) ? "no price" : "–";
        const label = prices[column]?.label ?? "";
        if (view.period === "month") return [row.amounts[column], label];
        const amount = inPeriod(dec(value), view.period, requests);
        return [amount === null ? "–" : money(amount, side.books[column].currency), label];
      });
      fill(made, [`${row.quantity} ${row.unit}`, ...amounts]);
      names.push(row.name);
    });
    for (const name of shown.books[0].missing.filter((each) => !names.includes(each))) {
      const made = rowFor(names.length, name);
      nameCell(made, name, "", false);
      made.classList.add("lb-missing");
      fill(made, ["", ...side.books.map(() => "no price")]);
      names.push(name);
    }
    const total = rowFor(names.length, "\u0000total");
    if (!total.cells.length) total.insertCell();
    putAttribute(total, "class", "lb-total");
    put(total.cells[0], `${shown.books[0].missing.length ? "Total so far, incomplete" : "Total"}${view.likeAws ? ", rounded like AWS" : ""}`);
    fill(total, ["", ...shown.books.map((book, column) => `${approx ? "≈ " : ""}${totalOf(book, side.books[column].currency, view, requests).text}`)]);
    finish([...names, "\u0000total"]);
  }

  // Two scenarios by AWS's list price, and what lies between them.
  function two(a, b, view, approx) {
    certificates = (name) => [a, b].map((each) => `<b>${each === a ? "A" : "B"}</b> ${certificateOf(name, each.side.books.slice(0, 1))}`).join("");
    heads(["Line, AWS list price", "A", "B", "B − A"]);
    const alike = a.side.books[0].currency === b.side.books[0].currency;
    const all = [...new Set([...a.shown.rows, ...b.shown.rows].map((row) => row.name))];
    const credit = (name) => name.startsWith("free tier: ");
    const names = [...all.filter((name) => !credit(name)), ...all.filter(credit)];
    const valueOf = (each, name) => {
      const row = each.shown.rows.find((one) => one.name === name), value = row?.values[0];
      return value == null ? null : inPeriod(dec(value), view.period, each.state.requests);
    };
    names.forEach((name, index) => {
      const row = [...a.shown.rows, ...b.shown.rows].find((each) => each.name === name);
      const made = rowFor(index, name);
      nameCell(made, name, row.price, a.side.books[0].prices[row.price]?.stale || b.side.books[0].prices[row.price]?.stale);
      const [left, right] = [valueOf(a, name), valueOf(b, name)];
      const text = (value, each) => (value === null ? "–" : money(value, each.side.books[0].currency));
      fill(made, [text(left, a), text(right, b), alike ? signed(less(right ?? ZERO, left ?? ZERO), a.side.books[0].currency) : "–"]);
    });
    const total = rowFor(names.length, "\u0000total");
    if (!total.cells.length) total.insertCell();
    putAttribute(total, "class", "lb-total");
    put(total.cells[0], a.shown.books[0].missing.length || b.shown.books[0].missing.length ? "Total so far, incomplete" : "Total");
    const sums = [a, b].map((each) => totalOf(each.shown.books[0], each.side.books[0].currency, view, each.state.requests));
    fill(total, [...sums.map((sum) => `${approx ? "≈ " : ""}${sum.text}`), alike ? signed(less(sums[1].value, sums[0].value), a.side.books[0].currency) : "–"]);
    finish([...names, "\u0000total"]);
  }
  const signed = (change, currency) => (isZero(change) ? "0" : `${change.n > 0n ? "+" : "−"}${money({ n: abs(change.n), e: change.e }, currency)}`);

  tipOf(parts, table, (name) => certificates(name));
  return { one, two };
}

function escaped(text) {
  const made = document.createElement("i");
  made.textContent = text;
  return made.innerHTML;
}
const amountWords = (amount, per, unit, currency) => `${SIGNS[currency] ?? ""}${amount} for ${per === "1" ? `each ${unit}` : `${count(dec(per))} ${unit}`}`;
// A price's birth certificate by each book: amount, Region, SKU or source, date.
function certificateOf(name, books) {
  return books.map((book) => {
    const price = book.prices[name];
    if (!price) return `<p><b>${escaped(book.label)}</b>: no price in ${escaped(book.region)}</p>`;
    if (price.label) return `<p><b>${escaped(book.label)}</b>: ${escaped(price.label)}, AWS's price stands in</p>`;
    const tiers = price.tiers.length > 1 ? price.tiers.map((tier) => `${tier.amount}${tier.up_to ? ` up to ${short(Number(tier.up_to))}` : " beyond"}`).join(", ") : "";
    const origin = [price.sku && `SKU ${price.sku}`, price.source].filter(Boolean).map(escaped).join(" · ");
    return `<p><b>${escaped(book.label)}</b>, ${escaped(book.region)}: ${escaped(tiers ? `${SIGNS[book.currency] ?? ""}${tiers} for a ${price.unit}` : amountWords(price.amount, price.per, price.unit, book.currency))}<br><small>${origin}${price.as_of ? ` · seen ${escaped(price.as_of)}` : ""}${price.stale ? " · <b>stale: older than a year</b>" : ""}</small></p>`;
  }).join("");
}

// One tooltip for all lines: at the pointer's line, or at the focused one; Escape puts it away.
function tipOf(parts, table, wordsFor) {
  const tip = parts.tip;
  const hide = () => { tip.hidden = true; };
  function show(event) {
    const button = event.target.closest?.(".lb-line-name"), row = button?.closest("tr");
    if (!row?.dataset.price) return;
    tip.innerHTML = wordsFor(row.dataset.price);
    tip.hidden = false;
    const frame = parts.bill.getBoundingClientRect(), at = row.getBoundingClientRect();
    tip.style.top = `${at.bottom - frame.top + 2}px`;
  }
  table.addEventListener("mouseover", show);
  table.addEventListener("focusin", show);
  table.addEventListener("mouseout", (event) => { if (!event.relatedTarget || !parts.bill.contains(event.relatedTarget)) hide(); });
  parts.bill.addEventListener("mouseleave", hide);
  table.addEventListener("focusout", hide);
  parts.bill.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}
