import assert from 'node:assert/strict';
import { EmailAddress, IpAddress } from '../../../plugin/addresses/index.js';
import { agreed, reasonsOf } from '../../../plugin/changes/decision.js';
import { ConflictError } from '../../../plugin/errors.js';
import type { WantedSettings } from '../../../plugin/features/domain-mail/mail-settings.js';
import type { DomainRow } from '../../../plugin/panel/directory/domain.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { useTestAppEach } from '../../support/opened.js';

const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.example`);

for (const engine of engines) {
  describe(`a change of domains' mail settings on ${engine}`, () => {
    const app = useTestAppEach(engine);
    let marie: Viewer;

    beforeEach(async () => {
      marie = await viewerOf(app, await addAccount(app, 'marie', { planId: await addPlan(app) }));
      for (const name of names) {
        await addDomain(app, name, 'marie');
      }
    });

    const rows = async (): Promise<DomainRow[]> =>
      await app.db.knex<DomainRow>('domains').orderBy('name');

    const decideAll = async (wanted: WantedSettings, viewer = marie) => {
      const { settings } = app.features.domainMail;
      const domains = await rows();
      const facts = await settings.load(viewer, domains, wanted);
      return domains.map((row) => settings.decide(viewer, { row, facts }, wanted));
    };

    const switchedOff: WantedSettings = { settings: { enabled: false } };

    it('is decided for many domains with as few queries as for one', async () => {
      const wanted: WantedSettings = {
        settings: {
          unknown: { policy: 'forward', to: EmailAddress.parse('info@a.example') },
          webmail: 'roundcube',
          relayId: 7,
        },
      };
      const queries: string[] = [];
      app.db.knex.on('query', ({ sql }: { sql: string }) => queries.push(sql));
      const { settings } = app.features.domainMail;
      const domains = await rows();
      await settings.load(marie, domains.slice(0, 1), wanted);
      const forOne = queries.splice(0).length;
      const facts = await settings.load(marie, domains, wanted);
      assert.equal(queries.length, forOne - 1, 'the rows were read once, for the first');
      queries.splice(0);
      domains.forEach((row) => settings.decide(marie, { row, facts }, wanted));
      assert.deepEqual(queries, []);
    });

    it('decides between change, no change and refusal before anything is written', async () => {
      await app.db.knex('domains').where({ name: 'b.example' }).update({ mail_enabled: 0 });
      const kinds = (await decideAll(switchedOff)).map(({ kind }) => kind);
      assert.deepEqual(kinds, [
        'will-change',
        'already-so',
        'will-change',
        'will-change',
        'will-change',
      ]);
      const inside: WantedSettings = {
        settings: { unknown: { policy: 'redirect', ip: IpAddress.parse('10.0.0.1'), port: 25 } },
      };
      const [first, second] = await decideAll(inside);
      assert.ok(first?.kind === 'refused');
      assert.deepEqual(reasonsOf(first), [
        { field: 'redirectIp', key: 'domain-mail.errors.redirect-private' },
      ]);
      assert.equal(second?.kind, 'will-change', 'its mail is off');
      assert.equal((await decideAll(inside, app.operator))[0]?.kind, 'will-change');
    });

    it('names an address that mail cannot be forwarded to, for each domain', async () => {
      const wanted: WantedSettings = {
        settings: { unknown: { policy: 'forward', to: EmailAddress.parse('ghost@a.example') } },
      };
      for (const decision of await decideAll(wanted)) {
        assert.ok(decision.kind === 'refused');
        assert.deepEqual(
          reasonsOf(decision).map(({ field, key }) => [field, key]),
          [['forwardTo', 'mailboxes.errors.target-unknown']],
        );
      }
    });

    it('predicts which domains would forward in a loop, without trying', async () => {
      for (const [name, forward_to] of [
        ['a.example', 'x@b.example'],
        ['b.example', 'y@out.example'],
      ]) {
        const row = { unknown_policy: 'forward', forward_to };
        await app.db.knex('domains').where({ name }).update(row);
      }
      const planId = await addPlan(app);
      const paul = await viewerOf(app, await addAccount(app, 'paul', { planId }));
      const wanted: WantedSettings = {
        settings: { unknown: { policy: 'forward', to: EmailAddress.parse('z@a.example') } },
      };
      const refused = (await decideAll(wanted, paul)).map((decision) =>
        decision.kind === 'refused' ? reasonsOf(decision).map(({ key }) => key) : decision.kind,
      );
      assert.deepEqual(refused, [
        ['domain-mail.errors.forward-loop'],
        ['domain-mail.errors.forward-loop'],
        'will-change',
        'will-change',
        'will-change',
      ]);
    });

    it('keeps what is left out, and the fields of the former policy', async () => {
      const [row] = await rows();
      await app.db.knex('domains').where({ id: row?.id }).update({ reject_text: 'Nobody here.' });
      const bounce: WantedSettings = {
        settings: { unknown: { policy: 'bounce', text: 'Call us.' } },
      };
      await app.features.domainMail.change(marie, 'a.example', bounce);
      await app.features.domainMail.change(marie, 'a.example', { settings: { webmail: 'sogo' } });
      const { settings, kept } = await app.features.domainMail.page(marie, 'a.example');
      assert.deepEqual(settings, {
        enabled: true,
        unknown: { policy: 'bounce', text: 'Call us.' },
        webmail: 'sogo',
        relayId: undefined,
        limitPerHour: undefined,
      });
      assert.deepEqual(kept, { rejectText: 'Nobody here.' });
    });

    it('checks an existing policy only when the mail service or the policy changes', async () => {
      const row = { unknown_policy: 'redirect', redirect_ip: '10.0.0.1' };
      await app.db.knex('domains').where({ name: 'a.example' }).update(row);
      const [webmail] = await decideAll({ settings: { webmail: 'sogo' } });
      const [mail] = await decideAll({ settings: { enabled: true } });
      assert.deepEqual([webmail?.kind, mail?.kind], ['will-change', 'refused']);
    });

    it('is written for many domains in one transaction, as one group in the audit log', async () => {
      const decisions = await decideAll(switchedOff);
      const { settings } = app.features.domainMail;
      await app.changes.make(marie, async (changing) => {
        for (const decision of decisions) {
          await settings.write(changing, agreed(decision));
        }
      });
      assert.ok((await rows()).every((row) => row.mail_enabled === 0 && row.version === 2));
      const groups = await app.db
        .knex('audit_entries')
        .where({ action: 'domain-mail.changed' })
        .pluck('group_id');
      assert.equal(groups.length, names.length);
      assert.equal(new Set(groups).size, 1);
      assert.match(groups[0], /^[\da-f-]{36}$/);
    });

    it('is written for none when one of the domains has changed since the decision', async () => {
      const decisions = await decideAll(switchedOff);
      await app.db.knex('domains').where({ name: 'e.example' }).increment('version');
      const written = app.changes.make(marie, async (changing) => {
        for (const decision of decisions) {
          await app.features.domainMail.settings.write(changing, agreed(decision));
        }
      });
      await assert.rejects(written, ConflictError);
      assert.ok((await rows()).every((row) => row.mail_enabled === 1));
      assert.deepEqual(
        await app.db.knex('audit_entries').where({ action: 'domain-mail.changed' }),
        [],
      );
    });
  });
}
