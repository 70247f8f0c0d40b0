// The matrix: only the rows in view exist, and what stands in them is asked for when they come into view.
import { $, $$, calm, getJson, make, matcher } from "./dom.js";
import * as keys from "./keys.js";
import { openSending } from "./sending.js";

const data = JSON.parse($("#data").textContent), campaign = $("#main").dataset.campaign, grid = $("#grid");
const params = () => new URLSearchParams(location.search);
const AHEAD = 5, BATCH = 40, TITLES = 38, NOTHING = "nothing";
let profiles = data.profiles, rows = [], asked = new Set(), choices = new Map(), ticked = new Set(), asking = 0, generation = 0;

const pictures = () => params().get("columns") === "viewports";
const NAMES = 190, PADDING = 12;
/** How wide a picture is: as wide as there is room, within reason. */
const width = () => Math.max(190, Math.min(300, Math.floor((grid.clientWidth - NAMES) / Object.keys(data.viewports).length)));
const height = () => (pictures() ? Math.round(width() * 1.25) : 34);
const filters = () => Object.fromEntries(params().getAll("f").map((text) => [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)]));

function go(changes) {
  const next = params();
  for (const [key, value] of Object.entries(changes)) { next.delete(key); for (const one of [value].flat()) if (one) next.append(key, one); }
  history.replaceState(null, "", next.size ? `?${next}` : location.pathname);
  draw();
}

/** The profiles that pass the filters; those whose choice isn't known yet don't. */
function passing() {
  const fits = matcher(params().get("q") || ""), wanted = Object.entries(filters());
  return profiles.filter((name) => fits(name) && wanted.every(([slot, option]) => choices.get(name)?.choice?.[slot] === option));
}

