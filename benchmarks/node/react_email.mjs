// An equivalent newsletter in react-email: the same sections, products and texts; HTML and plain text, as mailweave gives both.
import { Body, Button, Column, Container, Head, Heading, Hr, Html, Img, Link, Preview, Row, Section, Text } from '@react-email/components';
import { render } from '@react-email/render';
import { createElement as h } from 'react';
import { timed } from './timing.mjs';

const heading = { margin: 0, fontFamily: 'Georgia, serif', fontSize: '24px', lineHeight: '32px' };
const words = { margin: 0, fontSize: '16px', lineHeight: '24px', color: '#22302b' };
const button = { padding: '12px 28px', backgroundColor: '#1f6f54', color: '#ffffff', borderRadius: '6px', fontWeight: 600 };
const small = { fontSize: '13px', lineHeight: '20px', color: '#5d6b66' };
const panel = { backgroundColor: '#ffffff', padding: '24px' };

const piece = (product) =>
  h(Column, { key: product.url, style: { width: '50%', padding: '0 10px 12px', verticalAlign: 'top' } },
    h(Link, { href: product.url }, h(Img, { src: product.image, alt: product.name, width: '260', style: { borderRadius: '8px' } })),
    h(Text, { style: { ...words, fontWeight: 600 } }, product.price),
    h(Text, { style: words }, h(Link, { href: product.url, style: { color: 'inherit' } }, product.name)),
    product.reason ? h(Text, { style: small }, product.reason) : null);

const pairs = (products) => products.flatMap((_, index) => (index % 2 ? [] : [products.slice(index, index + 2)]));

const section = (part, index) =>
  h(Section, { key: index, style: panel },
    part.image ? h(Img, { src: part.image, alt: part.alt ?? '', width: '600', style: { width: '100%' } }) : null,
    part.title ? h(Heading, { as: 'h2', style: heading }, part.title) : null,
    ...part.texts.map((line, number) => h(Text, { key: number, style: words }, line)),
    part.button ? h(Button, { href: part.url, style: button }, part.button) : null);

const message = (person) =>
  h(Html, { lang: person.locale, dir: 'ltr' },
    h(Head, null, h('title', null, person.subject)),
    h(Preview, null, person.preheader),
    h(Body, { style: { backgroundColor: '#f4f1ea', margin: 0 } },
      h(Container, { style: { width: '600px' } },
        ...person.sections.map(section),
        h(Section, { style: panel }, ...pairs(person.products).map((pair, index) => h(Row, { key: index }, ...pair.map(piece)))),
        h(Hr),
        h(Section, { style: { padding: '32px 24px', textAlign: 'center' } },
          ...person.footer.map((line, index) => h(Text, { key: index, style: small }, line)),
          ...person.links.map((link) => h(Link, { key: link.url, href: link.url, style: small }, link.label))))));

await timed(() => async (person) => {
  const html = await render(message(person));
  const text = await render(message(person), { plainText: true });
  return html + text.slice(0, 0);
});
