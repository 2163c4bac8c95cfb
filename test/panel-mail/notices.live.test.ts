import assert from 'node:assert/strict';
import { parseMessage } from '../../plugin/features/messages/message-form.js';
import { tellStarter } from '../../plugin/features/jobs/finished-mail.js';
import { JobClaims } from '../../plugin/jobs/claims.js';
import { ClaimLostError } from '../../plugin/jobs/lease.js';
import { addManyServers, startRemoval } from '../jobs/many-servers.js';
import { engines } from '../support/app.js';
import { useServedScene } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';
import { MailScene, publicUrl } from './scene.js';

const preferences = '/preferences/mails';
const minuteMs = 60_000;

for (const engine of engines) {
  describe(`notices to accounts on ${engine}`, () => {
    const { scene, web } = useServedScene(() => MailScene.open(engine));
    beforeEach(() => scene.begin());

    const subjects = async () => (await scene.arrived()).map(({ subject }) => subject);

    /** A job of Marie's that began some time ago. */
    const startJob = async (agoMs: number): Promise<number> => {
      const ids = await addManyServers(scene.app, scene.marie, 3);
      const id = await startRemoval(scene.app, scene.marie, ids);
      const { knex } = scene.app.db;
      await knex('jobs')
        .where({ id })
        .update({ created_at: Date.now() - agoMs });
      return id;
    };

    it('tell who started a long job that it has ended, in their language', async () => {
      await scene.speak('fr', scene.marie);
      const id = await startJob(2 * minuteMs);
      await scene.app.features.jobWorker.drain();
      await scene.drain();
      const [mail] = await scene.arrived();
      assert.equal(mail?.subject, 'Fin de la tâche\u00a0: Suppression de serveurs SMTP');
      assert.match(mail?.text ?? '', /État\s: Terminée\s+Avancement\s: 3 sur 3/);
      assert.ok(mail?.text?.includes(`${publicUrl}jobs/${id}\n`));
      assert.ok(mail?.text?.includes(`${publicUrl}preferences/mails`));
      assert.ok(mail?.html?.includes(`href="${publicUrl}preferences/mails"`));
    });

    it('do not tell of a short job, nor of one whose reader has switched it off', async () => {
      await startJob(minuteMs / 2);
      await scene.app.features.jobWorker.drain();
      const marie = await Visitor.signedIn(web, scene.app, scene.marie.accountId);
      const shown = await marie.get(preferences);
      assert.match(shown.text, /name="mail\.job-finished" value="1" checked/);
      assert.match(shown.text, /name="mail\.given-up" value="1" checked/);
      await marie.fill(preferences, { 'mail.job-finished': '' });
      await startJob(2 * minuteMs);
      await scene.app.features.jobWorker.drain();
      await scene.drain();
      assert.deepEqual(await subjects(), []);
      assert.doesNotMatch((await marie.get(preferences)).text, /job-finished" value="1" checked/);
      const log = (await marie.get('/audit')).text;
      assert.match(log, /Mails switched on or off/);
      assert.match(log, /Switched off: none → A job that I started has ended/);
      await marie.fill(preferences, { 'mail.job-finished': '1' });
      await startJob(2 * minuteMs);
      await scene.app.features.jobWorker.drain();
      await scene.drain();
      assert.equal((await subjects()).length, 1);
    });

    it('tell of a job once, however often its process is killed', async () => {
      await startJob(2 * minuteMs);
      const { db, panelMail } = scene.app;
      let now = Date.now();
      const claims = new JobClaims(db, () => now, tellStarter(panelMail));
      const lost = await claims.next();
      assert.ok(lost);
      now += 2 * minuteMs;
      const current = await claims.next();
      assert.ok(current);
      await claims.end(lost, 'done');
      await claims.end(current, 'done');
      await claims.end(current, 'done');
      await assert.rejects(claims.current(current), ClaimLostError);
      await scene.drain();
      assert.deepEqual(await subjects(), ['Job ended: Remove SMTP servers']);
    });

    it('tell an account of messages that are given up, once a day, but of no mail of the panel', async () => {
      await scene.addServer({ title: 'Marie’s' }, scene.marie);
      const { messages } = scene.app.features;
      const send = async (subject: string): Promise<void> => {
        const to = ['nobody@elsewhere.test'];
        const form = await parseMessage({ service: 'sales', to, subject, text: 'Hello' });
        await messages.accept(scene.marie, form);
        await scene.drain();
        await scene.drain();
      };
      await send('First\u00a0order');
      await send('Second order');
      assert.deepEqual(await subjects(), ['A message was given up: First\u00a0order']);
      const [mail] = await scene.arrived();
      assert.match(mail?.text ?? '', /to nobody@elsewhere\.test/);
      const failed = await Visitor.signedIn(web, scene.app, scene.marie.accountId);
      const list = await failed.get('/messages?state=failed');
      assert.match(list.text, /First.order[^]*Second order|Second order[^]*First.order/);

      const { knex } = scene.app.db;
      await knex('accounts')
        .where({ id: scene.marie.accountId })
        .update({ email: 'nobody@provider.example' });
      await knex('panel_mails').delete();
      await send('Third order');
      const states = await knex('messages')
        .where({ service: ':panel' })
        .orderBy('id')
        .pluck('state');
      assert.deepEqual(states, ['sent', 'failed']);
      assert.equal((await knex('panel_mails').pluck('id')).length, 1);
    });
  });
}
