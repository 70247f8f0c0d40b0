// What every page does: colours, keys, the palette, copying, and loading again when files change.
import { $, $$, copy } from "./dom.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as palette from "./palette.js";

const THEMES = ["", "light", "dark"];
function nextTheme() {
  const root = document.documentElement;
  const theme = THEMES[(THEMES.indexOf(root.dataset.theme || "") + 1) % THEMES.length];
  if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
  try { localStorage.setItem("mailweave-theme", theme); } catch { /* not kept */ }
  $("#theme").title = { "": "Colours: as the system", light: "Colours: light", dark: "Colours: dark" }[theme];
}

/** Put the page's main part in again as it is now, keeping what was typed and where the focus was. */
async function again() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (fresh.body.className !== document.body.className) return location.reload();
  const typed = $("#search")?.value, focused = document.activeElement?.id;
  $("main").replaceWith(fresh.querySelector("main"));
  if (typed !== undefined && $("#search")) $("#search").value = typed;
  if (focused) document.getElementById(focused)?.focus();
  document.dispatchEvent(new CustomEvent("mailweave:replaced"));
}

// On a phone the pages' names don't all fit; the one that is open must be seen.
$(".bar nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
palette.install();
live.install();
document.addEventListener("keydown", keys.handle);
document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-copy], [data-close]");
  if (target?.dataset.copy) copy(target.dataset.copy);
  if (target && "close" in target.dataset) target.closest("dialog").close();
  if (event.target instanceof HTMLDialogElement) event.target.close();
});
// A menu closes when something else is clicked.
document.addEventListener("click", (event) => $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") $$("details.menu[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); }); });
document.addEventListener("mailweave:changed", () => { if (document.body.classList.contains("reload")) again(); });
$("#find").addEventListener("click", () => palette.open());
$("#theme").addEventListener("click", nextTheme);
$("#help").addEventListener("click", keys.sheet);
if (!/Mac|iPhone|iPad/.test(navigator.platform)) $$(".find kbd").forEach((key) => { key.textContent = "Ctrl K"; });

keys.on("mod+k", "Everywhere", "Find a profile, campaign or page", () => palette.open(), { shown: "⌘K or Ctrl K", typing: true });
keys.on("/", "Everywhere", "Filter", () => ($('[data-key="/"]') ? $('[data-key="/"]').focus() : palette.open()));
keys.on("T", "Everywhere", "Colours of the previewer", nextTheme, { shown: "Shift T" });
keys.on("?", "Everywhere", "These keys", keys.sheet);
