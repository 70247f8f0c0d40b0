// Files that change: server-sent events, one connection, only while the page is seen.
import { $ } from "./dom.js";

let source = null, version = null;
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`mailweave:${name}`, { detail }));

function show(connected) {
  const place = $("#live");
  if (place) place.innerHTML = connected ? '<span class="dot"></span> watching the files' : '<span class="dot off"></span> the previewer has stopped';
}

function connect() {
  source = new EventSource("/events");
  const heard = (event) => JSON.parse(event.data);
  source.addEventListener("hello", (event) => {
    show(true);
    const now = heard(event).version;
    if (version !== null && now !== version) tell("changed", { paths: [] });
    version = now;
  });
  source.addEventListener("changed", (event) => { version = heard(event).version; tell("changed", heard(event)); });
  source.addEventListener("problems", (event) => tell("problems", heard(event)));
  source.addEventListener("error", () => show(false));
}

export function install() {
  connect();
  // A browser keeps few connections to one server: a page that nobody sees gives its own back.
  document.addEventListener("visibilitychange", () => {
    source?.close();
    if (!document.hidden) connect();
  });
  addEventListener("pagehide", () => source?.close());
}
