// The state in the page's address: `#memory_mb=1536&logs.kb_per_request=2`, a second scenario's keys with `b.` before them.
const MOST_KEYS = 120, LONGEST_VALUE = 200;

// {a, b, unread}: flat states (b null where there is none) and the pieces that are no `key=value`.
function readLink(hash) {
  const found = { a: {}, b: null, unread: [] };
  for (const piece of hash.replace(/^#/, "").split("&").filter(Boolean).slice(0, MOST_KEYS)) {
    const [raw, ...rest] = piece.slice(0, LONGEST_VALUE).split("=");
    const key = unescaped(raw), value = unescaped(rest.join("="));
    if (!rest.length || key === null || value === null) found.unread.push(`\`${piece.slice(0, 60)}\``);
    else if (key.startsWith("b.")) (found.b ??= {})[key.slice(2)] = value;
    else found.a[key] = value;
  }
  return found;
}
function unescaped(text) {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return null;
  }
}

function writeLink(a, b) {
  const pieces = (state, before) => Object.entries(state).map(([key, value]) => `${before}${key}=${encodeURIComponent(value)}`);
  return `#${[...pieces(a, ""), ...(b ? pieces(b, "b.") : [])].join("&")}`;
}

// A lab's notebook has an address of its own: only a page that is the app itself carries the state.
const ownPage = (path) => !/\/(lab|notebooks|doc|tree|edit)(\/|$)/.test(path);

// Without a token, which opens the server and is nobody else's.
function linkToCopy(href, hash) {
  const url = new URL(href);
  url.searchParams.delete("token");
  url.hash = hash;
  return url.href;
}
