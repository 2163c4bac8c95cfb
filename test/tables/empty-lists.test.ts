import assert from 'node:assert/strict';
import { languageFor, locales } from '../../plugin/web/locale.js';
import { addAccount, addDomain, addPlan } from '../support/fixtures.js';
import { useServedApp } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';

/** Lists that are empty at first, with the page that adds a row. */
const lists: [path: string, key: string, add: string | undefined][] = [
  ['/smtp-servers', 'smtp-servers', '/smtp-servers/new'],
  ['/messages', 'messages', undefined],
  ['/api-tokens', 'api-tokens', '/api-tokens/new'],
  ['/jobs', 'jobs', undefined],
  ['/audit', 'audit', undefined],
  ['/domains/marie.example/mailboxes', 'mailboxes', '/domains/marie.example/mailboxes/new'],
  ['/domains/marie.example/aliases', 'aliases', '/domains/marie.example/aliases/new'],
  ['/domains', 'domains', undefined],
];

describe('an empty list', () => {
  const { app, web } = useServedApp();
  let marie: Visitor;
  let reader: Visitor;

  before(async () => {
    const planId = await addPlan(app);
    const ids = [await addAccount(app, 'marie', { planId }), await addAccount(app, 'reader')];
    await addDomain(app, 'marie.example', 'marie');
    await addDomain(app, 'reader.example', 'reader');
    await app.db.knex('audit_entries').delete();
    marie = await Visitor.signedIn(web, app, ids[0] ?? 0);
    reader = await Visitor.signedIn(web, app, ids[1] ?? 0);
  });

  for (const [path, key, add] of lists.filter(([, each]) => each !== 'domains')) {
    it(`says what it is for, and leads to its first row: ${key}`, async () => {
      await app.db.knex('audit_entries').delete();
      const { t } = languageFor('en');
      const shown = await emptyPart(marie, path);
      assert.ok(shown.includes(t(`${key}.purpose`)), shown);
      assert.deepEqual(
        [...shown.matchAll(/<a [^>]*href="([^"?]+)/g)].map(([, href]) => href),
        add ? [add] : [],
      );
    });
  }

  it('offers no action that the plan withholds', async () => {
    for (const [path, key] of lists.filter(([, each]) => each !== 'api-tokens')) {
      const { text } = await reader.get(path.replace('marie', 'reader'));
      assert.match(text, /id="table-status"/, key);
      assert.doesNotMatch(text, /href="[^"]+\/new"/, key);
    }
  });

  it('has its texts in every language', () => {
    for (const locale of locales) {
      const { has } = languageFor(locale);
      for (const key of [...lists.map(([, each]) => each), 'accounts', 'plans']) {
        assert.ok(has(`${key}.purpose`) && has(`${key}.empty`), `${locale} ${key}`);
      }
    }
  });

  for (const [path, key] of lists.filter(([, each]) => !['jobs', 'api-tokens'].includes(each))) {
    it(`leads back from a search that finds nothing: ${key}`, async () => {
      const { t } = languageFor('en');
      const shown = await emptyPart(marie, `${path}?q=qqq+xxx&size=25`);
      assert.ok(shown.includes(t('table.no-match', { search: 'qqq xxx' })), shown);
      assert.match(shown, /href="\?size=25">Clear the search/);
      assert.doesNotMatch(shown, /Clear the filter|Did you mean/);
    });
  }

  it('offers near spellings as links that keep order and page size', async () => {
    const shown = await emptyPart(marie, '/domains?q=maire&sort=created&dir=desc&size=25');
    const link = /<a href="([^"]+)">marie\.example<\/a>/.exec(shown)?.[1]?.replaceAll('&amp;', '&');
    assert.equal(link, '?q=marie.example&sort=created&dir=desc&size=25');
    const { text } = await marie.get(`/domains${link}`);
    assert.match(text, /1 row/);
    const status = /role="status">([^]*?)<\/p>/.exec(
      (await marie.get('/domains?q=maire')).text,
    )?.[1];
    assert.match(status ?? '', /No results for “maire”\. Did you mean: marie\.example/);
  });

  it('says that a spelling is only found without the filters, and clears either', async () => {
    const shown = await emptyPart(marie, '/domains?q=maire&mail=off');
    assert.match(shown, /Found without the filters:/);
    assert.match(shown, /<a href="\?q=marie\.example">/);
    assert.match(shown, /href="\?mail=off">Clear the search/);
    assert.match(shown, /href="\?q=maire">Clear the filter</);
  });

  it('clears filters that nothing matches', async () => {
    const shown = await emptyPart(marie, '/domains?mail=off&suspended=yes');
    assert.match(shown, /Nothing matches these filters\./);
    assert.match(shown, /href="\?">Clear the filters</);
    assert.doesNotMatch(shown, /Clear the search/);
  });
});

async function emptyPart(by: Visitor, path: string): Promise<string> {
  const { text } = await by.get(path);
  return /<div class="empty-state[^]*?(?=<p [^>]*id="table-status")/.exec(text)?.[0] ?? '';
}
