// A link to the app where this very JupyterLab serves it; elsewhere the words stay as they are.
async function render({ model, el }) {
  const parts = place(model, el);
  const config = document.getElementById("jupyter-config-data");
  if (!config) return;
  const base = new URL(JSON.parse(config.textContent).baseUrl ?? "/", location.href);
  const file = await fetch(new URL(`api/contents/${model.get("notebook")}?content=0`, base)).catch(() => null);
  if (!file?.ok) return;
  parts.link.href = new URL(`voila/render/${model.get("notebook")}${model.get("state")}`, base).href;
  parts.there.hidden = false;
  parts.by_hand.hidden = true;
}

export default { render };
