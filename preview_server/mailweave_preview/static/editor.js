// The Data panel: change fields of the profile, as a form or as text; save the result as a preview profile.
import { $, $$, calm, getJson } from "./dom.js";
import { edit, go, messageQuery, query } from "./address.js";

const panel = $("#panel");
let mode = "form";

function valueOf(field) {
  const text = field.value, kind = field.dataset.kind;
  if (text.trim() === "") return null;
  if (kind === "truth") return text === "true";
  if (kind === "text") return text;
  if (kind === "json") return JSON.parse(text);
  // A number that is no longer one, or a value that was missing: what it looks like.
  try { const value = JSON.parse(text); return value === null ? text : value; } catch { return text; }
}

function put(patch, path, value) {
  const keys = path.split("."), last = keys.pop();
  let inner = patch;
  for (const key of keys) inner = inner[key] = typeof inner[key] === "object" && inner[key] && !Array.isArray(inner[key]) ? inner[key] : {};
  inner[last] = value;
  return patch;
}

function change(field) {
  const path = field.closest("[data-path]")?.dataset.path;
  if (!path) return;
  try {
    go({ edit: JSON.stringify(put(edit(), path, valueOf(field))) }, { replace: true });
    field.classList.remove("bad");
    field.removeAttribute("aria-invalid");
  } catch {
    field.classList.add("bad");
    field.setAttribute("aria-invalid", "true");
  }
}

const changing = calm(change, 120);

const text = calm(async () => {
  const place = $("#text-problems");
  try {
    const answer = await getJson("/profiles/edit", { data: { text: $("#text-area").value, profile: query().get("profile") || "" } });
    place.replaceChildren();
    go({ edit: Object.keys(answer.edit).length ? JSON.stringify(answer.edit) : null, locale: null }, { replace: true });
  } catch (error) {
    place.innerHTML = error.html;
  }
}, 200);

async function switchTo(next) {
  mode = next;
  draw();
  if (mode === "form") return document.dispatchEvent(new CustomEvent("mailweave:state", { detail: ["tab"] }));
  const params = messageQuery({ kind: mode });
  try {
    $("#text-area").value = (await getJson(`/profiles/text?${params}`)).text;
    $("#text-problems").replaceChildren();
  } catch (error) {
    $("#text-problems").innerHTML = error.html;
  }
}

/** After the panel was put in: the way of editing that was chosen, and which fields are edited. */
export function draw() {
  if (!$("#fields")) return;
  $$("[data-edit-as]", panel).forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.editAs === mode)));
  $("#fields").hidden = mode !== "form";
  $("#text-edit").hidden = mode === "form";
  const edited = edit();
  for (const field of $$("[data-path]", panel)) {
    let inner = edited;
    for (const key of field.dataset.path.split(".")) inner = inner && typeof inner === "object" ? inner[key] : undefined;
    field.classList.toggle("edited", inner !== undefined);
  }
}

/** Put in while text is edited: keep the text. */
export const busy = () => panel.dataset.tab === "data" && (panel.contains(document.activeElement) && document.activeElement !== panel || mode !== "form" && Boolean($("#text-area")));

export async function reopen() {
  if (mode !== "form" && $("#text-area")) await switchTo(mode);
}

async function save(event, replace = false) {
  event.preventDefault();
  const place = $("#save-problems"), name = $("#save-name").value.trim();
  try {
    const answer = await getJson("/profiles/save", { data: { name, replace, profile: query().get("profile") || "", edit: edit(), locale: query().get("locale") || "" } });
    if (answer.exists) {
      place.innerHTML = '<p class="problem warning row"><span>There is a profile of that name already.</span> <button type="button" id="save-replace">Replace it</button></p>';
      $("#save-replace").addEventListener("click", (clicked) => save(clicked, true));
      return $("#save-replace").focus();
    }
    document.dispatchEvent(new CustomEvent("mailweave:saved", { detail: answer }));
  } catch (error) {
    place.innerHTML = error.html || `<p class="problem">${error.message}</p>`;
  }
}

panel.addEventListener("input", (event) => {
  if (event.target.id === "text-area") text();
  else if (event.target.closest("#fields [data-path]")) changing(event.target);
});
panel.addEventListener("keydown", (event) => {
  if (event.target.id !== "new-path" || event.key !== "Enter") return;
  event.preventDefault();
  const path = event.target.value.trim();
  if (!/^[\w-]+(\.[\w-]+)*$/.test(path)) return event.target.classList.add("bad");
  const field = document.createElement("div");
  field.className = "field";
  field.dataset.path = path;
  field.innerHTML = '<label></label><input data-kind="any" dir="auto" spellcheck="false">';
  $("label", field).textContent = path;
  $("label", field).htmlFor = $("input", field).id = `field-new-${path}`;
  event.target.closest(".field").before(field);
  event.target.value = "";
  $("input", field).focus();
});
panel.addEventListener("submit", (event) => { event.preventDefault(); if (event.target.id === "save") save(event); });
panel.addEventListener("click", (event) => {
  const as = event.target.closest("[data-edit-as]")?.dataset.editAs;
  if (as) switchTo(as);
});
