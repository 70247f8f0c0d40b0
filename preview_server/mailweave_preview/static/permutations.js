// Permutations: what takes long to find out comes after the page.
import { $, getJson, toast, whyNot } from "./dom.js";

const campaign = $("#main").dataset.campaign, base = `/permutations/${encodeURIComponent(campaign)}`;
const params = () => new URLSearchParams(location.search);
let number = 0;

async function find() {
  const mine = ++number, place = $("#found");
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await getJson(`${base}/found?${params()}`);
    if (mine !== number) return;
    place.innerHTML = answer.html;
    $("#pairs").hidden = false;
    const more = await getJson(`${base}/pairs?${params()}`);
    if (mine === number) $("#pairs-found").innerHTML = more.html;
  } catch (error) {
    if (mine === number) place.innerHTML = whyNot(error);
  }
  place.removeAttribute("aria-busy");
}

$("#found").addEventListener("click", async (event) => {
  const button = event.target.closest("[data-create]");
  if (!button) return;
  button.disabled = true;
  try {
    const answer = await getJson(`${base}/create?${params()}`, { data: { set: button.dataset.create } });
    toast(`Written: ${answer.written.join(", ")}`);
    find();
  } catch (error) {
    toast(error.message);
    button.disabled = false;
  }
});
$("#campaign").addEventListener("change", (event) => { location.href = `/permutations/${encodeURIComponent(event.target.value)}${location.search}`; });
$("#at").addEventListener("change", (event) => {
  const now = params();
  if (event.target.value) now.set("at", event.target.value); else now.delete("at");
  history.pushState(null, "", now.size ? `?${now}` : location.pathname);
  find();
});
addEventListener("popstate", () => location.reload());
document.addEventListener("mailweave:changed", find);
find();
