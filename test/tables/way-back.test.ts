import assert from 'node:assert/strict';
import { type Sample, domains, fillSample } from '../browser/sample.js';
import { useServedApp } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';

const mailboxes = `/domains/${domains.usual}/mailboxes`;

describe('a list that was left', () => {
  const { app, web } = useServedApp();
  let sample: Sample;
  let administrator: Visitor;

  before(async () => {
    sample = await fillSample(app);
    administrator = await Visitor.signedIn(web, app, sample.administrator.id);
  });

  /** The first link of a page below a path. */
  const linkTo = async (page: string, path: string): Promise<string> => {
    const { text } = await administrator.get(page);
    const links = Array.from(
      text.slice(text.indexOf('<main')).matchAll(/(?:href|action)="([^"]*)"/g),
      ([, link = '']) => link.replaceAll('&#38;', '&').replaceAll('&amp;', '&'),
    );
    const found = links.find((link) => link.split('?')[0] === path);
    assert.ok(found !== undefined, `${page} has no link to ${path}`);
    return found;
  };

  it('is shown again after saving, with its search, order, size and place', async () => {
    const { text } = await administrator.get('/domains?q=example&sort=created&dir=desc&size=25');
    const next = /id="page-next" href="([^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    assert.ok(next !== undefined);
    const list = `/domains${next}`;
    const [path = ''] =
      /\/domains\/[^/"]*\/mail-settings/.exec((await administrator.get(list)).text) ?? [];
    const form = await linkTo(list, path);
    const saved = await administrator.fill(form, { policy: 'reject' });
    assert.equal(saved.status, 303, saved.text);
    assert.equal(saved.location, list);
  });

  it('is shown again after a refused form, and after a removal', async () => {
    const plan = `/plans/${sample.ids.plan}`;
    const list = '/plans?q=business';
    const form = await linkTo(list, plan);
    const refused = await administrator.fill(form, { name: '' });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /href="\/plans\?q=business"/);
    await administrator.post('/plans/new', { name: 'Business of one day' });
    const { id } = await app.db.knex('plans').where({ name: 'Business of one day' }).first('id');
    const removal = await linkTo(await linkTo(list, `/plans/${id}`), `/plans/${id}/removal`);
    assert.equal((await administrator.fill(removal, {})).location, list);
  });

  it('is found through the list below it', async () => {
    const inner = await linkTo(`/domains?q=boulangerie`, mailboxes);
    const sorted = `${inner}&size=25`;
    const form = await linkTo(sorted, `${mailboxes}/${sample.ids.mailbox}`);
    const saved = await administrator.fill(form, {});
    assert.equal(saved.location, `${mailboxes}?size=25&back=q%3Dboulangerie`);
    assert.equal(await linkTo(saved.location, '/domains'), '/domains?q=boulangerie');
  });

  it('keeps the way back while its columns are chosen', async () => {
    const columns = await linkTo(`${mailboxes}?back=q%3Da`, `${mailboxes}/columns`);
    const { location } = await administrator.post(columns, {
      choice: 'restore',
      query: '?size=25',
    });
    assert.equal(location, `${mailboxes}?size=25&back=q%3Da`);
  });

  it('keeps the way back in its search', async () => {
    const { text } = await administrator.get(`${mailboxes}?back=q%3Da`);
    assert.match(text, /<input type="hidden" name="back" value="q=a">/);
    assert.match(
      text,
      /href="\?sort=[^"]*&amp;back=q%3Da"|href="\?sort=[^"]*&#38;back=q%3Da"|href="\?sort=[^"]*&back=q%3Da"/,
    );
  });

  it('shows its nearest page if the one that was left has no rows any more', async () => {
    const behind = await administrator.get(`/plans?after=${cursor(['zzzz', 1e9])}`);
    assert.match(behind.text, new RegExp(`href="/plans/${sample.ids.plan}`));
    const ahead = await administrator.get(`/plans?before=${cursor([' ', 0])}`);
    assert.match(ahead.text, new RegExp(`href="/plans/${sample.ids.plan}`));
  });
});

function cursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}
