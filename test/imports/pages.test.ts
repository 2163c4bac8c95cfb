import assert from 'node:assert/strict';
import { mostFileBytes } from '../../plugin/imports/import-file.js';
import { passwordMatches } from '../../plugin/secrets/passwords.js';
import { Pages } from '../features/mailboxes/pages.js';
import { goodPassword } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';
import { useOpenedEach } from '../support/opened.js';
import type { Visitor } from '../support/visitor.js';

const list = '/domains/marie.example/mailboxes';
const page = '/imports/mailboxes?domain=marie.example';

for (const engine of engines) {
  describe(`the pages of an import on ${engine}`, () => {
    const pages = useOpenedEach(() => Pages.open(engine));

    it('lead from the list to the preview, and back to the list', async () => {
      assert.match(
        (await pages.marie.get(list)).text,
        /\/imports\/mailboxes\?domain=marie\.example/,
      );
      const preview = await imported(pages.marie, ['address,name', 'anna,Anna']);
      const { status, location } = await pages.marie.post(`${preview}/application`);
      assert.deepEqual([status, location], [303, list]);
      assert.match((await pages.marie.get(list)).text, /anna@marie\.example/);
    });

    it('show generated passwords once, to whoever imported', async () => {
      const preview = await imported(pages.marie, ['address', 'anna']);
      const nothing = await pages.marie.post(`${preview}/passwords`);
      assert.doesNotMatch(nothing.text, /anna/);
      await pages.marie.post(`${preview}/application`);
      assert.equal((await pages.paul.post(`${preview}/passwords`)).status, 404);
      const { text, headers } = await pages.marie.post(`${preview}/passwords`);
      assert.equal(headers.get('cache-control'), 'no-store');
      const [, password = ''] = /^anna,([\w-]+)\r$/m.exec(text) ?? [];
      const row = await pages.scene.mailboxRow('anna@marie.example');
      assert.ok(await passwordMatches(password, row?.password_hash));
      assert.doesNotMatch((await pages.marie.post(`${preview}/passwords`)).text, /anna/);
    });

    it('give the refused lines with their reasons, to be corrected and imported again', async () => {
      const preview = await imported(pages.marie, [
        'address,password,name,colour',
        `anna,${goodPassword},=1+1,red`,
        `bert bert,${goodPassword},=1+1,red`,
        'carl,{MD5}deadbeef,Carl,red',
      ]);
      const { text } = await pages.marie.get(`${preview}/refused-lines`);
      assert.equal(
        text,
        `Address,Name,Password,Reason\r\nbert bert,'=1+1,${goodPassword},"Address, “bert bert”: ` +
          'The part before the @ can contain only letters from a to z, digits, dots, hyphens, ' +
          'underscores and apostrophes."\r\ncarl,Carl,{MD5}deadbeef,"Password: Hashes of this kind are too ' +
          'weak or unknown. Accepted: ARGON2ID, SHA512-CRYPT, ' +
          'SHA256-CRYPT, BLF-CRYPT."\r\n',
      );
      const again = await imported(pages.marie, text.replace('bert bert', 'bert').split('\r\n'));
      await pages.marie.post(`${again}/application`);
      assert.equal((await pages.scene.mailboxRow('bert@marie.example'))?.display_name, '=1+1');
    });

    it('are not there for domains of others, nor without the permission', async () => {
      assert.equal((await pages.marie.get('/imports/mailboxes?domain=paul.example')).status, 404);
      await pages.scene.app.db
        .knex('plans')
        .update({ permissions: JSON.stringify(['mailboxes.manage']) });
      assert.equal((await pages.marie.get(page)).status, 404);
      assert.doesNotMatch((await pages.marie.get(list)).text, /\/imports/);
    });

    it('refuse a file over the limit instead of importing its beginning', async () => {
      await pages.marie.get(page);
      const lines = ['address,password', `anna@marie.example,${goodPassword}`];
      const file = Buffer.alloc(mostFileBytes + 1, '\n');
      file.write(lines.join('\n'));
      const { status, text } = await pages.marie.send(page, {}, file, 'file');
      assert.equal(status, 422);
      assert.match(text, /larger than 16 MB/);
      assert.deepEqual(await pages.scene.app.db.knex('imports'), []);
    });

    it('never keep a password in plain text', async () => {
      const preview = await imported(pages.marie, [
        'address,password',
        `anna,${goodPassword}`,
        `bert bert,${goodPassword}`,
      ]);
      await pages.marie.post(`${preview}/application`);
      const { knex } = pages.scene.app.db;
      const tables = ['imports', 'import_lines', 'previews', 'preview_classes', 'preview_rows'];
      for (const table of [...tables, 'audit_entries', 'mailboxes', 'kept_forms']) {
        assert.ok(!JSON.stringify(await knex(table)).includes(goodPassword), table);
      }
    });
  });
}

/** Sends a file. @returns the path of its preview. */
async function imported(visitor: Visitor, lines: readonly string[]): Promise<string> {
  await visitor.get(page);
  const file = Buffer.from(lines.join('\r\n'));
  const { status, location = '' } = await visitor.send(page, { generates: '1' }, file, 'file');
  assert.equal(status, 303);
  assert.match((await visitor.get(location)).text, /\/application"/);
  return location;
}
