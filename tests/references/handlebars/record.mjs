// Record what Handlebars.js makes of our templates. `npm run record` writes the `output` of every case (null: Handlebars.js refuses it) into
// the data files of tests/plugins/languages/handlebars.
import { readFileSync, writeFileSync } from "node:fs";
import Handlebars from "handlebars";
import YAML from "yaml";

const FOLDER = new URL("../../plugins/languages/handlebars/", import.meta.url);

// The helpers that the tests register as filters, in conftest.py.
const HELPERS = {
  upper: (value) => String(value).toUpperCase(),
  join: (...values) => {
    const { hash } = values.pop();
    return values.join("by" in hash ? hash.by : "-");
  },
  same: (one, other) => one === other,
  safe: (value) => new Handlebars.SafeString(value),
  raw: function (options) {
    return options.fn(this);
  },
};

function output({ template, data, partials = {} }, common) {
  const handlebars = Handlebars.create();
  handlebars.log = () => {};
  handlebars.registerHelper(HELPERS);
  handlebars.registerPartial(partials);
  try {
    return handlebars.compile(template)(data === undefined ? common : data);
  } catch {
    return null;
  }
}

function read(name, parse) {
  return parse(readFileSync(new URL(name, FOLDER), "utf8"));
}

function write(name, { cases, ...rest }) {
  const lines = cases.map((one) => JSON.stringify(one)).join(",\n");
  const head = JSON.stringify({ version: Handlebars.VERSION, ...rest }).slice(0, -1);
  writeFileSync(new URL(name, FOLDER), `${head}, "cases": [\n${lines}\n]}\n`);
}

const written = read("cases.yaml", YAML.parse);
write("cases.json", { cases: written.cases.map((one) => ({ template: one.template, output: output(one, written.common) })) });

const random = read("random.json", JSON.parse);
const filled = random.cases.map((one) => ({ ...one, output: output({ ...one, partials: random.partials }, random.common) }));
write("random.json", { ...random, cases: filled });
