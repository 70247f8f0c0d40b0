// The workbench: every control changes the address, and the page shows what the address says.
import { $, $$, copy, getJson, toast } from "./dom.js";
import { edit, go, messageQuery, query } from "./address.js";
import * as editor from "./editor.js";
import * as frames from "./frames.js";
import * as keys from "./keys.js";
import { choosing, open as find } from "./palette.js";
import { openSending } from "./sending.js";

const campaign = $("#main").dataset.campaign;
const readJson = (id) => JSON.parse($(`#${id}`).textContent);
let profiles = readJson("profiles"), id = $("#main").dataset.id, ok = readJson("initial").ok;
let number = 0, shownProfile = query().get("profile"), lastGood = ok;

/** Ask for what the address says and put it in. `known`: only if it is another than is shown. */
async function refresh({ known = false } = {}) {
  const mine = ++number;
  $("#frames").classList.add("waiting");
  try {
    const params = query();
    if (known) params.set("known", id);
    const parts = await getJson(`/campaigns/${encodeURIComponent(campaign)}/state?${params}`);
    if (mine === number && parts) put(parts);
  } catch (error) {
    if (mine === number) trouble("This can't be shown", error.html || `<p class="problem">${error.message}</p>`, false);
  } finally {
    if (mine === number) { $("#frames").classList.remove("waiting"); controls(); }
  }
}

function put(parts) {
  id = parts.id;
  ok = parts.ok;
  $("#slots").innerHTML = parts.slots;
  const open = $("#inbox-lines")?.open;
  if (parts.ok) { $("#inbox").innerHTML = parts.inbox; if (open) $("#inbox-lines").open = true; }
  $("#status").innerHTML = parts.status;
  tabs(parts);
  if (parts.edit !== undefined && query().get("edit")) go({ edit: parts.edit }, { replace: true });
  trouble(parts.trouble, parts.problems, parts.ok);
  if (parts.ok) { lastGood = true; frames.show(campaign, id); }
  controls(parts);
}

