// The bill while a slider moves: the kernel's Decimal arithmetic once more, in exact fractions of BigInt.
// tests/unit/ui/test_preview.py holds it to the kernel's bill, string by string, on 10,000 random points.
const MB_PER_GB = 1024n, MS_PER_S = 1000n;

const fraction = (n, d = 1n) => ({ n, d });
const times = (a, b) => fraction(a.n * b.n, a.d * b.d);
const plus = (a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
const minus = (a) => fraction(-a.n, a.d);
const smaller = (a, b) => (a.n * b.d <= b.n * a.d ? a : b);

function decimal(text) {
  const [whole, rest = ""] = text.split(".");
  return fraction(BigInt(whole + rest), 10n ** BigInt(rest.length));
}

// The fraction in units of 10^-places, as a whole number; a tie goes up ("half up") or to the even neighbour.
function rounded(value, places, tie = "even") {
  const n = (value.n < 0n ? -value.n : value.n) * 10n ** BigInt(places);
  const whole = n / value.d, twice = (n % value.d) * 2n;
  const up = twice > value.d || (twice === value.d && (tie === "up" || whole % 2n === 1n));
  return up ? whole + 1n : whole;
}

function digits(scaled, places) {
  const text = String(scaled).padStart(places + 1, "0");
  const whole = text.slice(0, text.length - places), rest = places ? text.slice(-places) : "";
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), rest];
}

function count(value) {
  const [whole, rest] = digits(rounded(value, 3), 3);
  const tail = rest.replace(/0+$/, "");
  const text = tail ? `${whole}.${tail}` : whole;
  return value.n < 0n && text !== "0" ? `-${text}` : text;
}

function dollars(value) {
  const sign = value.n < 0n ? "-" : "";
  const size = fraction(value.n < 0n ? -value.n : value.n, value.d);
  if (size.n === 0n || size.n * 100n >= size.d) return `${sign}$${digits(rounded(size, 2, "up"), 2).join(".")}`;
  let places = 2;
  while (size.n * 10n ** BigInt(places) < size.d) places += 1;
  const [whole, rest] = digits(rounded(size, places + 2), places + 2);
  return `${sign}$${whole}.${rest.replace(/0+$/, "")}`;
}

// Both bills of a workload {memory_mb, duration_ms, requests, architecture} as the strings that the card shows.
function preview(work, books) {
  const requests = fraction(BigInt(work.requests));
  const used = fraction(BigInt(work.memory_mb) * BigInt(Math.ceil(work.duration_ms)) * BigInt(work.requests), MB_PER_GB * MS_PER_S);
  return books.map((book) => {
    const duration = book.prices[`duration.${work.architecture}`];
    const free = (quantity, name) => minus(smaller(quantity, decimal(book.free_tier[name])));
    const lines = [
      [requests, book.prices.requests],
      [used, duration],
      [free(requests, "requests"), book.prices.requests],
      [free(used, "duration"), duration],
    ].map(([quantity, price]) => {
      const per = decimal(price.per), amount = decimal(price.amount);
      return { quantity, amount: times(quantity, fraction(amount.n * per.d, amount.d * per.n)) };
    });
    const total = lines.reduce((sum, line) => plus(sum, line.amount), fraction(0n));
    return {
      id: book.id,
      total: dollars(total),
      cents: String(rounded(total, 2, "up")),
      lines: lines.map((line) => ({ quantity: count(line.quantity), amount: dollars(line.amount) })),
    };
  });
}
