// The bill while a slider moves: the kernel's Decimal arithmetic once more, in whole numbers of any size.
// tests/unit/ui/test_preview.py holds it to the kernel's bill, string by string, on 10,000 random points.

// A decimal is {n, e}: the whole number n divided by 10^e, as exact as Python's.
const TENS = [1n];
function ten(power) {
  while (TENS.length <= power) TENS.push(TENS[TENS.length - 1] * 10n);
  return TENS[power];
}
const ZERO = { n: 0n, e: 0 }, ONE = { n: 1n, e: 0 };
const READ = new Map();
function dec(text) {
  let found = READ.get(text);
  if (!found) {
    const [whole, rest = ""] = String(text).split(".");
    found = { n: BigInt(whole + rest), e: rest.length };
    if (READ.size > 5000) READ.clear();
    READ.set(text, found);
  }
  return found;
}
const abs = (n) => (n < 0n ? -n : n);
const times = (a, b) => ({ n: a.n * b.n, e: a.e + b.e });
const minus = (a) => ({ n: -a.n, e: a.e });
function plus(a, b) {
  if (a.e === b.e) return { n: a.n + b.n, e: a.e };
  return a.e > b.e ? { n: a.n + b.n * ten(a.e - b.e), e: a.e } : { n: a.n * ten(b.e - a.e) + b.n, e: b.e };
}
const less = (a, b) => plus(a, minus(b));
const isLess = (a, b) => less(a, b).n < 0n;
const isZero = (a) => a.n === 0n;
function ceil(a) {
  const unit = ten(a.e), whole = a.n / unit;
  return { n: whole * unit < a.n ? whole + 1n : whole, e: 0 };
}
// n / d as a whole number; a tie goes up ("half up") or to the even neighbour.
function wholes(n, d, tie = "even") {
  const size = abs(n), whole = size / d, twice = (size % d) * 2n;
  const up = twice > d || (twice === d && (tie === "up" || whole % 2n === 1n));
  const found = up ? whole + 1n : whole;
  return n < 0n ? -found : found;
}
function rounded(a, places, tie) {
  return a.e <= places ? { n: a.n * ten(places - a.e), e: places } : { n: wholes(a.n, ten(a.e - places), tie), e: places };
}
// The kernel carries 60 digits: what has more is rounded as it does.
function fit(a) {
  if (a.e <= 30) return a;
  const over = String(abs(a.n)).length - 60;
  return over > 0 ? { n: wholes(a.n, ten(over)), e: a.e - over } : a;
}
// Division to so many significant digits, ties to the even neighbour.
function divided(a, b, digits) {
  if (isZero(a)) return ZERO;
  const up = Math.max(0, digits + String(abs(b.n)).length - String(abs(a.n)).length + 1);
  const n = a.n * ten(up), sign = b.n < 0n ? -1n : 1n;
  let places = a.e - b.e + up;
  let drop = String(abs(n) / abs(b.n)).length - digits;
  if (drop < 0) drop = 0;
  let found = wholes(n * sign, abs(b.n) * ten(drop));
  places -= drop;
  return places < 0 ? { n: found * ten(-places), e: 0 } : { n: found, e: places };
}

function plain(a) {
  const sign = a.n < 0n ? "-" : "";
  const text = String(abs(a.n)).padStart(a.e + 1, "0");
  const whole = text.slice(0, text.length - a.e), rest = a.e ? text.slice(-a.e).replace(/0+$/, "") : "";
  return (a.n === 0n ? "" : sign) + (rest ? `${whole}.${rest}` : whole);
}
const apart = (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ",");
function count(a) {
  const [whole, rest] = plain(a).split(".");
  const said = whole.startsWith("-") ? `-${apart(whole.slice(1))}` : apart(whole);
  return rest ? `${said}.${rest}` : said;
}
const SIGNS = { USD: "$", CNY: "¥" };
function money(a, currency = "USD") {
  const sign = a.n < 0n ? "-" : "", mark = SIGNS[currency] ?? `${currency} `;
  const size = { n: abs(a.n), e: a.e };
  if (isZero(a) || size.n * 100n >= ten(size.e)) {
    const cents = String(rounded(size, 2, "up").n).padStart(3, "0");
    return `${sign}${mark}${apart(cents.slice(0, -2))}.${cents.slice(-2)}`;
  }
  const leading = size.e - String(size.n).length;
  return `${sign}${mark}${plain(rounded(size, leading + 3))}`;
}
const PLACES = 12;
const exact = (a) => plain(a.e > PLACES ? rounded(a, PLACES) : a);

