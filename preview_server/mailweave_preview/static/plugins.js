// Plugins: filter, open what an address points at, and measure rules after the page is there.
import { $, $$, getJson } from "./dom.js";

function filter() {
  const words = $("#search").value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of $$("[data-find]")) row.hidden = !words.every((word) => row.dataset.find.toLowerCase().includes(word));
}

function open() {
  const wanted = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (wanted instanceof HTMLDetailsElement) { wanted.open = true; wanted.scrollIntoView(); }
}

async function times() {
  try {
    $("#times").innerHTML = (await getJson("/plugins/times")).html;
  } catch (error) {
    $("#times").innerHTML = error.html || '<p class="card empty">The previewer doesn\'t answer.</p>';
  }
}

$("#search").addEventListener("input", filter);
addEventListener("hashchange", open);
filter();
open();
times();
