// One block: its form, sample, width and colours are in the address; every variant follows them.
import { $, $$, calm, toast } from "./dom.js";
import { go, query } from "./address.js";
import * as keys from "./keys.js";

const block = $("#main").dataset.block;
const viewports = $$("#viewports button");

function width() {
  const wanted = viewports.find((button) => button.dataset.viewport === query().get("w")) || viewports.find((button) => Number(button.dataset.width) >= 600) || viewports[0];
  return Number(wanted.dataset.width);
}

function fit(figure) {
  const frame = $("iframe", figure), glass = $(".glass", figure), room = $("#variants").clientWidth, wide = width();
  const scale = Math.min(1, room / wide), tall = frame.contentDocument?.body?.scrollHeight || 160;
  Object.assign(frame.style, { width: `${wide}px`, height: `${tall}px`, transform: `scale(${scale})`, transformOrigin: "0 0" });
  Object.assign(glass.style, { width: `${wide * scale}px`, height: `${tall * scale}px` });
}

function show({ again = false } = {}) {
  const params = query(), scheme = params.get("scheme") || "light", wide = width();
  viewports.forEach((button) => button.setAttribute("aria-pressed", String(Number(button.dataset.width) === wide)));
  $$("#schemes button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.scheme === scheme)));
  $("#variants").classList.toggle("dark", scheme !== "light");
  for (const figure of $$(".variant")) {
    const wanted = new URLSearchParams([...params].filter(([key]) => key.startsWith("p.") || key === "scheme" || key === "at"));
    if (figure.dataset.weird) wanted.set("weird", figure.dataset.weird);
    const source = `/blocks/${encodeURIComponent(block)}/${encodeURIComponent(figure.dataset.variant)}/message.html?${wanted}`, frame = $("iframe", figure);
    fit(figure);
    if (frame.dataset.source === source && !again) continue;
    frame.dataset.source = source;
    frame.onload = () => fit(figure);
    // Replacing keeps the frame's own history out of the page's.
    if (frame.contentWindow && frame.src) frame.contentWindow.location.replace(source); else frame.src = source;
  }
}

/** Put into the address what isn't as the sample says; a field that was emptied stays in it, empty. */
const typed = calm(() => {
  const params = query();
  for (const field of $$("#form [name]")) {
    const edited = field.value !== field.dataset.known;
    if (edited) params.set(field.name, field.value); else params.delete(field.name);
    field.closest(".field").classList.toggle("edited", edited);
  }
  history.replaceState(null, "", params.size ? `?${params}` : location.pathname);
  show();
}, 200);

$("#form")?.addEventListener("input", typed);
$("#form")?.addEventListener("submit", (event) => event.preventDefault());
$("#reset")?.addEventListener("click", () => { location.href = `?${new URLSearchParams([...query()].filter(([key]) => !key.startsWith("p.")))}`; });
$("#weird").addEventListener("change", (event) => { const params = query(); params.set("weird", event.target.value); location.search = params; });
document.addEventListener("click", (event) => {
  const { viewport, scheme } = event.target.closest("#viewports button, #schemes button")?.dataset || {};
  if (viewport) go({ w: viewport });
  if (scheme) go({ scheme: scheme === "light" ? null : scheme });
});
document.addEventListener("mailweave:state", () => show());
addEventListener("popstate", () => location.reload());
addEventListener("resize", calm(() => $$(".variant").forEach(fit), 100));
document.addEventListener("mailweave:changed", () => { show({ again: true }); toast("A file changed"); });
keys.on("d", "Block", "Light, dark, forced dark", () => { const all = ["light", "dark", "forced"], next = all[(all.indexOf(query().get("scheme") || "light") + 1) % 3]; go({ scheme: next === "light" ? null : next }); });
viewports.slice(0, 9).forEach((button, index) => keys.on(String(index + 1), "Block", `${button.dataset.viewport}, ${button.dataset.width} pixels`, () => go({ w: button.dataset.viewport })));
show();
