import assert from 'node:assert/strict';
import type { Page } from '../../support/visitor.js';
import { engines } from '../../support/app.js';
import { addDomain } from '../../support/fixtures.js';
import { mostAtOnce } from '../../../plugin/previews/previews.js';
import { mostSelected } from '../../../plugin/tables/selection.js';
import { type ShownPreview, applyIt, askFor } from '../../previews/pressing.js';
import { useScene } from './scene.js';

for (const engine of engines) {
  describe(`selected SMTP servers on ${engine}`, () => {
    const scene = useScene(engine);

    const path = '/smtp-servers/selected/removal';
    const titles = async (): Promise<string[]> =>
      await scene.app.db.knex('smtp_servers').orderBy('sort_title').pluck('title');
    const send = async (...fields: (readonly [string, string])[]): Promise<Page> => {
      await scene.mariesBrowser.get('/smtp-servers');
      return await scene.mariesBrowser.post(path, fields);
    };

    const ask = async (...fields: (readonly [string, string])[]): Promise<ShownPreview> => {
      await scene.mariesBrowser.get('/smtp-servers');
      return await askFor(scene.mariesBrowser, path, fields);
    };
    const confirm = async (asked: ShownPreview): Promise<Page> =>
      await applyIt(scene.mariesBrowser, asked);
    const addMany = async (count: number): Promise<readonly number[]> => {
      const { knex } = scene.app.db;
      const { id: _, ...like }: Record<string, unknown> = await knex('smtp_servers')
        .where({ id: await scene.add(scene.marie, { title: '1' }) })
        .first();
      const rows = Array.from({ length: count - 1 }, (_row, index) => ({
        ...like,
        title: `${index + 2}`,
      }));
      await knex.batchInsert('smtp_servers', rows, 500);
      return await knex('smtp_servers').pluck('id');
    };

    it('are selected on the page by checkboxes with their names', async () => {
      const id = await scene.add(scene.marie, { title: 'Bureau' });
      const { text } = await scene.mariesBrowser.get('/smtp-servers');
      assert.match(text, new RegExp(`name="id" value="${id}" aria-label="Sélectionner Bureau"`));
    });

    it('are listed before their removal, and removed once confirmed', async () => {
      const ids = [
        await scene.add(scene.marie, { title: 'A' }),
        await scene.add(scene.marie, { title: 'B' }),
      ];
      await scene.add(scene.marie, { title: 'C' });
      const chosen = ids.map((id) => ['id', String(id)] as const);
      const asked = await ask(...chosen);
      assert.equal(asked.status, 200);
      assert.match(asked.text, /Supprimer 2 serveurs SMTP/);
      assert.deepEqual(await titles(), ['A', 'B', 'C']);

      const gone = await confirm(asked);
      assert.equal(gone.location, '/smtp-servers');
      assert.deepEqual(await titles(), ['C']);
      const entries = await scene.app.db
        .knex('audit_entries')
        .where({ action: 'smtp-server.removed' });
      assert.equal(entries.length, 2);
    });

    it('can be all that match, without selecting each', async () => {
      for (const title of ['Old 1', 'Old 2', 'New']) {
        await scene.add(scene.marie, { title });
      }
      const asked = await ask(['matching', '1'], ['query', '?q=old']);
      assert.match(asked.text, /Supprimer 2 serveurs SMTP/);
      await confirm(asked);
      assert.deepEqual(await titles(), ['New']);
    });

    it('can be all that match the filters too, and no others', async () => {
      for (const title of ['Old 1', 'Old 2', 'Old 3', 'New']) {
        await scene.add(scene.marie, { title });
      }
      const servers = scene.app.db.knex('smtp_servers');
      await servers.whereIn('title', ['Old 2', 'New']).update({ confirmation: 'confirmed' });
      const query = '?q=old&confirmation=confirmed';
      const asked = await ask(['matching', '1'], ['query', query]);
      assert.match(asked.text, /Supprimer un serveur SMTP/);
      assert.match(asked.text, /Old 2/);
      await confirm(asked);
      assert.deepEqual(await titles(), ['New', 'Old 1', 'Old 3']);
      assert.equal((await send(['query', query])).location, `/smtp-servers${query}`);
    });

    it('are exactly the listed ones, whatever matches later', async () => {
      await scene.add(scene.marie, { title: 'Old 1' });
      const asked = await ask(['matching', '1'], ['query', '?q=old']);
      await scene.add(scene.marie, { title: 'Old 2' });
      await confirm(asked);
      assert.deepEqual(await titles(), ['Old 2']);
    });

    it('are skipped when somebody else has removed them meanwhile', async () => {
      const id = await scene.add(scene.marie, { title: 'Gone' });
      await scene.add(scene.marie, { title: 'Old' });
      const asked = await ask(['matching', '1']);
      await scene.app.features.smtpServers.remove(scene.marie, id);
      assert.equal((await confirm(asked)).location, '/smtp-servers');
      assert.match(
        (await scene.mariesBrowser.get('/smtp-servers')).text,
        /Serveurs SMTP supprimés\u00a0: 1\. 1 ligne avait été modifiée entre-temps/,
      );
      assert.deepEqual(await titles(), []);
    });

    it('never name a stranger whose server has the same name', async () => {
      const { smtpServers } = scene.app.features;
      const theirs = await scene.add(scene.paul, { title: 'Office' });
      const id = await scene.add(scene.marie, { title: 'Office' });
      const asked = await ask(['matching', '1']);
      await smtpServers.remove(scene.app.operator, id);
      await smtpServers.remove(scene.paul, theirs);
      await confirm(asked);
      const { detail } = await scene.app.db.knex('preview_rows').where({ row_id: id }).first();
      assert.equal(JSON.parse(detail).actor, 'cli');
    });

    for (const count of [mostAtOnce + 1, mostSelected]) {
      it(`can be ${count} in one field, which a job removes`, async () => {
        const ids = await addMany(count);
        const asked = await ask(['ids', ids.join('-')]);
        assert.equal(asked.status, 200);
        assert.match(asked.text, /s’exécute en arrière-plan/);
        const { location = '' } = await confirm(asked);
        assert.match(location, /^\/jobs\/\d+$/);
        const { jobs, jobWorker } = scene.app.features;
        await jobWorker.drain();
        const job = await jobs.find(scene.marie, Number(location.split('/').at(-1)));
        assert.equal(job.titleKey, 'smtp-servers.selected.remove.job');
        assert.deepEqual([job.state, job.result.changed], ['done', count]);
        assert.deepEqual(await titles(), []);
        const [row] = await scene.app.db
          .knex('audit_entries')
          .where({ action: 'smtp-server.removed', actor: 'marie' })
          .countDistinct<{ n: number }[]>('subject as n');
        assert.equal(Number(row?.n), count);
      });
    }

    it('are limited to 5,000 when selected one by one, as the page says', async () => {
      const ids = await addMany(mostSelected + 1);
      const { status, text } = await send(['ids', ids.join('-')]);
      assert.equal(status, 422);
      assert.match(text, /Plus de 5[\u00a0\u202f]000 lignes sont sélectionnées/);
      assert.equal((await titles()).length, mostSelected + 1);
    });

    it('of another account stay, whatever the request contains', async () => {
      const id = await scene.add(scene.paul, { title: 'Paul’s' });
      const asked = await ask(['id', String(id)]);
      assert.doesNotMatch(asked.text, /Paul/);
      await confirm(asked);
      await confirm(await ask(['matching', '1']));
      assert.deepEqual(await titles(), ['Paul’s']);
    });

    it('are kept and named when they are domains’ relays', async () => {
      const relay = await scene.add(scene.marie, { title: 'Relay' });
      const other = await scene.add(scene.marie, { title: 'Other' });
      await addDomain(scene.app, 'marie.example', 'marie');
      await scene.app.db.knex('domains').update({ relay_id: relay });
      await confirm(await ask(['id', String(relay)], ['id', String(other)]));
      assert.deepEqual(await titles(), ['Relay']);
      assert.match(
        (await scene.mariesBrowser.get('/smtp-servers')).text,
        /Serveurs SMTP supprimés\u00a0: 1\. 1 ligne a été refusée, Relay\u00a0: Relay ne peut pas être supprimé/,
      );
    });

    it('are named in advance and not counted when they are domains’ relays', async () => {
      const relay = await scene.add(scene.marie, { title: 'Relay' });
      const other = await scene.add(scene.marie, { title: 'Other' });
      await addDomain(scene.app, 'marie.example', 'marie');
      await scene.app.db.knex('domains').update({ relay_id: relay });
      const { text } = await ask(['id', String(relay)], ['id', String(other)]);
      assert.match(text, /Supprimer un serveur SMTP/);
      assert.match(
        text,
        /ne peut pas être modifiée[^]*Relay ne peut pas être supprimé[^]*Il passe dans[^]*Other/,
      );
      const alone = await ask(['id', String(relay)]);
      assert.match(alone.text, /Aucun serveur SMTP ne peut être supprimé/);
      assert.doesNotMatch(alone.text, /<button[^>]*>Supprimer le serveur/);
    });

    it('are confirmed without losing the list’s search and order', async () => {
      const id = await scene.add(scene.marie, { title: 'Old' });
      const query = '?q=old&sort=host&dir=desc';
      const asked = await ask(['id', String(id)], ['query', query]);
      const { text } = asked;
      assert.ok(text.includes(`href="/smtp-servers${query.replaceAll('&', '&amp;')}"`), text);
      const gone = await confirm(asked);
      assert.equal(gone.location, `/smtp-servers${query}`);
    });

    it('must be at least one', async () => {
      assert.equal((await send(['query', '?q=x'])).location, '/smtp-servers?q=x');
      assert.match(
        (await scene.mariesBrowser.get('/smtp-servers')).text,
        /Sélectionnez d’abord au moins une ligne/,
      );
    });
  });
}
