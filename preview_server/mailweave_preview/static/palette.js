// ⌘K: find a profile, campaign or page and go there.
import { $, getJson, make, matcher, wordsOf } from "./dom.js";

// What a page does itself with what was chosen, by kind; without it the page of that name is opened.
export const choosing = {};
const KINDS = { profiles: "Profile", campaigns: "Campaign", pages: "Page" };
const MOST = 60;
let entries = [], shown = [], at = 0, only = "";

export async function open(kind = "") {
  only = kind;
  const dialog = $("#palette"), input = $("input", dialog);
  input.value = "";
  input.placeholder = kind ? `Find a ${KINDS[kind].toLowerCase()}…` : "Find a profile, campaign or page…";
  entries = [];
  draw("Reading the workspace…");
  dialog.showModal();
  try {
    const names = await getJson("/names");
    entries = Object.entries(KINDS).flatMap(([group, label]) => names[group].map((entry) => ({ ...entry, group, label, text: `${entry.name} ${entry.hint}` })));
    if (!choosing.profiles) entries = entries.filter((entry) => entry.group !== "profiles");
  } catch (error) {
    return draw(error.message);
  }
  filter();
}

function filter() {
  const typed = $("#palette input").value, fits = matcher(typed), first = wordsOf(typed)[0] || "";
  const candidates = entries.filter((entry) => (!only || entry.group === only) && fits(entry.text));
  candidates.sort((one, other) => Number(other.name.toLowerCase().startsWith(first)) - Number(one.name.toLowerCase().startsWith(first)));
  shown = candidates.slice(0, MOST);
  at = 0;
  draw(candidates.length ? "" : "Nothing of that name.", candidates.length - shown.length);
}

function draw(said = "", more = 0) {
  if (said) shown = [];
  const options = shown.map((entry, index) => make("div", { role: "option", id: `found-${index}`, "aria-selected": String(index === at), "data-index": index },
    make("span", { class: "kind" }, entry.label), make("span", { class: "name" }, entry.group === "pages" ? entry.hint : entry.name), make("span", { class: "hint" }, entry.group === "pages" ? "" : entry.hint)));
  const note = said || (more ? `and ${more} more: type to find them` : "");
  $("#found").replaceChildren(...options, ...(note ? [make("div", { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, note)] : []));
  mark();
}

function mark() {
  $("#found").querySelectorAll("[data-index]").forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
  const input = $("#palette input");
  if (shown.length) { input.setAttribute("aria-activedescendant", `found-${at}`); $(`#found-${at}`).scrollIntoView({ block: "nearest" }); } else input.removeAttribute("aria-activedescendant");
}

function choose(entry) {
  if (!entry) return;
  $("#palette").close();
  if (choosing[entry.group]) choosing[entry.group](entry.name);
  else location.href = entry.group === "pages" ? `/${entry.name}/` : `/campaigns/${encodeURIComponent(entry.name)}`;
}

export function install() {
  const dialog = $("#palette"), input = $("input", dialog);
  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) { event.preventDefault(); at = Math.max(0, Math.min(shown.length - 1, at + step)); mark(); }
    if (event.key === "Enter") { event.preventDefault(); choose(shown[at]); }
  });
  $("#found").addEventListener("click", (event) => choose(shown[event.target.closest("[data-index]")?.dataset.index]));
}
