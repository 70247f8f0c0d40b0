// What would have to change for each other alternative: asked for when the panel Why shows a slot, as it may take a second.
import { $, $$, getJson } from "./dom.js";
import { go, query } from "./address.js";

const campaign = $("#main").dataset.campaign;
let asked = null;

async function fill() {
  const places = $$("[data-nearest]", $("#panel")), list = places[0]?.closest("ol");
  if (!places.length || list.dataset.asked) return;
  list.dataset.asked = "1";
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await getJson(`/campaigns/${encodeURIComponent(campaign)}/nearest?${query()}`, { signal: asked.signal });
    for (const place of places) place.innerHTML = answer.alternatives[Number(place.dataset.nearest)] || "";
  } catch (error) {
    if (error.name !== "AbortError") for (const place of places) place.textContent = error.message;
  }
  list.removeAttribute("aria-busy");
}

new MutationObserver(fill).observe($("#panel"), { childList: true });
$("#panel").addEventListener("click", (event) => {
  const button = event.target.closest("[data-switch]");
  if (!button) return;
  const slot = query().get("slot");
  // The locale of the address is in the edit; a forced slot would hide what the new profile gets.
  go({ edit: button.dataset.switch, locale: null, force: query().getAll("force").filter((entry) => entry.replace(/:\d+$/, "") !== slot) });
  $("#panel").focus();
});
fill();
