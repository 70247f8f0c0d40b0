// Compare: both sides are in the address; pictures come after the page.
import { $, $$, getJson, make, whyNot } from "./dom.js";
import * as keys from "./keys.js";

let number = 0;
const pressed = (list, key) => $(`${list} [aria-pressed="true"]`)?.dataset[key] || "";

function visit(params) {
  // An empty key of the right side says that it hasn't what the left one has.
  for (const [key, value] of [...params]) if (!value && !params.get(key.replace(/2$/, ""))) params.delete(key);
  location.search = params;
}

function figure(title, source, boxes, [width, height]) {
  const glass = make("div", { class: "glass" }, make("img", { src: source, alt: title, width, height }));
  for (const [x, y, w, h] of boxes) {
    const box = make("i");
    Object.assign(box.style, { left: `${((x - 3) / width) * 100}%`, top: `${((y - 3) / height) * 100}%`, width: `${((w + 6) / width) * 100}%`, height: `${((h + 6) / height) * 100}%` });
    glass.append(box);
  }
  return make("figure", {}, make("figcaption", {}, title), glass);
}

async function pictures() {
  const place = $("#pictures");
  if (!place) return;
  const mine = ++number, params = new URLSearchParams(location.search);
  params.set("viewport", pressed("#viewports", "viewport"));
  params.set("scheme", pressed("#schemes", "scheme"));
  place.setAttribute("aria-busy", "true");
  if (!place.querySelector("figure")) place.replaceChildren(make("div", { class: "card waiting" }, "Taking both pictures…"));
  try {
    const found = await getJson(`/compare/${encodeURIComponent($("#main").dataset.campaign)}/pictures?${params}`);
    if (mine !== number) return;
    const size = [found.width, found.height];
    const parts = [figure("Left", found.left, [], [found.width, found.leftHeight]), figure(found.boxes.length ? `Right, with ${found.boxes.length} differing ${found.boxes.length === 1 ? "part" : "parts"} outlined` : "Right", found.right, found.boxes, size)];
    place.replaceChildren(...parts, found.difference ? figure("What differs (red) and what is new (green)", found.difference, [], size) : make("p", { class: "card empty" }, "Not one pixel differs."));
  } catch (error) {
    if (mine === number) place.innerHTML = whyNot(error);
  }
  place.removeAttribute("aria-busy");
}

function swap() {
  const params = new URLSearchParams(location.search);
  for (const name of ["profile", "at", "rev"]) {
    const [left, right] = [$(`[name="${name}"]`).value, $(`[name="${name}2"]`).value];
    params.set(name, right);
    params.set(`${name}2`, left);
  }
  visit(params);
}

document.addEventListener("change", (event) => {
  if (event.target.id === "campaign") location.href = `/compare/${encodeURIComponent(event.target.value)}${location.search}`;
  else if (event.target.closest("#sides")) {
    const params = new URLSearchParams(location.search);
    for (const field of $$("#sides [name]")) params.set(field.name, field.value);
    if (event.target.name.startsWith("profile")) params.delete(event.target.name.replace("profile", "edit"));
    visit(params);
  }
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("#viewports button, #schemes button, #swap");
  if (!button) return;
  if (button.id === "swap") return swap();
  for (const other of $$("button", button.parentElement)) other.setAttribute("aria-pressed", String(other === button));
  pictures();
});
document.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("mailweave:replaced", pictures);
keys.on("x", "Compare", "Swap sides", swap);
pictures();