function tabs(parts) {
  for (const tab of parts.tabs) {
    const button = $(`#tab-${CSS.escape(tab.name)}`), chosen = tab.name === parts.tab;
    button.setAttribute("aria-selected", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
    button.innerHTML = `${tab.title}${tab.badge ? ` <span class="badge">${tab.badge}</span>` : ""}`;
  }
  const panel = $("#panel"), profile = query().get("profile");
  if (panel.dataset.tab === parts.tab && profile === shownProfile && editor.busy()) return editor.draw();
  const scrolled = panel.dataset.tab === parts.tab ? panel.scrollTop : 0;
  panel.innerHTML = parts.panel;
  panel.dataset.tab = parts.tab;
  panel.setAttribute("aria-labelledby", `tab-${parts.tab}`);
  panel.scrollTop = scrolled;
  const other = profile !== shownProfile;
  shownProfile = profile;
  editor.draw();
  if (other || parts.tab === "data") editor.reopen();
}

/** What is wrong, over the last message that could be built. */
function trouble(title, html, fine) {
  $("#over").hidden = !html;
  $("#problems").innerHTML = html;
  $("#over h2").textContent = title || "This message can't be built";
  $("#behind").hidden = fine || !lastGood;
  $(".stage").classList.toggle("broken", !fine && Boolean(html));
}

/** Bring every control into line with the address. */
function controls(parts = readJson("initial")) {
  const params = query(), press = (list, key, value) => $$(`${list} button`).forEach((button) => button.setAttribute("aria-pressed", String(button.dataset[key] === value)));
  const edited = Object.keys(edit()).length > 0;
  $("#profile span").textContent = `${params.get("profile") || "no profile"}${edited ? " (edited)" : ""}`;
  $("#edited").hidden = !edited;
  $("#who").classList.toggle("edited", edited);
  if (parts.at && document.activeElement !== $("#at")) $("#at").value = parts.at;
  if (document.activeElement !== $("#locale")) { $("#locale").value = params.get("locale") || ""; $("#locale").placeholder = parts.locale || "locale"; }
  const without = params.getAll("without"), forced = params.getAll("force");
  $$("[data-without]").forEach((box) => { box.checked = !without.includes(box.dataset.without); });
  $("#suppositions").hidden = !(without.length + forced.length);
  $("#suppositions").textContent = without.length + forced.length;
  $("#release").hidden = !forced.length;
  $("#forced-none").hidden = forced.length > 0;
  press("#schemes", "scheme", params.get("scheme") || "light");
  $("#images").setAttribute("aria-pressed", String(params.get("images") !== "off"));
  $("#web-images").checked = params.get("images") === "all";
  $("#fit").setAttribute("aria-pressed", String(params.get("fit") === "1"));
  $("#eml").href = `/campaigns/${encodeURIComponent(campaign)}/message.eml?${messageQuery()}`;
  const slot = params.get("slot") || "";
  $$("#slots [data-slot]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.slot === slot)));
  frames.select(slot);
}

const LOOK = ["w", "fit", "scheme", "images"];
document.addEventListener("mailweave:state", ({ detail }) => {
  if (detail.every((key) => LOOK.includes(key))) { controls(); if (ok) frames.show(campaign, id); return; }
  refresh();
});
addEventListener("popstate", () => { refresh(); if (ok) frames.show(campaign, id); });
document.addEventListener("mailweave:changed", async ({ detail }) => {
  if (detail.paths.some((path) => path.startsWith("assets/"))) { frames.picturesChanged(); if (ok) frames.show(campaign, id); }
  refresh({ known: true });
  profiles = (await getJson("/names")).profiles.map((entry) => entry.name);
});
document.addEventListener("mailweave:problems", () => refresh());
document.addEventListener("mailweave:saved", ({ detail }) => {
  if (!profiles.includes(detail.name)) profiles = [...profiles, detail.name].sort();
  toast(`Saved as ${detail.path}`);
  document.activeElement.blur();
  go({ profile: detail.name, edit: null, locale: null });
});

function step(by) {
  if (!profiles.length) return;
  const at = profiles.indexOf(query().get("profile"));
  choosing.profiles(profiles[(at + by + profiles.length) % profiles.length]);
}
choosing.profiles = (name) => { document.activeElement?.blur?.(); go({ profile: name, edit: null, locale: null }); };
choosing.campaigns = (name) => { const params = query(); ["slot", "force"].forEach((key) => params.delete(key)); location.href = `/campaigns/${encodeURIComponent(name)}?${params}`; };

function toggleViewport(name) {
  const now = frames.wanted(), named = (entry) => Boolean($(`#viewports [data-viewport="${CSS.escape(entry)}"]`));
  let next = name === "free" ? now.filter(named) : now.filter((entry) => entry !== name);
  if (next.length === now.length) next = [...now, name === "free" ? "480" : name];
  const order = $$("#viewports [data-viewport]").map((button) => button.dataset.viewport);
  next.sort((one, other) => (order.indexOf(one) + 1 || 99) - (order.indexOf(other) + 1 || 99));
  if (next.length) go({ w: next.join(",") });
}
const SCHEMES = ["light", "dark", "forced"];
const scheme = (value) => go({ scheme: value === "light" ? null : value });
const images = () => go({ images: query().get("images") === "off" ? null : "off" });
const tab = (name) => go({ tab: name });
function stepSlot(by) {
  const slots = $$("#slots [data-slot]").map((button) => button.dataset.slot), at = slots.indexOf(query().get("slot"));
  if (!slots.length) return;
  go({ slot: at < 0 ? slots[by > 0 ? 0 : slots.length - 1] : slots[(at + by + slots.length) % slots.length], tab: "why" });
  requestAnimationFrame(() => frames.select(query().get("slot"), { scroll: true }));
}
function force(entry) {
  const [slot] = entry.split(/:(?=\d+$)/);
  go({ force: [...query().getAll("force").filter((other) => !other.startsWith(`${slot}:`)), entry] });
}
const release = (slot) => go({ force: query().getAll("force").filter((other) => slot && other.replace(/:\d+$/, "") !== slot) });

document.addEventListener("click", (event) => {
  const target = event.target.closest("button, a");
  if (!target) return;
  const data = target.dataset;
  if (data.slot !== undefined) { const again = data.slot === query().get("slot"); go({ slot: again ? null : data.slot, tab: "why" }); frames.select(again ? "" : data.slot, { scroll: true }); }
  else if (data.force) force(data.force);
  else if (data.release) release(data.release);
  else if (data.tab) tab(data.tab);
  else if (data.viewport) toggleViewport(data.viewport);
  else if (data.scheme) scheme(data.scheme);
  else if ("copyLines" in data) copy($$(".lines li").map((line) => line.textContent).join("\n"), "the HTML");
});
$("#slots").addEventListener("pointerover", (event) => frames.hover(event.target.closest("[data-slot]")?.dataset.slot || ""));
$("#slots").addEventListener("pointerleave", () => frames.hover(""));
$("#frames").addEventListener("pointerleave", () => frames.hover(""));
$("#tabs").addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key], all = $$("#tabs [role=tab]");
  if (!by) return;
  event.preventDefault();
  const next = all[(all.indexOf(document.activeElement) + by + all.length) % all.length];
  next.focus();
  tab(next.dataset.tab);
});
$("#campaign").addEventListener("change", (event) => choosing.campaigns(event.target.value));
$("#previous").addEventListener("click", () => step(-1));
$("#next").addEventListener("click", () => step(1));
$("#profile").addEventListener("click", () => find("profiles"));
$("#edited").addEventListener("click", () => { shownProfile = ""; go({ edit: null }); });
$("#at").addEventListener("change", (event) => go({ at: event.target.value || null }));
$("#locale").addEventListener("change", (event) => go({ locale: event.target.value.trim() || null }));
$("#release").addEventListener("click", () => release(""));
$("#fit").addEventListener("click", () => go({ fit: query().get("fit") === "1" ? null : "1" }));
$("#images").addEventListener("click", images);
$("#web-images").addEventListener("change", (event) => go({ images: event.target.checked ? "all" : null }));
$("#conditions").addEventListener("change", (event) => event.target.dataset.without && go({ without: $$("[data-without]").filter((box) => !box.checked).map((box) => box.dataset.without) }));
$("#send")?.addEventListener("click", () => openSending(campaign, [query().get("profile") || ""], messageQuery()));

