// The start page: filter campaigns, show what is wrong in the workspace.
import { $, $$, getJson } from "./dom.js";

function filter() {
  const words = $("#search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const row of $$("#campaigns > li")) {
    row.hidden = !words.every((word) => row.dataset.find.toLowerCase().includes(word));
    left += Number(!row.hidden);
  }
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
