"use strict"
// The report: groups of pictures on the left, one picture in the middle, a decision at the bottom. The state is in the URL's fragment.
const data = JSON.parse(document.getElementById("data").textContent)
const STATUS = { review: "To review", different: "Different", new: "New", removed: "Gone", error: "Errors", same: "As approved" }
const MODES = [["sides", "Side by side"], ["swipe", "Swipe"], ["onion", "Onion skin"], ["blink", "Blink"], ["diff", "Difference"]]
const ZOOMS = ["fit", "0.5", "1", "2", "4"]
const $ = id => document.getElementById(id)
const state = { filter: "review", group: "", picture: "", mode: "sides", zoom: "fit", align: true, find: "", at: 50, ...fromHash() }
let blinking = 0

function fromHash() {
  const given = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
  const known = {}
  if (given.filter in STATUS) known.filter = given.filter
  if (MODES.some(([mode]) => mode === given.mode)) known.mode = given.mode
  if (ZOOMS.includes(given.zoom)) known.zoom = given.zoom
  if (data.pictures[given.picture]) known.picture = given.picture
  if (known.picture) known.group = data.groups.find(group => group.pictures.includes(known.picture)).key
  return known
}
function toHash() {
  const { filter, mode, zoom, picture } = state
  history.replaceState(null, "", "#" + new URLSearchParams({ filter, mode, zoom, ...(picture ? { picture } : {}) }))
}
// Elements are made from text alone, never from markup: names and notes come from files.
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value)
    else if (value === true) made.setAttribute(name, "")
    else if (value !== false && value != null) made.setAttribute(name, value)
  }
  made.append(...children.filter(child => child != null && child !== false))
  return made
}
const picture = () => data.pictures[state.picture]
const group = () => data.groups.find(one => one.key === state.group)
const open = one => one.status !== "same" && !one.decision
const groupPictures = one => one.pictures.map(id => data.pictures[id])
function inFilter(one) {
  const words = state.find.toLowerCase().split(/\s+/).filter(Boolean)
  const text = [one.title, one.detail, ...one.files, ...one.pictures].join(" ").toLowerCase()
  return (state.filter === "review" ? one.status !== "same" : one.status === state.filter) && words.every(word => text.includes(word))
}
const shownGroups = () => data.groups.filter(inFilter)

function chips() {
  const counts = { ...data.counts, review: Object.values(data.pictures).filter(open).length }
  $("chips").replaceChildren(...Object.entries(STATUS).filter(([status]) => counts[status] || ["review", "same"].includes(status)).map(([status, word]) =>
    el("button", { type: "button", "data-status": status, "aria-pressed": String(state.filter === status), onclick: () => choose({ filter: status, group: "", picture: "" }) },
      el("span", { class: "dot" }), word, " ", el("b", {}, String(counts[status] || 0)))))
}
function list() {
  const shown = shownGroups()
  const none = el("li", { class: "empty" }, state.find ? "Nothing matches." : state.filter === "review" ? "Nothing to review." : "None.")
  $("groups").replaceChildren(...shown.map(groupItem), ...(shown.length ? [] : [none]))
}
function groupItem(one) {
  const isOpen = one.key === state.group
  const left = groupPictures(one).filter(open).length
  return el("li", { class: "group", "data-status": one.status, "data-open": String(isOpen) },
    el("button", { type: "button", "aria-expanded": String(isOpen), onclick: () => choose(isOpen ? { group: "", picture: "" } : { group: one.key, picture: one.pictures[0] }) },
      el("span", { class: "dot" }), el("h2", {}, one.title), el("span", { class: "left" }, one.status === "same" ? "" : left ? String(left) : "done"),
      el("span", { class: "detail" }, (one.status === "different" ? "" : STATUS[one.status].replace("Errors", "Error") + " · ") + one.detail)),
    isOpen && el("ol", {}, ...groupPictures(one).map(pictureItem)))
}
function pictureItem(one) {
  return el("li", {}, el("button", { type: "button", "aria-current": String(one.id === state.picture), onclick: () => choose({ picture: one.id }) },
    el("span", {}, one.title), el("span", { class: "frame", "data-decision": one.decision }, `${one.viewport} ${one.scheme}`)))
}

