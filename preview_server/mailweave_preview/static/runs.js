// Runs: the page's main part is put in again every two seconds while one is at work, else every ten; the list can be filtered.
import { $, $$, filterRows } from "./dom.js";

const AT_WORK = 2000, ELSE = 10000;

const FOCUSED = "#state :is([href], button, [tabindex])";
const same = (one, other) => ["href", "data-copy", "aria-label", "aria-labelledby"].every((name) => one.getAttribute(name) === other.getAttribute(name));

function filter() {
  const rows = $$(".runs li");
  if ($("#search") && rows.length) $("#none").hidden = filterRows(rows) > 0;
}

/** The page as it is now, with the focus and what was scrolled where they were. */
async function again() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const live = $("#state", fresh);
  // A run whose folder is gone has no page any more.
  if (!answer.ok || !live) return location.reload();
  if (document.getSelection()?.toString()) return;
  const focused = document.activeElement?.closest(FOCUSED);
  const scrolled = $$("#state .scroll").map((part) => part.scrollLeft);
  $("#state").replaceWith(document.adoptNode(live));
  $$("#state .scroll").forEach((part, place) => { part.scrollLeft = scrolled[place] || 0; });
  if (focused) $$(FOCUSED).find((part) => same(part, focused))?.focus({ preventScroll: true });
  // A screen reader hears when the run's state changes, not each number.
  const said = $("#said"), now = $("#said", fresh);
  if (said && now && said.textContent !== now.textContent) said.textContent = now.textContent;
  filter();
}

const pause = () => ($("#state")?.dataset.live === "yes" ? AT_WORK : ELSE);

async function tick() {
  if (!document.hidden) {
    try { await again(); } catch { /* the previewer doesn't answer; it may be back */ }
  }
  setTimeout(tick, pause());
}

$("#search")?.addEventListener("input", filter);
setTimeout(tick, pause());
