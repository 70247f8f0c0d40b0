// Reads the specs of a checkout of Handlebars.js and writes down, as JSON, what each `expectTemplate` is given and what it must give. Handlebars.js
// itself isn't run; what a spec asks of it directly, without `expectTemplate`, gets a stand-in and isn't written down.
//   node handlebars_js.mjs CHECKOUT RECORDING
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [CHECKOUT, RECORDING] = process.argv.slice(2);
// Without `expectTemplate`, or (spec.js) a copy of mustache/spec, which is a suite of its own.
const OTHERS = ["precompiler.js", "source-map.js", "spec.js"];
// Settings of Handlebars.js that are so by default.
const DEFAULTS = { data: true, compat: false };

class NotData extends Error {}

function plain(value) {
  if (value === null || value === undefined || typeof value === "boolean" || typeof value === "string") return value ?? null;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => item(value, index));
  const prototype = typeof value === "object" && Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return object(value);
  throw new NotData(typeof value === "function" && value !== nothing ? "a JavaScript function in the data" : "a JavaScript object in the data");
}

function item(list, index) {
  if (!(index in list)) throw new NotData("a JavaScript object in the data");
  return plain(list[index]);
}

function object(value) {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined).map(([key, one]) => [key, plain(one)]));
}

// What a test changes in Handlebars.js matters to what its templates give, but for where `log` writes to.
function changed(_, name) {
  registered.changed ||= name !== "log";
  return true;
}

// Takes everything, does nothing.
const nothing = new Proxy(function () {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => "" : name === "then" || name === Symbol.iterator ? undefined : nothing),
  set: changed,
  apply: () => nothing,
  construct: () => nothing,
});

let found = [];
let title = "";
let registered = {};

function environment() {
  registered = { partials: {}, helpers: {}, changed: false };
  const known = {
    registerPartial: (name, text) => Object.assign(registered.partials, typeof name === "object" ? name : { [name]: text }),
    unregisterPartial: (name) => delete registered.partials[name],
    registerHelper: (name) => Object.assign(registered.helpers, typeof name === "object" ? name : { [name]: true }),
    registerDecorator: (name) => Object.assign(registered.helpers, { [name]: true }),
  };
  return new Proxy(known, { get: (all, name) => all[name] ?? nothing, set: changed });
}

class Bench {
  constructor(template) {
    this.case = { template, data: {}, partials: {}, helpers: {}, compile: {}, runtime: {} };
  }
  withInput(data) { this.case.data = data; return this; }
  withHelper(name, code) { this.case.helpers[name] = code; return this; }
  // A copy of all of Handlebars.js's helpers names none.
  withHelpers(all) { Object.assign(this.case.helpers, typeof all === "function" ? { "": all } : all); return this; }
  withDecorator(name, code) { return this.withHelper(name, code); }
  withDecorators(all) { return this.withHelpers(all); }
  withPartial(name, text) { this.case.partials[name] = text; return this; }
  withPartials(all) { Object.assign(this.case.partials, all); return this; }
  withCompileOptions(options) { this.case.compile = options ?? {}; return this; }
  withRuntimeOptions(options) { this.case.runtime = options ?? {}; return this; }
  withMessage() { return this; }
  toCompileTo(text) { note(this.case, { output: text }); }
  toThrow() { note(this.case, { error: true }); }
}

function note({ template, data, partials, helpers, compile, runtime }, result) {
  try {
    if (typeof template !== "string") throw new NotData("a template that is no text");
    const set = Object.entries({ ...compile, ...runtime }).some(([name, value]) => DEFAULTS[name] !== value);
    if (set || registered.changed) throw new NotData("settings of Handlebars.js");
    const texts = { ...registered.partials, ...partials };
    if (Object.values(texts).some((text) => typeof text !== "string")) throw new NotData("a partial that is no text");
    const code = Object.keys({ ...registered.helpers, ...helpers });
    // A helper that nothing names changes nothing, but for the two that Handlebars.js calls by itself.
    const called = code.some((name) => name.endsWith("Missing") || [template, ...Object.values(texts)].some((text) => text.includes(name)));
    if (called) throw new NotData("its own JavaScript helpers");
    found.push({ name: title, template, data: plain(data), partials: texts, ...result });
  } catch (error) {
    if (!(error instanceof NotData)) throw error;
    found.push({ name: title, left_out: error.message });
  }
}

const tests = [];
let groups = [{ name: "", before: [] }];

function describe(name, body) {
  groups = [...groups, { name, before: [] }];
  body();
  groups = groups.slice(0, -1);
}

const it = (name, body) => tests.push({ name, body, groups });
describe.skip = it.skip = () => {};
it.skipIf = (isSkipped) => (isSkipped ? it.skip : it);
describe.skipIf = (isSkipped) => (isSkipped ? describe.skip : describe);
const hooks = { beforeEach: (body) => groups.at(-1).before.push(body), afterEach: () => {}, beforeAll: () => {}, afterAll: () => {} };
Object.assign(globalThis, hooks, { describe, it, test: it, expect: nothing, vi: nothing, expectTemplate: (template) => new Bench(template) });
Object.assign(globalThis, { Handlebars: nothing, CompilerContext: nothing, handlebarsEnv: environment() });

for (const file of readdirSync(join(CHECKOUT, "spec")).sort()) {
  if (!file.endsWith(".js") || OTHERS.includes(file)) continue;
  groups = [{ name: file.slice(0, -3), before: [] }];
  await import(pathToFileURL(join(CHECKOUT, "spec", file)).href);
}
for (const { name, body, groups: around } of tests) {
  title = [...around.map((group) => group.name), name].join(" / ");
  globalThis.handlebarsEnv = environment();
  try {
    for (const before of around.flatMap((group) => group.before)) await before();
    await body();
  } catch {
    found.push({ name: title, left_out: "a test that calls Handlebars.js itself" });
  }
}
writeFileSync(RECORDING, JSON.stringify(found));