function draw() {
  const widths = pictures() ? Object.keys(data.viewports).map(() => `${width()}px`) : data.slots.map(() => "minmax(120px, 1fr)");
  grid.style.setProperty("--columns", `${pictures() ? `${NAMES}px` : "minmax(190px, 240px)"} ${widths.join(" ")}`);
  grid.style.setProperty("--row", `${height()}px`);
  grid.classList.toggle("pictures", pictures());
  $("#schemes").hidden = !pictures();
  $$("#columns button").forEach((button) => button.setAttribute("aria-pressed", String((button.dataset.columns === "viewports") === pictures())));
  $$("#schemes button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.scheme === (params().get("scheme") || "light"))));
  const body = make("div", { role: "rowgroup" }), head = make("div", { role: "rowgroup", class: "head-group" }, titles());
  grid.replaceChildren(head, body);
  list();
}

function titles() {
  const wanted = filters();
  const cells = pictures() ? Object.entries(data.viewports).map(([name, width]) => make("div", { role: "columnheader" }, `${name} · ${width}`)) : data.slots.map((slot) => heading(slot, wanted[slot.name]));
  return make("div", { role: "row", class: "titles" }, make("div", { role: "columnheader" }, "Profile"), ...cells);
}

function heading(slot, chosen) {
  if (slot.options.length < 2) return make("div", { role: "columnheader" }, slot.name);
  const select = make("select", { "aria-label": `Filter by ${slot.name}`, class: chosen ? "set" : "" }, make("option", { value: "" }, slot.name), ...slot.options.map((option) => make("option", { value: option, ...(option === chosen ? { selected: "" } : {}) }, option)));
  select.addEventListener("change", () => {
    const next = { ...filters(), [slot.name]: select.value };
    go({ f: Object.entries(next).filter(([, option]) => option).map((pair) => pair.join(":")) });
    $(`select[aria-label="${CSS.escape(`Filter by ${slot.name}`)}"]`)?.focus();
  });
  return make("div", { role: "columnheader" }, select);
}

/** Which rows there are now; keeps the place. */
function list() {
  rows = passing();
  const body = $$('[role="rowgroup"]', grid)[1];
  body.style.height = `${Math.max(rows.length * height(), 1)}px`;
  grid.setAttribute("aria-rowcount", rows.length + 1);
  body.replaceChildren();
  const filtered = Object.keys(filters()).length > 0, left = profiles.length - choices.size;
  $("#count").textContent = `${rows.length === profiles.length ? "" : `${rows.length} of `}${profiles.length} profiles${filtered && left ? `, ${left} still to look at` : ""}`;
  $("#clear").hidden = !filtered && !params().get("q");
  if (!rows.length && !(filtered && left)) body.append(make("div", { role: "row" }, make("div", { role: "cell", class: "soft" }, profiles.length ? "No profile passes the filter." : "No preview profiles yet: save one in the workbench, or write profiles/ann.yaml.")));
  fill();
  if (filtered && left) ask(profiles.filter((name) => !asked.has(name)));
}

/** Put in the rows that are in view, and take out those that no longer are. */
function fill() {
  const body = $$('[role="rowgroup"]', grid)[1], size = height();
  const first = Math.max(0, Math.floor(grid.scrollTop / size) - AHEAD), last = Math.min(rows.length, Math.ceil((grid.scrollTop + grid.clientHeight) / size) + AHEAD);
  for (const row of [...body.children]) if (row.dataset.index && (row.dataset.index < first || row.dataset.index >= last) && !row.contains(document.activeElement)) row.remove();
  const there = new Set([...body.children].map((row) => row.dataset.index));
  for (let index = first; index < last; index++) if (!there.has(String(index))) body.append(rowOf(index));
  if (!pictures()) ask(rows.slice(first, last).filter((name) => !asked.has(name)));
}

const link = (profile, extra = {}) => `/campaigns/${encodeURIComponent(campaign)}?${new URLSearchParams({ profile, ...extra })}`;

function rowOf(index) {
  const name = rows[index];
  const tick = data.sending ? [tickOf(name)] : [];
  const row = make("div", { role: "row", "data-index": index, "data-profile": name, "aria-rowindex": index + 2 }, make("div", { role: "rowheader" }, ...tick, make("a", { href: link(name) }, name)));
  row.style.top = `${index * height()}px`;
  row.append(...(pictures() ? Object.entries(data.viewports).map(([viewport, pixels]) => picture(name, viewport, pixels)) : cells(name)));
  return row;
}

function tickOf(name) {
  const box = make("input", { type: "checkbox", "aria-label": `Send a test for ${name}` });
  box.checked = ticked.has(name);
  box.addEventListener("change", () => { if (box.checked) ticked.add(name); else ticked.delete(name); $("#send").disabled = !ticked.size; });
  return box;
}

function cells(name) {
  const found = choices.get(name);
  if (found?.problem) return [make("div", { role: "cell", class: "bad", title: found.problem }, found.problem)];
  return data.slots.map((slot) => {
    if (!found) return make("div", { role: "cell" }, make("span", { class: "wait" }, make("span", { class: "only-read" }, "not known yet")));
    const label = found.choice[slot.name], none = label === NOTHING;
    const inside = none ? [make("span", { class: "only-read" }, NOTHING), make("span", { "aria-hidden": "true" }, "–")] : [make("span", {}, short(slot, label))];
    const chip = make("a", { class: `chip ${none ? "nothing" : `v${hue(slot, label)}`}`, href: link(name, { slot: slot.name }), title: `${slot.name}: ${label}, because ${found.why[slot.name]}`, tabindex: "-1" }, ...inside);
    return make("div", { role: "cell" }, chip);
  });
}

/** The last option, which needs no rule, is quiet; the others are told apart by colour. */
function hue(slot, label) {
  const special = slot.options.slice(0, -1).filter((option) => option !== NOTHING);
  return special.includes(label) ? (special.indexOf(label) % 7) + 1 : 0;
}

/** An option without the block's name, where all of the slot's have the same. */
function short(slot, label) {
  const blocks = new Set(slot.options.filter((option) => option !== NOTHING).map((option) => option.split(" / ")[0]));
  const [block, variant] = label.split(" / ");
  if (blocks.size > 1) return label;
  return slot.options.filter((option) => option !== NOTHING).length > 1 || block === slot.name ? variant : variant === "default" ? block : label;
}

function picture(name, viewport, pixels) {
  const query = new URLSearchParams({ profile: name });
  if (params().get("scheme")) query.set("scheme", params().get("scheme"));
  const frame = make("iframe", { sandbox: "allow-same-origin", loading: "lazy", title: `${name}, ${viewport}`, src: `/campaigns/${encodeURIComponent(campaign)}/message.html?${query}&v=${generation}` });
  const inside = make("div", { inert: "" }, frame), cover = make("a", { class: "thumb", href: link(name, { w: viewport, ...(params().get("scheme") ? { scheme: params().get("scheme") } : {}) }), "aria-label": `${name}, ${viewport}` }, inside);
  const scale = (width() - PADDING - 2) / pixels;
  Object.assign(frame.style, { width: `${pixels}px`, height: `${Math.ceil((height() - PADDING) / scale)}px`, transform: `scale(${scale})` });
  return make("div", { role: "cell" }, cover);
}

/** Ask for choices, a batch at a time: those in view first, as the latest question is answered first. */
async function ask(names) {
  if (!names.length) return;
  const mine = generation, batch = names.slice(0, BATCH);
  batch.forEach((name) => asked.add(name));
  asking++;
  try {
    const query = new URLSearchParams(batch.map((name) => ["p", name]));
    const answer = await getJson(`/matrix/${encodeURIComponent(campaign)}/rows?${query}`);
    if (mine !== generation) return;
    for (const row of answer.rows) choices.set(row.profile, row);
  } catch (error) {
    if (mine === generation) for (const name of batch) choices.set(name, { profile: name, problem: error.message });
  } finally {
    asking--;
  }
  if (Object.keys(filters()).length) return list();
  for (const name of batch) $(`[data-profile="${CSS.escape(name)}"]`, grid)?.replaceChildren(...rowOf(rows.indexOf(name)).children);
  if (names.length > BATCH) ask(names.slice(BATCH).filter((name) => !asked.has(name)));
}

function move(by) {
  const now = document.activeElement?.closest?.("[data-index]")?.dataset.index, index = Math.max(0, Math.min(rows.length - 1, now === undefined ? 0 : Number(now) + by));
  const top = index * height();
  if (top < grid.scrollTop) grid.scrollTop = top;
  if (top + height() > grid.scrollTop + grid.clientHeight - TITLES) grid.scrollTop = top + height() - grid.clientHeight + TITLES;
  fill();
  $(`[data-index="${index}"] [role=rowheader] a`, grid)?.focus({ preventScroll: true });
}

grid.addEventListener("scroll", fill, { passive: true });
addEventListener("resize", calm(() => (pictures() ? draw() : fill()), 100));
$("#search").value = params().get("q") || "";
$("#search").addEventListener("input", calm(() => go({ q: $("#search").value }), 80));
$("#campaign").addEventListener("change", (event) => { location.href = `/matrix/${encodeURIComponent(event.target.value)}${pictures() ? "?columns=viewports" : ""}`; });
$("#columns").addEventListener("click", (event) => { const to = event.target.dataset.columns; if (to) { grid.scrollTop = 0; go({ columns: to === "slots" ? "" : to }); } });
$("#schemes").addEventListener("click", (event) => { const to = event.target.dataset.scheme; if (to) go({ scheme: to === "light" ? "" : to }); });
$("#clear").addEventListener("click", () => { $("#search").value = ""; go({ f: [], q: "" }); });
$("#send")?.addEventListener("click", () => openSending(campaign, [...ticked], new URLSearchParams()));
document.addEventListener("mailweave:changed", async () => {
  generation++;
  choices = new Map();
  asked = new Set();
  profiles = (await getJson("/names")).profiles.map((entry) => entry.name);
  draw();
});
keys.on("j", "Profile", "Next", () => move(1));
keys.on("k", "Profile", "Previous", () => move(-1));
keys.on("v", "Matrix", "Slots or pictures", () => go({ columns: pictures() ? "" : "viewports" }));
keys.on("x", "Profile", "Tick for sending", () => document.activeElement?.closest?.("[data-index]")?.querySelector("input")?.click());
draw();
