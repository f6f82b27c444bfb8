"""What the calculator's tests do on its page."""

import contextlib

HOME = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
DRAWN = "() => document.querySelector('.lb-hot-aws')?.getAttribute('d')"
TOTAL = "[data-part=total_aws]"


@contextlib.contextmanager
def window(chromium, url, *, width=1180, height=900, scheme="light", ready=True):
    """The app in a window of its own; `page.outside` and `page.problems` hold what should not happen."""
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    page = context.new_page()
    page.outside, page.problems = [], []
    page.on(
        "request", lambda request: None if request.url.startswith(HOME) else page.outside.append(request.url)
    )
    page.on(
        "console", lambda message: page.problems.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(url, wait_until="domcontentloaded")
    if ready:
        page.wait_for_function(DRAWN, timeout=60_000)
    yield page
    context.close()


def text_becomes(page, selector, part):
    """Wait until an element's text holds this part."""
    page.wait_for_function(
        "([selector, part]) => document.querySelector(selector)?.textContent.includes(part)",
        arg=[selector, part],
        timeout=15_000,
    )


def typed(page, selector, text):
    """Type a number and press Enter."""
    page.fill(selector, text)
    page.keyboard.press("Enter")


# Each text's contrast with what lies behind it, by WCAG 2: colours are blended through every ancestor.
CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  canvas.canvas.width = canvas.canvas.height = 1;
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, under) => top.slice(0, 3).map((each, i) => (each * top[3] + under[i] * (255 - top[3])) / 255);
  const light = (colour) => {
    const [r, g, b] = colour.map((each) => { const c = each / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3]) layers.push(colour);
      if (colour[3] === 255) break;
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const bad = [];
  let seen = 0;
  for (const element of document.querySelectorAll('.lambada *')) {
    const style = getComputedStyle(element);
    const own = element.matches('input[type=text], select') ? element.value : [...element.childNodes].filter((each) => each.nodeType === 3).map((each) => each.textContent.trim()).join('');
    if (!own || !element.checkVisibility({visibilityProperty: true}) || element.closest('.lb-sr, svg, option, template, [disabled]')) continue;
    if (element.getBoundingClientRect().width < 2) continue;
    seen += 1;
    const paper = behind(element), ink = over(rgba(style.color), paper);
    const [a, b] = [light(ink), light(paper)].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) bad.push(`${own.slice(0, 40)}: ${ratio.toFixed(2)} (${element.className || element.tagName})`);
  }
  return {seen, bad};
}"""

# Every control that a pointer can reach and its name for a screen reader.
NAMELESS = """() => [...document.querySelectorAll('.lambada :is(button, input, select, textarea, summary, a)')]
  .filter((each) => each.checkVisibility() && !each.closest('template'))
  .filter((each) => !(each.getAttribute('aria-label') || each.textContent.trim() || each.labels?.[0]?.textContent.trim()))
  .map((each) => each.outerHTML.slice(0, 120))"""
