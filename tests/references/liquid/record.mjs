// Reads {"data", "partials", "templates"} on standard input and writes what liquidjs makes of each template: {"text"} or {"error"}.
import {readFileSync} from "node:fs"
import {Liquid} from "liquidjs"

const {data, partials, templates} = JSON.parse(readFileSync(0, "utf8"))
const engine = new Liquid({
  templates: partials,
  globals: data, // `render` sees a shop's objects
  strictFilters: true,
  timezoneOffset: 0,
  locale: "en-US",
  outputEscape: undefined,
})
const results = templates.map(template => {
  const own = typeof template === "string" ? {template, data} : template
  try {
    return {text: engine.parseAndRenderSync(own.template, structuredClone(own.data))}
  } catch (error) {
    return {error: error.message.split("\n")[0]}
  }
})
process.stdout.write(JSON.stringify(results))
