// Send tests: the dialog of the workbench and the matrix.
import { $, getJson, make } from "./dom.js";

let what = null;

export function openSending(campaign, profiles, params) {
  what = { campaign, profiles, query: Object.fromEntries([...new Set(params.keys())].map((key) => [key, params.getAll(key)])) };
  $("#sending-what").textContent = `${campaign} for ${profiles.length === 1 ? profiles[0] || "nobody" : `${profiles.length} profiles`}`;
  $("#sending-results").replaceChildren();
  try { $("#sending-to").value ||= localStorage.getItem("mailweave-to") || ""; } catch { /* not kept */ }
  $("#sending").showModal();
}

$("#sending-form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = $("#sending-form [type=submit]"), results = $("#sending-results"), to = $("#sending-to").value;
  try { localStorage.setItem("mailweave-to", to); } catch { /* not kept */ }
  button.disabled = true;
  results.replaceChildren(make("li", {}, "Sending…"));
  try {
    const answer = await getJson("/send", { data: { ...what, to } });
    results.replaceChildren(...answer.results.map((result) => make("li", { class: result.sent ? "yes" : "no" }, result.sent ? `Sent: ${result.profile || "nobody"}` : `Not sent: ${result.profile}: ${result.why}`)));
  } catch (error) {
    results.replaceChildren(make("li", { class: "no" }, error.message));
  }
  button.disabled = false;
});
