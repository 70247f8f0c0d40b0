// Small helpers that every script of the previewer shares.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** A child process of typing: calls `action` once `wait` milliseconds passed without another call. */
export function calm(action, wait) {
  let timer = 0;
  return (...given) => { clearTimeout(timer); timer = setTimeout(() => action(...given), wait); };
}

/** JSON from the server. What went wrong comes as an Error with `html`, the problems as a page shows them. */
export async function getJson(url, { data, signal } = {}) {
  const headers = { Accept: "application/json" };
  if (data !== undefined) Object.assign(headers, { "Content-Type": "application/json", "X-Mailweave-Token": $('meta[name="mailweave-token"]').content });
  const response = await fetch(url, { method: data === undefined ? "GET" : "POST", headers, signal, body: data === undefined ? undefined : JSON.stringify(data) });
  if (response.status === 204) return null;
  const answer = await response.json();
  if (!response.ok && !answer.results && !answer.exists) throw Object.assign(new Error((answer.problems || [answer.title]).join("\n")), { html: answer.html || "" });
  return answer;
}

/** What to show where an answer was to stand and there was none. */
export const whyNot = (error) => error.html || '<p class="card empty">The previewer doesn\'t answer.</p>';

export const wordsOf = (typed) => typed.toLowerCase().split(/\s+/).filter(Boolean);

/** A test whether a text has every word that was typed, in any order. */
export function matcher(typed) {
  const words = wordsOf(typed);
  return (text) => words.every((word) => text.toLowerCase().includes(word));
}

/** Show only the rows that have what was typed into the page's search; how many those are. */
export function filterRows(rows) {
  const fits = matcher($("#search").value);
  for (const row of rows) row.hidden = !fits(row.dataset.find);
  return rows.filter((row) => !row.hidden).length;
}

let toastTimer = 0;
export function toast(text) {
  const element = $("#toast");
  element.textContent = text;
  element.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { element.hidden = true; }, 3500);
}

export async function copy(text, said = text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied: ${said}`);
  } catch {
    toast(said);
  }
}

export const typing = (element) => Boolean(element?.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]"));

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