keys.on("j", "Profile", "Next", () => step(1));
keys.on("k", "Profile", "Previous", () => step(-1));
keys.on("p", "Profile", "Choose", () => find("profiles"));
keys.on("n", "Slot", "Next", () => stepSlot(1));
keys.on("N", "Slot", "Previous", () => stepSlot(-1), { shown: "Shift N" });
keys.on("Escape", "Slot", "None", () => go({ slot: null }), { shown: "Esc" });
$$("#viewports [data-viewport]").filter((button) => button.dataset.viewport !== "free").slice(0, 9).forEach((button, index) => keys.on(String(index + 1), "Viewport", `${button.dataset.viewport}, ${button.dataset.width} pixels`, () => toggleViewport(button.dataset.viewport)));
keys.on("0", "Viewport", "Free", () => toggleViewport("free"));
keys.on("z", "Viewport", "Shrink to fit", () => $("#fit").click());
keys.on("d", "Look", "Light, dark, forced dark", () => scheme(SCHEMES[(SCHEMES.indexOf(query().get("scheme") || "light") + 1) % 3]));
keys.on("i", "Look", "Images on and off", images);
for (const [key, name, what] of [["w", "why", "Why"], ["f", "data", "Data (fields)"], ["b", "problems", "Problems"], ["s", "source", "Source"], ["t", "text", "Text"]]) keys.on(key, "Panel", what, () => tab(name));
keys.on("m", "Elsewhere", "Matrix", () => { location.href = `/matrix/${encodeURIComponent(campaign)}`; });
keys.on("e", "Elsewhere", "Download as .eml", () => $("#eml").click());

controls();
editor.draw();
if (ok) frames.show(campaign, id);
