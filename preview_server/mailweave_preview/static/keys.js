// Keys: each script says which ones it answers to; `?` lists them all.
import { $, make, typing } from "./dom.js";

const known = [];

/** Answer to a key. `shown` is how the list writes it; `typing: true` also while a field has the focus. */
export function on(key, group, what, action, options = {}) {
  known.push({ key, group, what, action, shown: key, ...options });
}

export function handle(event) {
  if (event.defaultPrevented) return;
  const command = event.ctrlKey || event.metaKey;
  if (event.altKey || (command && !(event.key.toLowerCase() === "k"))) return;
  const key = command ? "mod+k" : event.key;
  // A key that a control itself answers to stays the control's; a dialog has its own.
  if (document.querySelector("dialog[open]")) return;
  const found = known.find((entry) => entry.key === key && (entry.typing || !typing(event.target)));
  if (!found) return;
  event.preventDefault();
  found.action(event);
}

export function sheet() {
  const inside = $("#keys .inside");
  const groups = Map.groupBy ? Map.groupBy(known, (entry) => entry.group) : known.reduce((map, entry) => map.set(entry.group, [...(map.get(entry.group) || []), entry]), new Map());
  inside.replaceChildren(...[...groups].map(([group, entries]) => make("section", {}, make("h3", {}, group), make("dl", {}, ...entries.filter((entry) => entry.shown).map((entry) => make("div", {}, make("dt", {}, entry.what), make("dd", {}, make("kbd", {}, entry.shown))))))));
  $("#keys").showModal();
}
