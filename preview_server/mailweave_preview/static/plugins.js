// Plugins: filter, open what an address points at, and measure rules after the page is there.
import { $, $$, filterRows, getJson, whyNot } from "./dom.js";

const filter = () => filterRows($$("[data-find]"));

function open() {
  const wanted = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (wanted instanceof HTMLDetailsElement) { wanted.open = true; wanted.scrollIntoView(); }
}

async function times() {
  try {
    $("#times").innerHTML = (await getJson("/plugins/times")).html;
  } catch (error) {
    $("#times").innerHTML = whyNot(error);
  }
}

$("#search").addEventListener("input", filter);
addEventListener("hashchange", open);
filter();
open();
times();
