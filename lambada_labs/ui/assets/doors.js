// Copy buttons, and links that fit where the browser is: this machine, or a hub's proxy, or nowhere.
const NEAR = /^(localhost|127\.0\.0\.1|\[::1\]|.*\.localhost)$/;

async function proxied(link) {
  const config = document.getElementById("jupyter-config-data");
  const base = new URL(config ? JSON.parse(config.textContent).baseUrl ?? "/" : "/", location.href);
  const url = new URL(`proxy/${link.dataset.port}${link.dataset.rest}`, base);
  const answer = await fetch(url, { method: "HEAD" }).catch(() => null);
  return answer && answer.status !== 404 && answer.status !== 403 && answer.status < 500 ? url.href : "";
}

async function render({ model, el }) {
  const parts = place(model, el);
  for (const button of el.querySelectorAll(".lb-doors-copy")) {
    if (!navigator.clipboard) break;
    button.hidden = false;
    button.setAttribute(OWN_KEYS, "true");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.previousElementSibling.textContent).then(
        () => (parts.said.textContent = button.textContent = "Copied"),
        () => (parts.said.textContent = button.textContent = "Not allowed here"),
      );
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
  }
  if (!parts.here || NEAR.test(location.hostname)) return;
  parts.here.hidden = true;
  for (const link of el.querySelectorAll("a[data-port]")) {
    const url = link.dataset.port ? await proxied(link) : link.href;
    if (url) {
      link.href = url;
    } else {
      link.removeAttribute("href");
      parts.elsewhere.hidden = false;
    }
  }
}

export default { render };