// ---- what a workload amounts to ------------------------------------------------------------
const GB = divided(ONE, dec("1024"), 60), SECOND = dec("0.001"), GB_SECOND = times(GB, SECOND);

function billedMeans(work, constants) {
  const duration = dec(work.duration_ms), cold = dec(work.cold_share);
  if (work.spread === "steady" && isZero(cold)) return [ceil(duration), ZERO];
  const init = dec(work.init_ms);
  let warm = ZERO, chilled = ZERO;
  for (const [factor, share] of constants.spreads[work.spread]) {
    const whole = times(duration, dec(factor)), most = dec(constants.longest_ms);
    const each = isLess(most, whole) ? most : whole;
    warm = plus(warm, times(dec(share), ceil(each)));
    chilled = plus(chilled, times(dec(share), ceil(plus(each, init))));
  }
  return [warm, times(less(chilled, warm), cold)];
}

function measures(work, constants) {
  const [run, init] = billedMeans(work, constants);
  const requests = dec(work.requests), memory = dec(work.memory_mb);
  const runs = times(requests, plus(ONE, dec(work.retry_share)));
  const time = times(runs, run), initTime = times(runs, init);
  return {
    requests,
    seconds: times(plus(time, initTime), SECOND),
    gb_seconds: times(times(time, memory), GB_SECOND),
    init_gb_seconds: times(times(initTime, memory), GB_SECOND),
    gb: times(memory, GB),
    month: ONE,
  };
}

function onDemand(work, constants) {
  const price = `duration.${work.architecture}`, arch = work.architecture;
  const event = dec(work.event_kb), first = dec(constants.chunk_first);
  const over = isLess(first, event) ? less(event, first) : ZERO;
  const chunks = ceil(divided(over, dec(constants.chunk_next), 28));
  const items = [
    { name: "requests", price: "requests", measure: "requests", each: plus(plus(ONE, chunks), dec(work.retry_share)), free: true },
    { name: `duration ${arch}`, price, measure: "gb_seconds", each: ONE, free: true },
  ];
  if (!isZero(dec(work.cold_share)) && !isZero(dec(work.init_ms)))
    items.push({ name: `INIT ${arch}`, price, measure: "init_gb_seconds", each: ONE, free: true });
  const extra = less(dec(work.ephemeral_mb), dec(constants.ephemeral_min));
  if (!isZero(extra)) items.push({ name: "ephemeral storage", price: "ephemeral", measure: "seconds", each: times(GB, extra), free: true });
  return items;
}

function usage(work, plan, constants) {
  const measured = measures(work, constants);
  const items = plan.on_demand ? onDemand(work, constants) : [];
  for (const item of plan.items) items.push({ ...item, each: dec(item.each) });
  return items.map((item) => ({ ...item, quantity: fit(times(item.each, measured[item.measure])) }));
}

// ---- what it costs -------------------------------------------------------------------------
// A price that does not come out even is multiplied first, divided last, to 34 digits.
function amountOf(quantity, amount, per) {
  const sum = times(quantity, dec(amount)), divisor = dec(per);
  if (/^10*$/.test(per)) return fit({ n: sum.n, e: sum.e + per.length - 1 });
  if (comesOutEven(dec(amount), divisor)) return fit(times(quantity, divided(dec(amount), divisor, 60)));
  return divided(fit(sum), divisor, 34);
}
const EVEN = new Map();
function comesOutEven(amount, per) {
  const key = `${amount.n} ${amount.e} ${per.n} ${per.e}`;
  if (!EVEN.has(key)) {
    const quotient = divided(amount, per, 60);
    EVEN.set(key, isZero(less(times(quotient, per), amount)));
  }
  return EVEN.get(key);
}

