import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import type { SmtpServerFields } from '../../../plugin/features/smtp-servers/smtp-server.js';
import { parsePlanForm, planValues } from '../../../plugin/panel/standalone/plans/forms.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { engines } from '../../support/app.js';
import { addConfirmedServer } from '../../support/confirmed-server.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { useTestApp } from '../../support/opened.js';

const rounds = 12;

for (const engine of engines) {
  describe(`undoing changes of servers and plans on ${engine}`, () => {
    const app = useTestApp(engine);

    const undoLast = async (viewer: Viewer): Promise<readonly number[]> => {
      const { previews, undoing } = app.features;
      const act = await app.db
        .knex('audit_acts')
        .where({ owner_id: 0, reseller_id: 0 })
        .orderBy('id', 'desc')
        .first('id');
      const { id } = await previews.whole(viewer, await undoing.prepare(viewer, Number(act.id)));
      const applied = await previews.apply(viewer, id);
      assert.ok('result' in applied);
      const { changed, refused, moved } = applied.result;
      return [changed, refused, moved];
    };

    it('gives plans back what they had, any number of times', async () => {
      const id = await addPlan(app);
      const { plans } = app.panel;
      const includable = {
        permissions: ['mailboxes.manage', 'aliases.manage', 'messages.send'],
        webmails: ['roundcube', 'sogo'],
      };
      const state = async (): Promise<unknown> => {
        const { version, ...plan } = await plans.find(app.operator, id);
        assert.ok(version > 0);
        return JSON.parse(JSON.stringify(plan));
      };
      for (let round = 0; round < rounds; round += 1) {
        const before = await state();
        const values = planValues(await plans.find(app.operator, id), includable);
        const form = parsePlanForm(
          {
            ...values,
            name: `Plan ${round}`,
            maxMailboxes: ['', '5', '10'][randomInt(3)],
            maxQuotaMegabytes: ['', '100'][randomInt(2)],
            'webmail.sogo': ['', '1'][randomInt(2)],
            'permission.messages.send': ['', '1'][randomInt(2)],
          },
          includable,
        );
        await plans.change(app.operator, id, form);
        const after = await state();
        assert.deepEqual(await undoLast(app.operator), [1, 0, 0]);
        assert.deepEqual(await state(), before);
        assert.deepEqual(await undoLast(app.operator), [1, 0, 0]);
        assert.deepEqual(await state(), after);
      }
    });

    it('gives servers back what they had, but for passwords, which must be typed again', async () => {
      const marie = await viewerOf(
        app,
        await addAccount(app, 'marie', { planId: await addPlan(app) }),
      );
      await addDomain(app, 'marie.example', 'marie');
      const id = await addConfirmedServer(app, 'marie.example', { password: 'a secret' });
      const { smtpServers: servers } = app.features;
      const change = async (fields: Partial<SmtpServerFields>, secret = {}): Promise<void> => {
        const { version, ...before } = await servers.find(marie, id);
        await servers.change(marie, id, {
          version,
          fields: { ...before, ...fields },
          secret,
          removeLogo: false,
        });
      };
      const state = async (): Promise<unknown> => {
        const { version, ...server } = await servers.find(marie, id);
        assert.ok(version > 0);
        return server;
      };
      for (let round = 0; round < rounds; round += 1) {
        const before = await state();
        await change({
          title: `Server ${round}`,
          senderName: ['', 'Marie', 'Shop'][randomInt(3)] ?? '',
          signature: ['', '<p>Marie</p>'][randomInt(2)] ?? '',
        });
        const after = await state();
        assert.deepEqual(await undoLast(marie), [1, 0, 0]);
        assert.deepEqual(await state(), before);
        assert.deepEqual(await undoLast(marie), [1, 0, 0]);
        assert.deepEqual(await state(), after);
      }
      await change({ host: 'smtp.other.example' }, { password: 'another' });
      const after = await state();
      await app.db.knex('audit_acts').where({ action: 'smtp-server.password-changed' }).delete();
      assert.deepEqual(await undoLast(marie), [0, 1, 0]);
      assert.deepEqual(await state(), after);
    });

    it('names who changed it since, and never a stranger whose server has the same name', async () => {
      const { smtpServers, undoing, previews } = app.features;
      const planId = await addPlan(app);
      const twins = await Promise.all(
        ['anna', 'stranger'].map(async (login) => {
          const viewer = await viewerOf(app, await addAccount(app, login, { planId }));
          await addDomain(app, `${login}.example`, login);
          return {
            viewer,
            id: await addConfirmedServer(app, `${login}.example`, { password: 'x' }),
          };
        }),
      );
      const change = async (place: number, senderName: string): Promise<void> => {
        const { viewer, id } = twins[place] ?? assert.fail();
        const { version, ...fields } = await smtpServers.find(viewer, id);
        const form = { version, fields: { ...fields, senderName }, secret: {}, removeLogo: false };
        await smtpServers.change(viewer, id, form);
      };
      await change(0, 'First');
      const act = await app.db.knex('audit_acts').max('id as id').first();
      await change(0, 'Second');
      await change(1, 'Theirs');
      const { viewer } = twins[0] ?? assert.fail();
      const { id } = await previews.whole(viewer, await undoing.prepare(viewer, Number(act?.id)));
      const { reasons } = await app.db.knex('preview_classes').where({ preview_id: id }).first();
      assert.deepEqual(JSON.parse(reasons)[0].args, { actor: 'anna' });
    });
  });
}