function main() {
  clearInterval(blinking)
  const one = picture()
  if (!one) { $("main").replaceChildren(welcome()); return }
  $("main").replaceChildren(el("div", { "data-status": one.status },
    el("div", { class: "head" }, el("h2", {}, one.title, el("small", {}, `${one.viewport} · ${one.width} px · ${one.scheme}`)), pager()),
    el("p", { class: "said" }, one.said), tools(one), stage(one), facts(one)), actions(one))
}
function welcome() {
  const left = Object.values(data.pictures).filter(open).length
  return el("div", { class: "empty" }, el("h2", {}, left ? `${left} ${left === 1 ? "picture" : "pictures"} to review` : "Everything is as approved"),
    el("p", {}, left ? "Choose a decision on the left, or press n for the first." : `${data.counts.same || 0} pictures are the same as their baselines.`))
}
function pager() {
  const pictures = group().pictures
  const index = pictures.indexOf(state.picture)
  return el("span", { class: "hint" }, `${index + 1} of ${pictures.length} `,
    el("button", { class: "quiet", type: "button", onclick: () => step(-1), "aria-label": "Previous picture" }, "‹"),
    el("button", { class: "quiet", type: "button", onclick: () => step(1), "aria-label": "Next picture" }, "›"))
}
const both = one => one.before && one.after
function tools(one) {
  const can = mode => mode === "sides" || (mode === "diff" ? !!one.diff : both(one))
  return el("div", { class: "tools" },
    el("div", { class: "segments", role: "group", "aria-label": "View" }, ...MODES.map(([mode, word]) =>
      el("button", { type: "button", "aria-pressed": String(modeOf(one) === mode), disabled: !can(mode), onclick: () => choose({ mode }) }, word))),
    el("div", { class: "segments", role: "group", "aria-label": "Zoom" }, ...ZOOMS.map(zoom =>
      el("button", { type: "button", "aria-pressed": String(state.zoom === zoom), onclick: () => choose({ zoom }) }, zoom === "fit" ? "Fit" : `${zoom * 100} %`))),
    one.aligned && !["sides", "diff"].includes(modeOf(one)) && el("label", { class: "check" }, el("input", { type: "checkbox", checked: state.align, onchange: event => choose({ align: event.target.checked }) }), "Line up moved slots"))
}
function modeOf(one) {
  if (state.mode === "diff") return one.diff ? "diff" : "sides"
  return both(one) ? state.mode : "sides"
}
const width = one => state.zoom === "fit" ? `min(100%, ${one.width}px)` : `${one.width * state.zoom}px`
const image = (src, alt) => el("img", { src, alt, decoding: "async" })
const beforeOf = one => state.align && one.aligned && modeOf(one) !== "sides" ? one.aligned : one.before
function stage(one) {
  const mode = modeOf(one)
  const made = el("div", { class: "stage", "data-zoom": state.zoom, tabindex: "0", role: "region", "aria-label": "Pictures" })
  if (mode === "sides") made.append(sides(one))
  else if (mode === "diff") made.append(el("div", { class: "sides" }, figure("Difference: red differs, green was added", image(one.diff, "What differs"), one)))
  else made.append(...pile(one, mode))
  return made
}
function sides(one) {
  const size = given => given ? ` · ${given[0]} × ${given[1]}` : ""
  const before = one.before ? image(one.before, "Approved") : el("div", { class: "nothing" }, one.status === "new" ? "Never approved" : "No file of the approved picture is kept, only its fingerprint")
  const after = one.after ? image(one.after, "Now") : el("div", { class: "nothing" }, one.status === "same" ? "The same" : "No message leads here any more")
  const marks = one.regions.map(region => mark(region.box, one.after_size))
  return el("div", { class: "sides" }, figure("Approved" + size(one.before_size), before, one), one.status === "same" ? null : figure("Now" + size(one.after_size), after, one, marks))
}
function figure(caption, inside, one, marks = []) {
  const basis = state.zoom === "fit" ? `flex: 0 1 ${one.width}px` : `flex: none; width: ${width(one)}`
  return el("figure", { style: basis }, el("figcaption", {}, caption), el("div", { class: "shot" }, inside, ...marks))
}
function mark(box, size) {
  const [x, y, wide, high] = box
  const share = (part, whole) => `${(100 * part / whole).toFixed(3)}%`
  return el("div", { class: "mark", style: `left:${share(x, size[0])};top:${share(y, size[1])};width:${share(wide, size[0])};height:${share(high, size[1])}` })
}
function pile(one, mode) {
  const under = el("div", { class: "shot" }, image(beforeOf(one), "Approved"))
  const over = el("div", { class: "shot over" }, image(one.after, "Now"))
  const handle = mode === "swipe" ? el("div", { class: "handle" }) : null
  const layers = el("div", { class: "layers" }, under, over, handle)
  const set = value => {
    state.at = value
    if (mode === "swipe") { over.style.clipPath = `inset(0 0 0 ${value}%)`; handle.style.left = `${value}%` } else over.style.opacity = value / 100
  }
  const holder = el("div", { class: `pile ${mode === "swipe" ? "swiping" : ""}`, style: `width: ${width(one)}` }, layers)
  if (mode === "blink") return [holder, blink(over)]
  const range = el("input", { type: "range", min: 0, max: 100, value: state.at, "aria-label": mode === "swipe" ? "Where the new picture begins" : "How much of the new picture shows", oninput: event => set(+event.target.value) })
  if (mode === "swipe") drag(layers, value => { range.value = value; set(value) })
  set(+state.at)
  return [holder, el("div", { class: "slider" }, "Approved", range, "Now")]
}
function drag(layers, set) {
  const move = event => { const box = layers.getBoundingClientRect(); set(Math.round(Math.min(100, Math.max(0, 100 * (event.clientX - box.left) / box.width)))) }
  layers.addEventListener("pointerdown", event => { event.preventDefault(); layers.setPointerCapture(event.pointerId); move(event) })
  layers.addEventListener("pointermove", event => { if (layers.hasPointerCapture(event.pointerId)) move(event) })
}
function blink(over) {
  const word = el("b", {}, "Now")
  const swap = () => { const hide = over.style.visibility !== "hidden"; over.style.visibility = hide ? "hidden" : ""; word.textContent = hide ? "Approved" : "Now" }
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) blinking = setInterval(swap, 700)
  return el("div", { class: "slider" }, word, el("button", { type: "button", class: "quiet", id: "swap", onclick: () => { clearInterval(blinking); swap() } }, "Swap by hand (Space)"))
}

