import assert from 'node:assert/strict';
import { oneEngine } from '../../support/app.js';
import { relais } from '../../support/cli.js';
import { useOpened } from '../../support/opened.js';
import { Pages } from '../mailboxes/pages.js';

const list = '/domains/marie.example/mailboxes';

for (const engine of oneEngine) {
  describe(`the pages of removed things on ${engine}`, () => {
    const pages = useOpened(() => Pages.open(engine));

    const removed = async (address: string): Promise<string> => {
      const { scene, marie } = pages;
      const id = await scene.addMailbox(scene.marie, address, { displayName: 'Anna' });
      await marie.fill(`${list}/${id}/removal`, {});
      return await marie.get(list).then(({ text }) => text);
    };

    it('are offered by the notice of a removal, and lead back', async () => {
      const { marie, scene } = pages;
      const path = pathIn(await removed('anna@marie.example'));
      const thing = await marie.get(path);
      assert.match(thing.text, /anna@marie\.example[^]*Restore[^]*Anna; its mail/);
      const { location } = await marie.post(`${path}/restoration`);
      assert.equal(location, '/removed');
      assert.match((await marie.get('/removed')).text, /anna@marie\.example has been restored\./);
      assert.notEqual(await scene.mailboxRow('anna@marie.example'), undefined);
      assert.equal((await marie.get(path)).status, 404);
    });

    it('say why a thing cannot come back now, and do not offer it', async () => {
      const { marie, scene } = pages;
      const path = pathIn(await removed('late@marie.example'));
      await scene.app.db.knex('plans').where({ id: scene.planId }).update({ max_mailboxes: 0 });
      const thing = await marie.get(path);
      assert.match(thing.text, /It cannot be restored now\./);
      assert.doesNotMatch(thing.text, /\/restoration/);
      const refused = await marie.post(`${path}/restoration`);
      assert.equal(refused.status, 409);
      assert.match(refused.text, /plan allows/);
      await scene.app.db.knex('plans').where({ id: scene.planId }).update({ max_mailboxes: null });
    });

    it('erase after a confirmation, and are not there for others', async () => {
      const { marie, paul, scene } = pages;
      const path = pathIn(await removed('gone@marie.example'));
      for (const page of [path, `${path}/erasure`]) {
        assert.equal((await paul.get(page)).status, 404);
      }
      for (const noun of ['restoration', 'erasure']) {
        assert.equal((await paul.post(`${path}/${noun}`)).status, 404);
      }
      assert.match(
        (await marie.get(`${path}/erasure`)).text,
        /Remove gone@marie\.example for good\?/,
      );
      assert.equal((await marie.post(`${path}/erasure`)).location, '/removed');
      assert.match(
        (await marie.get('/removed')).text,
        /gone@marie\.example has been removed for good/,
      );
      await scene.addMailbox(scene.marie, 'gone@marie.example');
    });

    it('restore selected things after a preview', async () => {
      const { marie, scene } = pages;
      await removed('one@marie.example');
      await removed('two@marie.example');
      const selected = { matching: '1', query: 'q=marie.example' };
      const { location = '' } = await marie.post('/removed/selected/restoration', selected);
      assert.match((await marie.get(location)).text, /one@marie\.example[^]*two@marie\.example/);
      await marie.post(`${location}/application`);
      for (const address of ['one@marie.example', 'two@marie.example']) {
        assert.notEqual(await scene.mailboxRow(address), undefined, address);
      }
    });

    it('offer the undo in the notice, which leads to its preview', async () => {
      const { marie, scene } = pages;
      const ids: (readonly [string, string])[] = [];
      for (const address of ['first@marie.example', 'second@marie.example']) {
        ids.push(['id', String(await scene.addMailbox(scene.marie, address))]);
      }
      await marie.get(list);
      const { location = '' } = await marie.post(`${list}/selected/removal`, ids);
      await marie.get(location);
      const applied = await marie.post(`${location}/application`);
      const notice = /action="(\/previews\/\d+\/undo)"/.exec(
        (await marie.get(applied.location ?? '')).text,
      );
      const undo = await marie.post(notice?.[1] ?? '');
      assert.match((await marie.get(undo.location ?? '')).text, /Undo 2 changes\?/);
      await marie.post(`${undo.location}/application`);
      assert.notEqual(await scene.mailboxRow('first@marie.example'), undefined);
    });

    it('are listed, restored and erased at the command line', async () => {
      const { app } = pages.scene;
      const run = (...args: readonly string[]) => relais(app.config.dataFolder, 'removed', ...args);
      await removed('shell@marie.example');
      const [row] = JSON.parse((await run('list', '--where', 'kind=mailbox', '--json')).out);
      assert.equal(row.name, 'shell@marie.example');
      assert.match(
        (await run('restore', String(row.id))).out,
        /shell@marie\.example has been restored/,
      );
      const asked = await run('erase', '999');
      assert.equal(asked.code, 1);
      assert.match((await run('erase-mail', '--folder', app.config.dataFolder)).out, /erased: 0/);
    });
  });
}

function pathIn(text: string): string {
  return /href="(\/removed\/\d+)"/.exec(text)?.[1] ?? '';
}
