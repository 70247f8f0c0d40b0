// Compiles each template of a checkout with npm's `mjml` and writes what it makes of them, as JSON.
//   node mjml_templates.mjs PACKAGES TEMPLATES RECORDING
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [PACKAGES, TEMPLATES, RECORDING] = process.argv.slice(2);
const required = createRequire(join(PACKAGES, "package.json"))("mjml");
const mjml2html = required.default ?? required;

const found = {};
for (const file of readdirSync(TEMPLATES).sort()) {
  if (!file.endsWith(".mjml")) continue;
  const filePath = join(TEMPLATES, file);
  const options = { filePath, ignoreIncludes: false, includePath: TEMPLATES, validationLevel: "soft" };
  found[file.slice(0, -5)] = (await mjml2html(readFileSync(filePath, "utf8"), options)).html;
}
writeFileSync(RECORDING, JSON.stringify(found));