function facts(one) {
  const subject = data.subjects[one.digest]
  const hit = new Set(one.changes.filter(change => !change.moved_only).map(change => change.slot))
  const changes = one.changes.map(change => el("li", { class: change.moved_only ? "moves" : "" }, el("b", {}, change.slot || "Outside all slots"), ` ${change.how}`,
    change.pixels > 1 && el("span", {}, ` · ${change.pixels.toLocaleString("en")} px`), change.block && el("span", {}, ` · ${change.block}`)))
  const numbers = one.status === "different" && one.diff ? [el("li", {}, `${one.differing.toLocaleString("en")} pixels differ`, el("span", {}, `, ${one.antialiased.toLocaleString("en")} more look like anti-aliasing; the largest difference is ${(100 * one.largest).toFixed(1)} %`))] : []
  const why = Object.entries(subject.why).map(([slot, found]) => el("li", { class: hit.has(slot) ? "hit" : "" }, el("b", {}, slot), ` ${found.block ? `${found.block} / ${found.variant}` : "nothing"} `, el("span", {}, `because ${found.because} `), el("code", {}, found.place)))
  const section = (title, items) => items.length ? el("section", {}, el("h3", {}, title), el("ul", {}, ...items)) : null
  return el("div", { class: "facts" },
    section("What changed", [...changes, ...numbers]),
    section("Files changed since it was approved", one.files.map(file => el("li", {}, el("code", {}, file)))),
    section("Notes", one.notes.map(note => el("li", {}, note))),
    section("Who gets it", [...(subject.profiles.length ? [el("li", {}, subject.profiles.join(", "))] : []), el("li", {}, el("span", {}, `${subject.kind === "blocks" ? "the block alone, with its sample" : subject.origin} · ${subject.locale}`))]),
    section("Why it is as it is", why))
}
const decidable = one => ["different", "new", "removed"].includes(one.status)
function actions(one) {
  if (!decidable(one)) return ""
  const all = groupPictures(group()).filter(other => decidable(other) && other.decision !== "approved")
  if (!data.live) return el("div", { class: "actions" }, el("span", { class: "hint" }, all.length > 1 ? `Approve all ${all.length}:` : "Approve:"), el("code", { id: "command" }, command(one)),
    el("button", { type: "button", onclick: () => navigator.clipboard?.writeText(command(one)).then(() => say("Copied")) }, "Copy"), el("span", { class: "grow" }),
    el("span", { class: "hint wide" }, "With buttons: ", el("code", {}, "mailweave report --serve")))
  const word = one.status === "removed" ? "Forget" : "Approve"
  return el("div", { class: "actions" },
    el("button", { type: "button", class: "yes", id: "approve-all", disabled: !all.length, onclick: () => decide(all, "approved") }, all.length > 1 ? `${word} all ${all.length}` : word),
    all.length > 1 && el("button", { type: "button", id: "approve", disabled: one.decision === "approved", onclick: () => decide([one], "approved") }, `${word} this one`),
    el("button", { type: "button", id: "reject", disabled: !!one.decision, onclick: () => decide([one], "rejected") }, "Reject"),
    el("span", { class: "grow" }), el("span", { class: "hint" }, one.decision ? `${one.decision}` : "a approve · r reject · n next decision"))
}
function command(one) {
  const named = group().pictures.length > 1 ? `@${group().key}` : /^[\w./-]+$/.test(one.id) ? one.id : `'${one.id}'`
  return `mailweave approve ${one.status === "removed" ? "--prune " : ""}${named}`
}
async function decide(ones, decision) {
  if (!data.live || !ones.length) return
  for (const button of document.querySelectorAll(".actions button")) button.disabled = true
  try {
    const answer = await fetch("decide", { method: "POST", headers: { "Content-Type": "application/json", "X-Mailweave-Token": data.token }, body: JSON.stringify({ ids: ones.map(one => one.id), decision }) })
    const said = await answer.json()
    if (!answer.ok) throw new Error(said.problems.join("\n"))
    for (const one of ones) one.decision = decision
    say(`${said.done} ${decision}`)
    const rest = groupPictures(group()).find(open)
    if (rest) choose({ picture: rest.id }); else { draw(); nextGroup(1, true) }
  } catch (error) {
    draw()
    say(error.message)
    $("notes").textContent = error.message
    $("notes").hidden = false
  }
}
const say = text => { $("live").textContent = text }

