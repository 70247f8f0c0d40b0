// The state of the workbench: all of it is in the address.
export const query = () => new URLSearchParams(location.search);

/** Change keys of the address: null or "" takes one out, an array writes it several times. */
export function go(changes, { replace = false } = {}) {
  const params = query();
  for (const [key, value] of Object.entries(changes)) {
    params.delete(key);
    for (const one of Array.isArray(value) ? value : [value]) if (one !== null && one !== undefined && one !== "") params.append(key, one);
  }
  const next = params.size ? `?${params}` : location.pathname;
  if (next === location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", next);
  document.dispatchEvent(new CustomEvent("mailweave:state", { detail: Object.keys(changes) }));
}

const MESSAGE = ["profile", "edit", "at", "locale", "without", "force"];
/** The part of the address that makes a difference to the message. */
export function messageQuery(extra = {}) {
  const params = new URLSearchParams([...query()].filter(([key]) => MESSAGE.includes(key)));
  for (const [key, value] of Object.entries(extra)) if (value) params.set(key, value);
  return params;
}

export function edit() {
  try { return JSON.parse(query().get("edit") || "{}"); } catch { return {}; }
}
