import assert from 'node:assert/strict';
import { domainTable } from '../../plugin/features/domains/table.js';
import { engines } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { Visitor } from '../support/visitor.js';
import { useServedAppEach } from '../support/served-app.js';

const atFirst = [
  'Domain',
  'Owner',
  'Mail service',
  'Unknown recipients',
  'MX records',
  'Mailboxes',
];
const all = [
  'Domain',
  'Owner',
  'Plan',
  'Mail service',
  'Unknown recipients',
  'MX records',
  'MX hosts',
  'Outgoing mail',
  'Webmail',
  'Mailboxes',
  'Added on',
  'Settings changed on',
];

for (const engine of engines) {
  describe(`the columns of a list on ${engine}`, () => {
    const { app, web } = useServedAppEach(engine);
    let rootId: number;
    let visitor: Visitor;

    beforeEach(async () => {
      rootId = await addAccount(app, 'root', { role: 'administrator' });
      await addAccount(app, 'marie');
      await addDomain(app, 'marie.example', 'marie');
      visitor = await Visitor.signedIn(web, app, rootId);
    });

    const headings = async (by = visitor): Promise<string[]> =>
      headingsIn((await by.get('/domains')).text);
    const choose = async (...fields: [string, string][]): Promise<string | undefined> => {
      await visitor.get('/domains');
      const { status, location } = await visitor.post('/domains/columns', fields);
      assert.equal(status, 303);
      return location;
    };

    it('are those that people scan for at first', async () => {
      assert.deepEqual(await headings(), atFirst);
    });

    it('include the owner for those who see more than their own', async () => {
      const marie = await app.db
        .knex<{ id: number; login: string }>('accounts')
        .where({ login: 'marie' })
        .first();
      for (const list of ['/smtp-servers', '/messages']) {
        const choices = async (by: Visitor): Promise<string> =>
          /value="owner"[^>]*>/.exec((await by.get(list)).text)?.[0] ?? '';
        const owner = await Visitor.signedIn(web, app, marie?.id ?? 0);
        assert.match(await choices(visitor), /checked/, list);
        assert.doesNotMatch(await choices(owner), /checked/, list);
      }
    });

    it('stay as chosen on the page and after the next sign-in', async () => {
      await choose(['column', 'mail'], ['column', 'created'], ['choice', 'these']);
      assert.deepEqual(await headings(), ['Domain', 'Mail service', 'Added on']);
      const later = await Visitor.signedIn(web, app, rootId);
      assert.deepEqual(await headings(later), ['Domain', 'Mail service', 'Added on']);
    });

    it('are chosen by each account for itself', async () => {
      await choose(['choice', 'none']);
      const other = await addAccount(app, 'other', { role: 'administrator' });
      assert.deepEqual(await headings(await Visitor.signedIn(web, app, other)), atFirst);
    });

    it('can all be hidden, except the one that names the row, and be shown again', async () => {
      await choose(['choice', 'none']);
      assert.deepEqual(await headings(), ['Domain']);
      await choose(['choice', 'all']);
      assert.deepEqual(await headings(), all);
    });

    it('can be reset to the default', async () => {
      await choose(['column', 'mail'], ['choice', 'these']);
      await choose(['choice', 'restore']);
      assert.deepEqual(await headings(), atFirst);
      assert.deepEqual(await app.db.knex('table_choices').select(), []);
    });

    it('include a column added since the choice', async () => {
      await choose(['column', 'mail'], ['choice', 'these']);
      const hidden = JSON.stringify(
        domainTable.columns.map(({ key }) => key).filter((key) => key !== 'created'),
      );
      await app.db.knex('table_choices').update({ hidden });
      assert.deepEqual(await headings(), ['Domain', 'Added on']);
    });

    it('are chosen without losing the search, the order and the page', async () => {
      const query = '?q=marie&sort=created&dir=desc&size=25';
      assert.equal(await choose(['query', query], ['choice', 'all']), `/domains${query}`);
    });

    it('ignore unknown columns and values that are no text', async () => {
      const hostile: [string, string][] = [
        ['column', 'nothing'],
        ['column', '<script>'],
        ['query', '//elsewhere.example/'],
      ];
      assert.equal(await choose(...hostile), '/domains');
      assert.deepEqual(await headings(), ['Domain']);
    });
  });
}

function headingsIn(html: string): string[] {
  return [
    ...html.matchAll(/<th scope="col"(?! class="is-selection")[^>]*>(?:<a[^>]*>)?([^<]*)/g),
  ].map(([, text = '']) => text);
}
