// The message in its frames: one for each viewport, isolated, as high as the message, swapped when it changes so that nothing flashes.
import { $, $$, make, toast } from "./dom.js";
import { go, messageQuery, query } from "./address.js";
import * as keys from "./keys.js";

const place = $("#frames");
const viewports = Object.fromEntries($$("#viewports [data-viewport]").map((button) => [button.dataset.viewport, Number(button.dataset.width)]));
const GAP = 16, CAPTION = 26, NARROWEST = 220, WIDEST = 2000;
let frames = [], hovered = "", selected = "";

const widthOf = (name) => viewports[name] ?? Math.max(NARROWEST, Math.min(WIDEST, Number(name) || viewports.free));

/** The viewports of the address; without any, as many of the first two as there is room for. */
export function wanted() {
  const given = (query().get("w") || "").split(",").filter(Boolean);
  if (given.length) return given;
  const [first, second = first] = Object.keys(viewports).filter((name) => name !== "free");
  const room = place.clientWidth - 32;
  if (first !== second && widthOf(first) + widthOf(second) + GAP <= room) return [first, second];
  return [widthOf(second) <= room ? second : first];
}

function create(name) {
  const caption = viewports[name] && name !== "free" ? `${name} · ${widthOf(name)}` : "free";
  const glass = make("div", { class: "glass" });
  const handle = make("div", { class: "handle", role: "slider", tabindex: "0", "aria-label": `Width of the frame ${caption}`, "aria-orientation": "horizontal", "aria-valuemin": NARROWEST, "aria-valuemax": WIDEST, title: "Drag, or arrow keys" });
  const width = make("input", { type: "number", min: NARROWEST, max: WIDEST, "aria-label": "Width in pixels" });
  const figure = make("figure", { class: "frame", "data-viewport": name }, make("figcaption", {}, caption, ...(caption === "free" ? [width] : [])), glass, handle);
  const frame = { name, figure, glass, handle, field: width, width: widthOf(name), height: 480, shown: null, source: "" };
  handle.addEventListener("pointerdown", (event) => drag(frame, event));
  handle.addEventListener("keydown", (event) => nudge(frame, event));
  width.addEventListener("change", () => settle(frame, Number(width.value)));
  return frame;
}

function drag(frame, event) {
  event.preventDefault();
  const start = event.clientX, width = frame.width, zoom = zoomOf();
  frame.handle.setPointerCapture(event.pointerId);
  const move = (moved) => { frame.width = clamp(width + ((moved.clientX - start) / zoom) * (frames.length > 1 ? 1 : 2)); arrange(); measure(frame); };
  frame.handle.addEventListener("pointermove", move);
  frame.handle.addEventListener("pointerup", () => { frame.handle.removeEventListener("pointermove", move); settle(frame, frame.width); }, { once: true });
}

function nudge(frame, event) {
  const step = { ArrowLeft: -10, ArrowRight: 10, PageDown: -100, PageUp: 100 }[event.key];
  if (!step) return;
  event.preventDefault();
  settle(frame, frame.width + step);
}

const clamp = (width) => Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));

/** A frame of another width: its name in the address becomes that width. */
function settle(frame, width) {
  frame.width = clamp(width);
  const list = frames.map((one) => one.name);
  list[frames.indexOf(frame)] = String(frame.width);
  frame.name = String(frame.width);
  frame.figure.dataset.viewport = frame.name;
  const caption = $("figcaption", frame.figure);
  if (!frame.field.isConnected) caption.replaceChildren("free", frame.field);
  arrange();
  measure(frame);
  go({ w: list.join(",") }, { replace: true });
}

function zoomOf() {
  if (query().get("fit") !== "1") return 1;
  const whole = frames.reduce((sum, frame) => sum + frame.width, 0), room = place.clientWidth - 32 - GAP * (frames.length - 1);
  return Math.max(0.2, Math.min(1, room / whole));
}

/** Put sizes on the frames. */
export function arrange() {
  const zoom = zoomOf();
  for (const frame of frames) {
    Object.assign(frame.glass.style, { width: `${frame.width}px`, height: `${frame.height}px`, transform: zoom < 1 ? `scale(${zoom})` : "" });
    Object.assign(frame.figure.style, { width: `${frame.width * zoom}px`, height: `${CAPTION + frame.height * zoom}px` });
    frame.handle.setAttribute("aria-valuenow", frame.width);
    frame.field.value = frame.width;
  }
  lights();
}

function measure(frame) {
  const inside = frame.shown?.contentDocument;
  if (!inside?.body) return;
  const height = Math.ceil(Math.max(inside.documentElement.getBoundingClientRect().height, inside.body.getBoundingClientRect().bottom, 160));
  if (height !== frame.height) { frame.height = height; arrange(); }
}

