import assert from 'node:assert/strict';
import { EmailAddress, IpAddress } from '../../../plugin/addresses/index.js';
import { InvalidInputError } from '../../../plugin/errors.js';
import type { MailSettings } from '../../../plugin/features/domain-mail/mail-settings.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { engines } from '../../support/app.js';
import { addConfirmedServer } from '../../support/confirmed-server.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { useServedAppEach } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';

const policyKeys = ['reject', 'bounce', 'forward', 'redirect'];
const notInPlan = { key: 'domain-mail.errors.policy-not-in-plan' };

const forwardTo = (address: string) =>
  ({ policy: 'forward', to: EmailAddress.parse(address) }) as const;

for (const engine of engines) {
  describe(`what a plan permits of mail settings on ${engine}`, () => {
    const { app, web } = useServedAppEach(engine);
    let planId: number;
    let marieId: number;

    beforeEach(async () => {
      planId = await addPlan(app);
      marieId = await addAccount(app, 'marie', { planId });
      for (const name of ['marie.example', 'second.example']) {
        await addDomain(app, name, 'marie');
      }
    });

    const withhold = async (...ids: readonly string[]): Promise<Viewer> => {
      const [row] = await app.db
        .knex<{ id: number; permissions: string }>('plans')
        .where({ id: planId });
      const granted: string[] = JSON.parse(row?.permissions ?? '[]');
      const permissions = JSON.stringify(granted.filter((id) => !ids.includes(id)));
      await app.db.knex('plans').where({ id: planId }).update({ permissions });
      return await viewerOf(app, marieId);
    };
    const change = async (
      viewer: Viewer,
      settings: Partial<MailSettings>,
    ): Promise<Record<string, { readonly key: string }> | undefined> => {
      try {
        await app.features.domainMail.change(viewer, 'marie.example', { settings });
        return undefined;
      } catch (error) {
        assert.ok(error instanceof InvalidInputError, String(error));
        return { ...error.fields };
      }
    };
    const bounce = { policy: 'bounce', text: 'Gone.' } as const;
    const redirect = { policy: 'redirect', ip: IpAddress.parse('192.0.2.1'), port: 25 } as const;

    it('refuses policies that it withholds, also while mail is off, and to those alone who have it', async () => {
      const viewer = await withhold('domain-mail.bounce', 'domain-mail.redirect');
      assert.deepEqual(await change(viewer, { unknown: bounce }), { policy: notInPlan });
      assert.deepEqual(await change(viewer, { enabled: false, unknown: redirect }), {
        policy: notInPlan,
      });
      assert.equal(await change(viewer, { unknown: forwardTo('x@elsewhere.test') }), undefined);
      assert.equal(await change(app.operator, { unknown: bounce }), undefined);
    });

    it('keeps a policy that was set before, unchanged', async () => {
      await change(app.operator, { unknown: bounce });
      const viewer = await withhold('domain-mail.bounce');
      assert.equal(await change(viewer, { enabled: false, unknown: bounce }), undefined);
      assert.equal(await change(viewer, { enabled: true }), undefined);
      assert.deepEqual(await change(viewer, { unknown: { ...bounce, text: 'Other.' } }), {
        policy: notInPlan,
      });
      const { text } = await (
        await Visitor.signedIn(web, app, marieId)
      ).get('/domains/marie.example/mail-settings');
      assert.doesNotMatch(text, /id="policy-bounce"[^>]* disabled/);
    });

    it('keeps forwarding within the owner’s domains, by domains and aliases', async () => {
      const viewer = await withhold('domain-mail.forward-outside');
      await addAccount(app, 'other');
      await addDomain(app, 'other.example', 'other');
      for (const address of ['x@elsewhere.test', 'x@other.example']) {
        assert.deepEqual(await change(viewer, { unknown: forwardTo(address) }), {
          forwardTo: { key: 'domain-mail.errors.outside-not-in-plan' },
        });
      }
      const visitor = await Visitor.signedIn(web, app, marieId);
      await visitor.get('/domains/marie.example/aliases/new');
      const alias = (targets: string) =>
        visitor.post('/domains/marie.example/aliases/new', { address: 'team', targets });
      const refused = await alias('x@elsewhere.test');
      assert.equal(refused.status, 422);
      assert.match(refused.text, /the plan does not include forwarding to others/);
    });

    it('refuses to send through an SMTP server', async () => {
      const relayId = await addConfirmedServer(app, 'marie.example', {});
      const viewer = await withhold('domain-mail.relay');
      assert.deepEqual(await change(viewer, { relayId }), {
        relay: { key: 'domain-mail.errors.relay-not-in-plan' },
      });
      const { text } = await (
        await Visitor.signedIn(web, app, marieId)
      ).get('/domains/marie.example/mail-settings');
      assert.match(text, /The plan does not include sending through your own SMTP servers/);
      assert.doesNotMatch(text, /id="relay"/);
    });

    it('shows what is withheld as not available, with the reason', async () => {
      await withhold(...policyKeys.map((key) => `domain-mail.${key}`));
      const { text } = await (
        await Visitor.signedIn(web, app, marieId)
      ).get('/domains/marie.example/mail-settings');
      const disabled = policyKeys.filter((key) =>
        new RegExp(`id="policy-${key}"[^>]* disabled`).test(text),
      );
      assert.deepEqual(disabled, ['bounce', 'forward', 'redirect']);
      assert.equal(text.split('Not in the plan. An administrator can change that.').length - 1, 3);
    });
  });
}
