// Today's way, for each person: fill the template with liquidjs, compile it with mjml, inline it with juice.
import juice from 'juice';
import { Liquid } from 'liquidjs';
import mjml from 'mjml';
import { addFilters } from './filters.mjs';
import { timed } from './timing.mjs';

await timed((job) => {
  const engine = new Liquid({ outputEscape: 'escape' });
  addFilters(engine, job);
  const template = engine.parse(job.template);
  return async (person) => {
    const filled = engine.renderSync(template, person);
    const { html } = await mjml(filled, { validationLevel: 'skip', keepComments: true });
    return juice(html, { resolveCSSVariables: false });
  };
});
