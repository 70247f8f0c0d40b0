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

// Of the generated documents only the widths are recorded: what each tag says of one, also to Outlook, and the rules of the column classes.
const TAG = /<([a-zA-Z][\w:-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>/g
const widthsOf = (html) => {
  const [head, body] = html.split("<body")
  const tags = [...body.matchAll(TAG)].map(([tag, name]) => {
    const attributes = ["width", "height"].flatMap((key) => tag.match(`\\s${key}="([^"]*)"`)?.slice(1).map((value) => `${key}=${value}`) ?? [])
    const style = tag.match(/\sstyle="([^"]*)"/)?.[1] ?? ""
    const declared = style.split(";").map((part) => part.trim()).filter((part) => /^(max-)?width:|^height:/.test(part)).sort()
    return [name, ...attributes, ...declared, ...(tag.match(/mj-column-p[^\s"]+/) ?? [])].join(" ")
  })
  const sheet = head.match(/@media only screen and \(min-width:480px\) \{([^]*?)<\/style>/)?.[1] ?? ""
  const rules = [...sheet.matchAll(/((?:\.mj-column-p[^\s{,]+[,\s]*)+)\{\s*width:(\S+)/g)]
  const columns = rules.flatMap(([, names, width]) => names.match(/mj-column-p[^\s{,]+/g).map((name) => [name, width]))
  return { tags: tags.filter((tag) => tag.includes(" ")), columns: Object.fromEntries(columns) }
}

const WIDTHS = join(CASES, "widths.json")
const generated = []
for (const mjml of JSON.parse(readFileSync(0, "utf8"))) generated.push({ mjml, ...widthsOf((await mjml2html(mjml, { validationLevel: "skip" })).html) })
writeFileSync(WIDTHS, `[\n${generated.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`)

console.log(`${count} documents recorded, and the widths of ${generated.length}`)
