// The block library: filter by name and description.
import { $, $$, filterRows } from "./dom.js";

function filter() {
  $("#none").hidden = filterRows($$("#library > li")) > 0;
}

document.addEventListener("input", (event) => event.target.id === "search" && filter());
document.addEventListener("mailweave:replaced", filter);
filter();
