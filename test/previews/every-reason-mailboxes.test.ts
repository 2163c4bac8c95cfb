import assert from 'node:assert/strict';
import { DomainName, EmailAddress } from '../../plugin/addresses/index.js';
import { newAliasForm, newMailboxForm } from '../../plugin/features/mailboxes/forms.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { parseForm } from '../../plugin/web/forms.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../support/fixtures.js';
import { useServedApp } from '../support/served-app.js';
import { Doors, type Rule, noRows, operatorMay } from './doors.js';
import { reasonsIn } from './refusals-in-sources.js';

const password = 'nine small lamps glowing';
const megabyte = 1024 ** 2;
const onlyOnPage = { unmet: 'only the page shows it before' } as const;

/** What files say that decide about mailboxes, but about other things. */
const ofOthers = ['domains.errors.plan-full', 'mailboxes.errors.other-domain'];

describe('a reason to refuse a change of mailboxes', () => {
  const { app, web } = useServedApp();
  let planId: number;
  let marie: Viewer;
  let paul: Viewer;
  let count = 0;

  before(async () => {
    planId = await addPlan(app);
    marie = await viewerOf(app, await addAccount(app, 'marie', { planId, locale: 'en' }));
    paul = await viewerOf(app, await addAccount(app, 'paul', { planId }));
  });

  interface Made {
    readonly id: number;
    readonly address: string;
    readonly domain: string;
    readonly page: string;
    readonly list: string;
    readonly version: string;
  }

  /** A mailbox of a new domain. */
  const made = async (): Promise<Made> => {
    count += 1;
    const domain = `m${count}.example`;
    await app.db.knex('plans').where({ id: planId }).update({
      max_quota_bytes: null,
      max_all_quota_bytes: null,
      max_mailbox_per_hour: null,
    });
    await addDomain(app, domain, 'marie');
    const typed = { address: 'box', password, quotaMegabytes: '5', imap: '1', pop3: '1' };
    const form = parseForm(newMailboxForm(DomainName.parse(domain)), typed);
    const id = await app.features.mailboxes.create(marie, domain, form);
    const list = `/domains/${domain}/mailboxes`;
    return { id, address: `box@${domain}`, domain, list, page: `${list}/${id}`, version: '1' };
  };
  const limit = (numbers: object): Promise<number> =>
    app.db.knex('plans').where({ id: planId }).update(numbers);
  const forwardTo = (domain: string, to: string): Promise<unknown> =>
    app.features.domainMail.change(marie, domain, {
      settings: { unknown: { policy: 'forward', to: EmailAddress.parse(to) } },
    });
  const addAlias = async (
    domain: string,
    address: string,
    targets: string,
    by = marie,
  ): Promise<unknown> => {
    const form = parseForm(newAliasForm(DomainName.parse(domain)), { address, targets });
    return await app.features.aliases.create(by, domain, form);
  };

  const quota = (box: Made, megabytes: number): Rule => ({
    by: marie.accountId,
    id: box.id,
    form: {
      path: box.page,
      fields: { version: box.version, quotaMegabytes: String(megabytes), imap: '1', pop3: '1' },
    },
    rows: {
      path: `${box.list}/selected/settings`,
      fields:
        megabytes === 0 ? { quota: 'none' } : { quota: 'size', quotaMegabytes: String(megabytes) },
    },
    program: {
      action: 'mailboxes.settings',
      set: megabytes === 0 ? { quota: 'none' } : { quotaMegabytes: String(megabytes) },
    },
    command: operatorMay,
    matching: operatorMay,
  });
  const onPage = (box: Made, fields: Readonly<Record<string, string>>): Rule => ({
    by: marie.accountId,
    id: box.id,
    form: {
      path: box.page,
      fields: { version: box.version, quotaMegabytes: '5', imap: '1', pop3: '1', ...fields },
    },
    rows: noRows,
    program: noRows,
    command: noRows,
    matching: noRows,
  });
  const suspension = (box: Made): Rule => ({
    by: marie.accountId,
    id: box.id,
    form: { path: `${box.page}/suspension`, fields: { confirmed: '1' } },
    rows: { path: `${box.list}/selected/suspension`, fields: {} },
    program: { action: 'mailboxes.suspend' },
    command: ['mailbox', 'suspend', box.address],
    matching: ['mailbox', 'suspend', '--where', `domain=${box.domain}`],
  });
  const removal = (box: Made): Rule => ({
    by: marie.accountId,
    id: box.id,
    form: { path: `${box.page}/removal`, fields: { expected: '1;;' } },
    rows: { path: `${box.list}/selected/removal`, fields: {} },
    program: { action: 'mailboxes.remove' },
    command: ['mailbox', 'remove', box.address, '--yes'],
    matching: { unmet: 'the command removes one' },
  });

  const rules: Readonly<Record<string, () => Promise<Rule>>> = {
    'mailboxes.errors.quota-above-plan': async () => {
      const box = await made();
      await limit({ max_quota_bytes: 10 * megabyte });
      return { ...quota(box, 11), args: { count: 10 } };
    },
    'mailboxes.errors.quota-unlimited': async () => {
      const box = await made();
      await limit({ max_quota_bytes: 10 * megabyte });
      return { ...quota(box, 0), args: { count: 10 } };
    },
    'mailboxes.errors.quota-in-all': async () => {
      const box = await made();
      const [row] = await app.db.knex('mailboxes').sum('quota_bytes as sum');
      const sum = Number(row?.['sum']);
      await limit({ max_all_quota_bytes: sum + megabyte });
      const all = sum / megabyte + 1;
      return { ...quota(box, 7), args: { count: all, left: 1 } };
    },
    'mailboxes.errors.quota': async () => ({
      ...quota(await made(), 10_000_001),
      args: { count: 10_000_000 },
      command: ['mailbox', 'set', `box@m${count}.example`, '--quota', '10000001'],
      matching: ['mailbox', 'set', '--where', `domain=m${count}.example`, '--quota', '10000001'],
    }),
    'plans.errors.limit-above-most': async () => {
      const box = await made();
      await limit({ max_mailbox_per_hour: 50 });
      return { ...onPage(box, { limit: 'own', limitPerHour: '51' }), args: { count: 50 } };
    },
    'mailboxes.errors.password-weak': async () =>
      onPage(await made(), { password: 'aaaaaaaaaaaaaa' }),
    'mailboxes.errors.password-address': async () => {
      const box = await made();
      return onPage(box, { password: box.address });
    },
    'mailboxes.errors.changed-meanwhile': async () => {
      const box = await made();
      await app.features.mailboxes.change(marie, box.domain, box.id, { quotaMegabytes: 6 });
      const { address } = box;
      return { ...onPage(box, { quotaMegabytes: '7' }), args: { address } };
    },
    'mailboxes.errors.suspended-forwarding': async () => {
      const box = await made();
      await forwardTo(box.domain, box.address);
      return { ...suspension(box), args: { domain: box.domain } };
    },
    'mailboxes.errors.suspension-unconfirmed': async () => {
      const box = await made();
      await addAlias(box.domain, 'team', box.address);
      const shown = { unmet: 'the consequences for aliases are shown to be confirmed' };
      await assert.rejects(app.features.mailboxes.suspend(marie, box.domain, box.id), {
        key: 'mailboxes.errors.suspension-unconfirmed',
      });
      return {
        ...suspension(box),
        form: shown,
        rows: shown,
        program: shown,
        command: shown,
        matching: shown,
      };
    },
    'mailboxes.errors.is-forwarded-to': async () => {
      const box = await made();
      await forwardTo(box.domain, box.address);
      return { ...removal(box), args: { address: box.address, domains: box.domain } };
    },
    'mailboxes.errors.removal-loop': async () => {
      const box = await made();
      const other = `o${count}.example`;
      await addDomain(app, other, 'paul');
      await addAlias(other, 'detour', box.address, paul);
      await forwardTo(box.domain, `detour@${other}`);
      const command = { unmet: 'the operator sees the alias, which is in the way before' };
      return { ...removal(box), args: { address: box.address }, command };
    },
    'mailboxes.errors.removal-changed': async () => {
      const box = await made();
      await addAlias(box.domain, 'team', box.address);
      return {
        ...removal(box),
        args: { address: box.address },
        rows: onlyOnPage,
        program: onlyOnPage,
        command: { unmet: 'the command reads the consequences itself' },
      };
    },
  };

  it('has an entry here for each that the sources define', () => {
    const defined = reasonsIn(
      'features/mailboxes/mailbox-change.ts',
      'features/mailboxes/mailbox-suspension.ts',
      'features/mailboxes/address-removal.ts',
    );
    assert.deepEqual([...Object.keys(rules), ...ofOthers].toSorted(), defined);
  });

  for (const [key, prepare] of Object.entries(rules)) {
    it(`is the same at each door: ${key}`, async () => {
      await new Doors(app, web, 'mailboxes.manage').refuse(key, await prepare());
    });
  }
});