function choose(changes) {
  const scrolled = document.querySelector(".stage")
  const keep = scrolled && !["picture", "zoom", "mode"].some(name => name in changes) ? [scrolled.scrollLeft, scrolled.scrollTop] : null
  Object.assign(state, changes)
  draw()
  if (["picture", "zoom", "mode"].some(name => name in changes)) reveal(picture())
  if (changes.picture && matchMedia("(max-width: 860px)").matches) $("main").scrollIntoView({ block: "start" })
  if (keep) document.querySelector(".stage")?.scrollTo(...keep)
}
// The first difference comes into sight by itself.
function reveal(one) {
  const first = one?.regions[0], stage = document.querySelector(".stage"), shot = stage?.querySelector("figure:last-child .shot, .layers")
  if (!first || !shot) return
  const to = () => { stage.scrollTop = shot.getBoundingClientRect().width / one.width * first.box[1] - stage.clientHeight / 4 }
  const images = [...stage.querySelectorAll("img")]
  Promise.all(images.map(image => image.decode().catch(() => null))).then(to)
}
function draw() {
  toHash()
  const held = document.activeElement?.id
  chips(); list(); main()
  if (held && held !== "find") $(held)?.focus()
  document.querySelector(".group [aria-current=true]")?.scrollIntoView({ block: "nearest" })
}
function step(by) {
  const pictures = group()?.pictures
  if (!pictures) return nextGroup(1)
  const next = pictures[pictures.indexOf(state.picture) + by]
  if (next) choose({ picture: next }); else nextGroup(by)
}
function nextGroup(by, onlyOpen = false) {
  const shown = shownGroups()
  const index = shown.findIndex(one => one.key === state.group)
  const from = index < 0 ? (by > 0 ? 0 : shown.length - 1) : index + by
  for (let at = from; at >= 0 && at < shown.length; at += by)
    if (!onlyOpen || groupPictures(shown[at]).some(open)) return choose({ group: shown[at].key, picture: shown[at].pictures[by < 0 && !onlyOpen ? shown[at].pictures.length - 1 : 0] })
  if (onlyOpen) choose({ group: "", picture: "" })
}
const zoomBy = by => choose({ zoom: ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, ZOOMS.indexOf(state.zoom) + by))] })
const KEYS = {
  j: () => step(1), k: () => step(-1), n: () => nextGroup(1), p: () => nextGroup(-1), l: () => choose({ align: !state.align }),
  a: () => picture() && decidable(picture()) && decide([picture()], "approved"), r: () => picture() && decidable(picture()) && decide([picture()], "rejected"),
  A: () => group() && decide(groupPictures(group()).filter(one => decidable(one) && one.decision !== "approved"), "approved"),
  "+": () => zoomBy(1), "=": () => zoomBy(1), "-": () => zoomBy(-1), 0: () => choose({ zoom: "fit" }), "/": () => $("find").focus(), "?": () => $("help").showModal(),
  ...Object.fromEntries(MODES.map(([mode], index) => [index + 1, () => choose({ mode })])),
}
addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return
  const field = event.target.closest?.("input:not([type=range]):not([type=checkbox])")
  if (field) { if (event.key === "Escape") field.blur(); return }
  if (event.key === " " && modeOf(picture() ?? {}) === "blink" && !event.target.closest?.("button")) { event.preventDefault(); $("swap")?.click(); return }
  if (KEYS[event.key]) { event.preventDefault(); KEYS[event.key]() }
})
$("find").addEventListener("input", event => { state.find = event.target.value; list() })
$("help-button").addEventListener("click", () => $("help").showModal())
addEventListener("hashchange", () => { Object.assign(state, fromHash()); draw() })
$("meta").textContent = [`${data.finished}`, data.browser, `${data.seconds} s`, data.against && `against ${data.against}`].filter(Boolean).join(" · ")
$("notes").textContent = [...data.errors, ...data.notes].join("\n")
$("notes").hidden = !$("notes").textContent
if (state.filter === "review" && !shownGroups().length && !state.picture) state.filter = "same"
draw()
reveal(picture())