let pictures = 0;
/** After a picture changed: every frame is loaded again. */
export const picturesChanged = () => { pictures++; };

/** Show the message of the address. `id` changes with the message; a frame whose message stays isn't loaded again. */
export function show(campaign, id) {
  const names = wanted();
  if (names.join() !== frames.map((frame) => frame.name).join()) {
    const old = new Map(frames.map((frame) => [frame.name, frame]));
    frames = names.map((name) => old.get(name) || create(name));
    place.replaceChildren(...frames.map((frame) => frame.figure));
    // A frame that is moved in the document loads again by itself.
    for (const frame of frames) if (!frame.shown?.contentDocument?.body?.childElementCount) frame.source = "";
  }
  const params = messageQuery({ scheme: query().get("scheme"), images: query().get("images"), id, v: pictures && String(pictures) });
  const source = `/campaigns/${encodeURIComponent(campaign)}/message.html?${params}`;
  const dark = ["dark", "forced"].includes(query().get("scheme"));
  for (const frame of frames) {
    frame.figure.classList.toggle("dark", dark);
    if (frame.source !== source) load(frame, source);
  }
  arrange();
  for (const [name] of Object.entries(viewports)) {
    const pressed = name === "free" ? frames.some((frame) => !viewports[frame.name]) : frames.some((frame) => frame.name === name);
    $(`#viewports [data-viewport="${CSS.escape(name)}"]`).setAttribute("aria-pressed", String(pressed));
  }
}

function load(frame, source) {
  frame.source = source;
  $$(".next", frame.glass).forEach((stale) => stale.remove());
  const next = make("iframe", { class: "next", sandbox: "allow-same-origin", title: `The message, ${frame.width} pixels wide`, src: source, referrerpolicy: "no-referrer" });
  next.addEventListener("load", () => swap(frame, next, source), { once: true });
  frame.glass.append(next);
}

function swap(frame, next, source) {
  if (frame.source !== source || !next.isConnected || !next.contentDocument?.body) return;
  frame.shown?.remove();
  frame.shown = next;
  next.classList.remove("next");
  const inside = next.contentDocument;
  inside.addEventListener("keydown", keys.handle);
  inside.addEventListener("pointermove", (event) => hover(slotAt(event.target)));
  inside.addEventListener("pointerleave", () => hover(""));
  inside.addEventListener("click", click, true);
  inside.addEventListener("auxclick", (event) => event.preventDefault(), true);
  inside.addEventListener("submit", (event) => event.preventDefault(), true);
  new ResizeObserver(() => measure(frame)).observe(inside.documentElement);
  measure(frame);
  lights();
  place.dispatchEvent(new CustomEvent("mailweave:shown", { detail: frame.name }));
}

const slotAt = (element) => element.closest?.("[data-mailweave-slot]")?.dataset.mailweaveSlot || "";

function click(event) {
  // A link of a message must not be followed: it may unsubscribe somebody.
  event.preventDefault();
  const link = event.target.closest?.("a[href]");
  if (link) toast(`Link: ${link.getAttribute("href")}`);
  const slot = slotAt(event.target);
  if (slot) go({ slot, tab: "why" });
}

export function hover(slot) {
  if (slot === hovered) return;
  hovered = slot;
  $$("#slots [data-slot]").forEach((button) => button.classList.toggle("lit", button.dataset.slot === slot));
  lights();
}

export function select(slot, { scroll = false } = {}) {
  selected = slot;
  lights();
  if (scroll && slot) $(".light.selected", place)?.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

/** Outline what stands in the slots that are pointed at or selected. */
function lights() {
  for (const frame of frames) {
    $$(".light", frame.glass).forEach((light) => light.remove());
    for (const slot of new Set([selected, hovered].filter(Boolean))) {
      const box = boxOf(frame, slot);
      if (!box) continue;
      const light = make("div", { class: `light${slot === hovered ? "" : " selected"}`, "aria-hidden": "true" }, make("b", {}, slot));
      Object.assign(light.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.right - box.left}px`, height: `${box.bottom - box.top}px` });
      frame.glass.append(light);
    }
  }
}

function boxOf(frame, slot) {
  const inside = frame.shown?.contentDocument;
  const rects = inside ? $$(`[data-mailweave-slot="${CSS.escape(slot)}"]`, inside).map((element) => element.getBoundingClientRect()).filter((rect) => rect.width && rect.height) : [];
  if (!rects.length) return null;
  return { left: Math.min(...rects.map((rect) => rect.left)), top: Math.min(...rects.map((rect) => rect.top)), right: Math.max(...rects.map((rect) => rect.right)), bottom: Math.max(...rects.map((rect) => rect.bottom)) };
}

addEventListener("resize", arrange);
