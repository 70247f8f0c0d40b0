// The block library: filter by name and description.
import { $, $$ } from "./dom.js";

function filter() {
  const words = $("#search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const card of $$("#library > li")) {
    card.hidden = !words.every((word) => card.dataset.find.toLowerCase().includes(word));
    left += Number(!card.hidden);
  }
  $("#none").hidden = left > 0;
}

document.addEventListener("input", (event) => event.target.id === "search" && filter());
document.addEventListener("mailweave:replaced", filter);
filter();
