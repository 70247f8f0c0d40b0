// mailweave's filters, as far as the benchmarks' templates use them, for liquidjs.
const money = new Map();

function price(value, locale, currency) {
  const key = `${locale} ${currency}`;
  if (!money.has(key)) money.set(key, new Intl.NumberFormat(locale, { style: 'currency', currency }));
  return money.get(key).format(value);
}

function text(job, key, values) {
  const entry = job.texts[key];
  if (entry === undefined) throw new Error(`no text ${key}`);
  const form = typeof entry === 'string' ? entry : (entry[new Intl.PluralRules(job.locale).select(values.count)] ?? entry.other);
  return form.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function addFilters(engine, job) {
  engine.registerFilter('money', (value, currency) => price(value, job.locale, currency ?? job.currency));
  engine.registerFilter('number', (value) => new Intl.NumberFormat(job.locale).format(value));
  engine.registerFilter('asset', (path) => job.assets + path);
  engine.registerFilter('t', (key, ...given) => text(job, key, Object.fromEntries(given)));
}
