// The start page: filter campaigns, show what is wrong in the workspace.
import { $, $$, filterRows, getJson } from "./dom.js";

function filter() {
  const left = filterRows($$("#campaigns > li"));
  $("#none").hidden = left > 0;
  $("#campaigns").hidden = left === 0;
}

async function problems() {
  const found = await getJson("/problems");
  const count = $("#count"), sum = found.errors + found.warnings;
  count.hidden = !found.looked || !sum;
  count.textContent = sum;
  count.className = `badge ${found.errors ? "error" : "warn"}`;
  const fine = found.looked ? "No problems: every file was read, every check run, and every campaign built for every preview profile." : "Looking the workspace over…";
  const place = $("#problems");
  place.classList.toggle("card", !found.html);
  place.innerHTML = found.html || `<p class="fine">${fine}</p>`;
}

function install() {
  $("#search")?.addEventListener("input", filter);
  if ($("#search")?.value) filter();
  problems();
}

document.addEventListener("mailweave:problems", problems);
document.addEventListener("mailweave:replaced", install);
install();
