// Records what npm's MJML makes of each of our documents: `make references`. The tests compare with the records and need no Node.
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync, mkdirSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import mjml2html from "mjml"

const HERE = dirname(fileURLToPath(import.meta.url))
const CASES = resolve(HERE, "../../plugins/stages/mjml")
const RECORDED = join(CASES, "recorded")

// Indentation isn't seen (no document of ours has a `pre`), and doubles the size.
const compact = (html) => html.split("\n").map((line) => line.trim()).filter(Boolean).join("\n")

const compile = async (path) => {
  const options = { filePath: path, ignoreIncludes: false, includePath: dirname(path), validationLevel: "soft" }
  return compact((await mjml2html(readFileSync(path, "utf8"), options)).html)
}

rmSync(RECORDED, { recursive: true, force: true })
mkdirSync(RECORDED)
let count = 0
for (const folder of readdirSync(join(CASES, "documents")).sort()) {
  const found = {}
  for (const file of readdirSync(join(CASES, "documents", folder)).sort()) {
    const path = join(CASES, "documents", folder, file)
    if (file.endsWith(".mjml") && statSync(path).isFile()) found[file.slice(0, -5)] = await compile(path)
  }
  writeFileSync(join(RECORDED, `${folder}.json`), `${JSON.stringify(found, null, 1)}\n`)
  count += Object.keys(found).length
}
console.log(`${count} documents recorded`)
