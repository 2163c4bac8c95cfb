import assert from 'node:assert/strict';
import { examples, pathOf } from '../browser/pages.js';
import { type Sample, fillSample } from '../browser/sample.js';
import type { Who } from '../browser/site.js';
import { useServedApp } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';

const pages = Object.entries(examples).flatMap(([route, some]) =>
  some
    .filter(({ who, status = 200 }) => who !== 'visitor' && status === 200)
    .map((page) => ({ route, ...page })),
);

describe('every page', () => {
  const { app, web } = useServedApp();
  let sample: Sample;
  const visitors = new Map<string, Visitor>();

  before(async () => {
    sample = await fillSample(app);
  });

  const open = async (who: string, path: string) => {
    const visitor = visitors.get(who) ?? (await Visitor.signedIn(web, app, sample[who as Who].id));
    visitors.set(who, visitor);
    return await visitor.get(path);
  };

  /** The paths of the lists above a page, the nearest first. */
  const above = (route: string, path: string): readonly string[] =>
    web.extension.routes.routes
      .filter((each) => each.path.endsWith('/export'))
      .map((each) => each.path.replace(/\/export$/, ''))
      .filter((list) => route.startsWith(`${list}/`))
      .map((list) => path.split('/').slice(0, list.split('/').length).join('/'))
      .toSorted((one, other) => other.length - one.length);

  for (const { route, path: template, who } of pages) {
    it(`leads back to the lists above it as they were left: ${template} (${who})`, async () => {
      const path = pathOf({ path: template, who }, sample);
      const lists = above(route, path);
      const back = encodeURIComponent('q=nearest&back=q%3Dfarther');
      const { text, location } = await open(
        who,
        `${path}${path.includes('?') ? '&' : '?'}back=${back}`,
      );
      const links = location === undefined ? linksIn(text) : [location];
      const [nearest] = lists;
      if (nearest === undefined) {
        assert.ok(!links.some((link) => link.includes('nearest')), 'a way back to nowhere');
        return;
      }
      assert.ok(links.some((link) => link.includes('nearest')));
      for (const list of lists) {
        assert.ok(!links.includes(list), `${list} in its first state`);
      }
      for (const link of links.filter((each) => each.startsWith(`${nearest}/`))) {
        assert.match(link, /[?&]back=.*nearest.*farther/, 'loses the way back');
      }
    });
  }
});

/** The links and forms of a page’s content. */
function linksIn(html: string): readonly string[] {
  const main = html.slice(html.indexOf('<main'));
  return Array.from(main.matchAll(/(?:href|action)="([^"]*)"/g), ([, link = '']) =>
    link.replaceAll('&amp;', '&'),
  );
}
