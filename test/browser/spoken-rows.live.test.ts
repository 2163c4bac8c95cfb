import assert from 'node:assert/strict';
import { locales } from '../../plugin/web/locale.js';
import { openTab, settled } from '../support/browser.js';
import { type Example, examples, pathOf } from './pages.js';
import { sharedSite } from './shared.js';
import type { Site } from './site.js';
import { spokenRows } from './spoken-rows.js';

/** Pages with small tables beside the lists. */
const small = ['/messages/:id', '/jobs/:id'];

describe('the rows of tables, read aloud', () => {
  let site: Site;

  before(async () => {
    site = await sharedSite();
  });

  /** Lists are the pages whose columns can be chosen. */
  const examplesOf = (): readonly Example[] => {
    const lists = site.web.extension.routes.routes
      .filter(({ method, path }) => method === 'post' && path.endsWith('/columns'))
      .map(({ path }) => path.replace(/\/columns$/, ''));
    assert.ok(lists.length >= 9, lists.join(' '));
    return [...lists, ...small].flatMap((path) => examples[path] ?? []);
  };

  for (const locale of locales) {
    it(`have a header, and links and checkboxes that name their row: ${locale}`, async () => {
      let count = 0;
      for (const example of examplesOf()) {
        const tab = await openTab(await site.contextOf(example.who, { locale }));
        await tab.page.goto(site.web.url + pathOf(example, site.sample));
        await settled(tab.page);
        const rows = await spokenRows(tab.page);
        for (const { header, controls } of rows) {
          assert.notEqual(header, '', example.path);
          assert.doesNotMatch(header, /\|/, `${example.path} has a row with two headers`);
          for (const name of controls) {
            assert.ok(
              name.includes(header),
              `${example.path}: “${name}” is in the row “${header}”`,
            );
          }
        }
        const names = rows.flatMap(({ controls }) => controls);
        assert.deepEqual([...new Set(names)], names, example.path);
        count += names.length;
        await tab.page.close();
      }
      assert.ok(count > 100, `${count} names`);
    });
  }
});
