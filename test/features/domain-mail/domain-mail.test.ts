import assert from 'node:assert/strict';
import { DomainName } from '../../../plugin/addresses/index.js';
import { newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { parseMailSettings } from '../../../plugin/features/domain-mail/forms.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../plugin/errors.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { useTestApp } from '../../support/opened.js';

for (const engine of engines) {
  describe(`mail settings on ${engine}`, () => {
    const app = useTestApp(engine);
    let marie: Viewer;
    let paul: Viewer;

    before(async () => {
      const planId = await addPlan(app);
      marie = await viewerOf(app, await addAccount(app, 'marie', { planId }));
      paul = await viewerOf(app, await addAccount(app, 'paul', { planId }));
      await addDomain(app, 'marie.example', 'marie');
      await addDomain(app, 'off.example', 'marie');
    });

    const page = (viewer = marie): ReturnType<typeof app.features.domainMail.page> =>
      app.features.domainMail.page(viewer, 'marie.example');

    const change = async (
      fields: Readonly<Record<string, string>>,
      {
        viewer = marie,
        version,
        domain = 'marie.example',
      }: { viewer?: Viewer; version?: number; domain?: string } = {},
    ): Promise<void> => {
      const current = await app.features.domainMail.page(app.operator, domain);
      const body = {
        version: String(version ?? current.version),
        mailEnabled: '1',
        policy: 'reject',
        ...fields,
      };
      await app.features.domainMail.change(viewer, domain, parseMailSettings(body));
    };

    const refusedFields = async (
      fields: Readonly<Record<string, string>>,
      viewer = marie,
    ): Promise<string[]> => {
      const before = await page();
      let refused: string[] = [];
      await assert.rejects(change(fields, { viewer }), (error) => {
        assert.ok(error instanceof InvalidInputError);
        refused = Object.values(error.fields).map(({ key }) => key);
        return true;
      });
      assert.deepEqual(await page(), before, 'nothing is half-saved');
      return refused;
    };

    const redirect = (redirectIp: string, viewer = marie): Promise<string[]> =>
      refusedFields({ policy: 'redirect', redirectIp, redirectPort: '25' }, viewer);

    it('start with the mail service on and unknown recipients refused', async () => {
      const { settings } = await page();
      assert.deepEqual(settings, {
        enabled: true,
        unknown: { policy: 'reject', text: undefined },
        limitPerHour: undefined,
        webmail: undefined,
        relayId: undefined,
      });
    });

    it('are saved with the policy, its fields and the webmail', async () => {
      await change({ policy: 'bounce', bounceText: '  Écrivez à info  ', webmail: 'sogo' });
      const { settings } = await page();
      assert.deepEqual(settings.unknown, { policy: 'bounce', text: 'Écrivez à info' });
      assert.equal(settings.webmail, 'sogo');
    });

    it('limit a new refusal text to what fits an SMTP reply in ASCII, and keep a longer one from before', async () => {
      const fits = 'œ'.repeat(107);
      await change({ policy: 'reject', rejectText: fits });
      const [row] = await app.db.knex('domains').where({ name: 'marie.example' });
      assert.equal(row.reject_reply, 'oe'.repeat(107));
      assert.deepEqual(await refusedFields({ policy: 'reject', rejectText: `${fits}é` }), [
        'domain-mail.errors.reject-text-too-long',
      ]);
      const old = 'é '.repeat(150).trim();
      await app.db.knex('domains').where({ name: 'marie.example' }).update({ reject_text: old });
      await change({ policy: 'reject', rejectText: old, webmail: 'sogo' });
      assert.deepEqual((await page()).settings.unknown, { policy: 'reject', text: old });
    });

    it('cannot forward to each other when two people save at the same moment', async () => {
      await addDomain(app, 'paul.example', 'paul');
      const results = await Promise.allSettled([
        change({ policy: 'forward', forwardTo: 'ghost+x@paul.example' }),
        change(
          { policy: 'forward', forwardTo: 'ghost+y@marie.example' },
          { viewer: paul, domain: 'paul.example' },
        ),
      ]);
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      await change({ policy: 'reject' });
      await change({ policy: 'reject' }, { viewer: paul, domain: 'paul.example' });
    });

    it('store the address of an IDN with A-labels', async () => {
      await change({ policy: 'forward', forwardTo: 'Info@BÜCHER.example' });
      const { settings } = await page();
      assert.ok(settings.unknown.policy === 'forward');
      assert.equal(settings.unknown.to.toString(), 'info@xn--bcher-kva.example');
    });

    it('refuse to overwrite what somebody else changed meanwhile, and show it', async () => {
      const { version } = await page();
      await change({ policy: 'reject', rejectText: 'first' }, { viewer: app.operator });

      await assert.rejects(
        change({ policy: 'reject', rejectText: 'second' }, { version }),
        ConflictError,
      );
      const [newest] = await app.features.domainMail.meanwhile(marie, 'marie.example', version);
      assert.equal(newest?.actor, 'cli');
      assert.equal(newest?.after['rejectText'], 'first');
    });

    it('keep their version when saved unchanged', async () => {
      await change({ rejectText: 'the same' });
      const { version } = await page();
      await change({ rejectText: 'the same' });
      assert.equal((await page()).version, version);
    });

    it('are saved once when many save the same version concurrently', async () => {
      const { version } = await page();
      const outcomes = await Promise.allSettled(
        ['a', 'b', 'c', 'd'].map((rejectText) => change({ rejectText }, { version })),
      );
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.equal((await page()).version, version + 1);
    });

    it('are recorded with the actor and the changed fields, before and after', async () => {
      await change({ policy: 'reject', rejectText: 'before' });
      await change({ policy: 'bounce', bounceText: 'after' });
      const entry = await app.db
        .knex('audit_entries')
        .where({ subject: 'marie.example', action: 'domain-mail.changed' })
        .orderBy('id', 'desc')
        .first();
      assert.equal(entry.actor, 'marie');
      assert.equal(entry.origin, '198.51.100.7');
      assert.deepEqual(JSON.parse(entry.before), {
        policy: 'reject',
        rejectText: 'before',
        bounceText: null,
      });
      const { version } = await page();
      assert.deepEqual(JSON.parse(entry.after), {
        policy: 'bounce',
        rejectText: null,
        bounceText: 'after',
        version,
      });
    });

    it('of other accounts do not exist', async () => {
      await assert.rejects(page(paul), NotFoundError);
      await assert.rejects(change({}, { viewer: paul }), NotFoundError);
    });

    it('cannot forward to an unknown address in the viewer’s own domains', async () => {
      assert.deepEqual(
        await refusedFields({ policy: 'forward', forwardTo: 'nobody@marie.example' }),
        ['mailboxes.errors.target-unknown'],
      );
    });

    it('cannot switch mail on with forwarding to an address that was unknown while it was off', async () => {
      const forward = { policy: 'forward', forwardTo: 'nobody@marie.example' };
      await change({ ...forward, mailEnabled: '' });
      assert.deepEqual(await refusedFields(forward), ['mailboxes.errors.target-unknown']);
      const alone = app.features.domainMail.change(marie, 'marie.example', {
        settings: { enabled: true },
      });
      await assert.rejects(alone, (error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.equal(error.fields['forwardTo']?.key, 'mailboxes.errors.target-unknown');
        return true;
      });
      assert.equal((await page()).settings.enabled, false);
      await change({ policy: 'reject' });
    });

    it('can switch mail back on together with forwarding to an address of the domain', async () => {
      await addDomain(app, 'again.example', 'marie');
      await app.features.mailboxes.create(
        marie,
        'again.example',
        parseForm(newMailboxForm(DomainName.parse('again.example')), {
          address: 'info',
          password: 'four words without sense',
          imap: '1',
        }),
      );
      const forward = { policy: 'forward', forwardTo: 'info@again.example' };
      await change(forward, { domain: 'again.example' });
      await change({ ...forward, mailEnabled: '' }, { domain: 'again.example' });
      await change(forward, { domain: 'again.example' });
    });

    it('cannot forward in a loop, through any number of domains', async () => {
      await addDomain(app, 'one.example', 'marie');
      await addDomain(app, 'two.example', 'paul');
      await change({ policy: 'forward', forwardTo: 'x@two.example' }, { domain: 'one.example' });
      const two = change(
        { policy: 'forward', forwardTo: 'x@one.example' },
        { domain: 'two.example', viewer: paul },
      );
      await assert.rejects(two, (error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.equal(error.fields['forwardTo']?.key, 'domain-mail.errors.forward-loop');
        return true;
      });
    });

    it('cannot forward to a domain whose mail service is off', async () => {
      await change({ mailEnabled: '' }, { domain: 'off.example' });
      assert.deepEqual(await refusedFields({ policy: 'forward', forwardTo: 'info@off.example' }), [
        'mailboxes.errors.target-domain-off',
      ]);
    });

    it('cannot forward out of the domain under outgoing control, unless by an administrator', async () => {
      await app.features.settings.change(app.operator, {
        ...(await app.features.settings.read()),
        'outgoing-control': true,
      });
      const fields = { policy: 'forward', forwardTo: 'info@out.example' };
      assert.deepEqual(await refusedFields(fields), ['domain-mail.errors.forward-leaves-domain']);
      await change(fields, { viewer: app.operator });
    });

    it('cannot redirect to this machine, to its own addresses, or to private ones', async () => {
      await app.features.settings.change(app.operator, {
        ...(await app.features.settings.read()),
        'own-addresses': ['198.41.0.4'],
      });
      assert.deepEqual(await redirect('127.0.0.9', app.operator), [
        'domain-mail.errors.redirect-range',
      ]);
      assert.deepEqual(await redirect('198.41.0.4', app.operator), [
        'domain-mail.errors.redirect-own-address',
      ]);
      assert.deepEqual(await redirect('10.0.0.1'), ['domain-mail.errors.redirect-private']);
      await change({ policy: 'redirect', redirectIp: '10.0.0.1' }, { viewer: app.operator });
    });

    it('cannot have a webmail that the plan does not offer', async () => {
      assert.deepEqual(await refusedFields({ webmail: 'snappymail' }), [
        'domain-mail.errors.webmail-not-offered',
      ]);
    });
  });
}