function bill(used, book, freeTier) {
  const lines = [], credits = [], missing = [], left = {}, spent = {};
  for (const each of used) {
    const price = book.prices[each.price];
    if (!price) {
      missing.push(each.name);
      continue;
    }
    const line = (name, quantity, amount) => ({ name, quantity, unit: price.unit, price: each.price, amount: amountOf(quantity, amount, price.per) });
    const pool = freeTier && each.free ? book.pools[each.price] : undefined;
    let free = ZERO;
    if (pool) {
      const here = left[pool] ?? dec(book.free[pool]);
      free = isLess(each.quantity, here) ? each.quantity : here;
      left[pool] = fit(less(here, free));
    }
    if (price.tiers.length) {
      let low = spent[each.price] ?? ZERO;
      const high = fit(plus(low, fit(less(each.quantity, free))));
      spent[each.price] = high;
      const first = price.tiers[0].up_to;
      if (first === null || !isLess(dec(first), high)) lines.push(line(each.name, each.quantity, price.amount));
      else {
        // What is free stands at the first tier's price, at which it is credited, however full that tier is.
        let floor = null;
        for (const tier of price.tiers) {
          const end = tier.up_to === null || isLess(high, dec(tier.up_to)) ? high : dec(tier.up_to);
          const beyond = isLess(low, end) ? less(end, low) : ZERO;
          const quantity = floor === null ? fit(plus(beyond, free)) : beyond;
          if (!isZero(quantity)) lines.push(line(floor === null ? each.name : `${each.name}, over ${count(dec(floor))}`, quantity, tier.amount));
          if (isLess(low, end)) low = end;
          floor = tier.up_to;
        }
      }
    } else lines.push(line(each.name, each.quantity, price.amount));
    if (pool) credits.push(line(`free tier: ${each.name}`, minus(free), price.amount));
  }
  lines.push(...credits);
  return { lines, missing, total: lines.reduce((sum, line) => fit(plus(sum, line.amount)), ZERO) };
}

// Each price's charge rounded to the cent, as on an invoice.
function likeAws(lines) {
  const charges = new Map();
  for (const line of lines) charges.set(line.price, plus(charges.get(line.price) ?? ZERO, line.amount));
  return [...charges.values()].reduce((sum, amount) => plus(sum, rounded(amount, 2, "up")), ZERO);
}

function sideBySide(bills, books) {
  const rows = new Map();
  bills.forEach((one, column) => {
    for (const line of one.lines) {
      if (!rows.has(line.name))
        rows.set(line.name, { name: line.name, quantity: count(rounded(line.quantity, 3)), unit: line.unit, price: line.price, values: bills.map(() => null), amounts: bills.map(() => null) });
      const row = rows.get(line.name);
      row.values[column] = exact(line.amount);
      row.amounts[column] = money(line.amount, books[column].currency);
    }
  });
  const all = [...rows.values()], credit = (row) => row.name.startsWith("free tier: ");
  return [...all.filter((row) => !credit(row)), ...all.filter(credit)];
}

// Both bills of a scenario as the strings on the card; `work` holds its figures as text.
function preview(work, plan, books, constants) {
  const used = usage(work, plan, constants);
  const bills = books.map((book) => bill(used, book, work.free_tier !== "false"));
  return {
    books: bills.map((one, column) => ({
      id: books[column].id,
      value: exact(one.total),
      total: money(one.total, books[column].currency),
      like_aws: exact(likeAws(one.lines)),
      missing: one.missing,
    })),
    rows: sideBySide(bills, books),
  };
}

// The totals alone, as plain numbers: a chart asks for a hundred of them.
function totalsAt(work, plan, books, constants) {
  const used = usage(work, plan, constants);
  return books.map((book) => {
    const { n, e } = bill(used, book, work.free_tier !== "false").total;
    return Number(n) / 10 ** e;
  });
}
