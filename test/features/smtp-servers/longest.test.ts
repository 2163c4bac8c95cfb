import assert from 'node:assert/strict';
import { longest } from '../../../plugin/features/smtp-servers/smtp-server.js';
import { parseServerForm } from '../../../plugin/features/smtp-servers/forms.js';
import { engines } from '../../support/app.js';
import { refusedFields } from '../../support/refusals.js';
import type { Page } from '../../support/visitor.js';
import { Scene, type Typed, good, png, services } from './scene.js';
import { useOpened } from '../../support/opened.js';

const refused: readonly (readonly [signature: string, why: string])[] = [
  ['&'.repeat(20_000), 'each is stored as &amp;'],
  ['>'.repeat(20_000), 'each is stored as &gt;'],
  ['🙂'.repeat(20_000), 'each counts for two'],
  ['a\n'.repeat(10_000), 'each line break is stored as <br />'],
  ['x'.repeat(20_001), 'one too many'],
];

const taken: readonly (readonly [signature: string, why: string])[] = [
  ['&'.repeat(4000), 'five each'],
  ['🙂'.repeat(10_000), 'two each'],
  ['☺'.repeat(20_000), 'three bytes each'],
  [`<p style="color:#123456">${'é'.repeat(19_900)}</p>`, 'HTML'],
];

describe('the longest fields of an SMTP server', () => {
  it('are measured in their stored form', async () => {
    const token = { authentication: 'xoauth2', oauthClientId: 'x', refreshToken: 'x' };
    const url = (path: string): Typed => ({
      ...good,
      ...token,
      oauthTokenUrl: `https://id.example/${path}`,
    });
    const { fields } = parseServerForm(url('é'.repeat(39)), services);
    assert.equal(fields.oauthTokenUrl.length, 'https://id.example/'.length + 39 * 6);
    assert.deepEqual(await refusedFields(async () => parseServerForm(url('é'.repeat(40)), [])), {
      oauthTokenUrl: 'errors.field.string.max',
    });
  });
});

for (const engine of engines) {
  describe(`the longest fields of an SMTP server on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));

    const create = async (typed: Typed): Promise<Page> => {
      await scene.paulsBrowser.get('/smtp-servers/new');
      return await scene.paulsBrowser.send('/smtp-servers/new', { ...good, ...typed }, png);
    };

    for (const [signature, why] of refused) {
      it(`exclude a signature, with an error at its field: ${why}`, async () => {
        const { status, text } = await create({ signature });
        assert.equal(status, 422);
        assert.match(text, /id="signature-error".*more than 20,000 characters/s);
      });
    }

    for (const [signature, why] of taken) {
      it(`include a signature, which can be saved again as the form shows it: ${why}`, async () => {
        assert.equal((await create({ signature })).status, 303);
        const { id }: { id: number } = await scene.app.db
          .knex('smtp_servers')
          .orderBy('id', 'desc')
          .first();
        const stored = await scene.app.features.smtpServers.find(scene.paul, id);
        const typed = { signature: stored.signature, title: 'Changed' };
        await scene.change(scene.paul, id, typed);
        const changed = await scene.app.features.smtpServers.find(scene.paul, id);
        assert.equal(changed.signature, stored.signature);
        assert.equal(changed.title, 'Changed');
      });
    }

    it('fit into one entry of the audit log together', async () => {
      const { sendingServices } = scene.app.features;
      const keys = Array.from({ length: 100 }, (_, index) => `k${index}`.padEnd(40, 'x'));
      for (const key of keys) {
        await sendingServices.create(scene.app.operator, { key, nameEn: key, nameFr: key });
      }
      const typed = {
        ...good,
        title: '☺'.repeat(longest.title),
        senderName: '☺'.repeat(longest.senderName),
        user: '☺'.repeat(longest.user),
        usage: 'custom',
        ...Object.fromEntries(keys.map((key) => [`service.${key}`, '1'])),
        signature: '☺'.repeat(longest.signature),
      };
      const id = await scene.app.features.smtpServers.create(
        scene.paul,
        parseServerForm(typed, keys),
      );
      const entry = await scene.app.db
        .knex<{ action: string; after: string }>('audit_entries')
        .where({ action: 'smtp-server.created' })
        .orderBy('id', 'desc')
        .first();
      const after: { id: number; signature: string } = JSON.parse(entry?.after ?? '');
      assert.equal(after.id, id);
      assert.equal(after.signature.length, longest.signature);
    });
  });
}
