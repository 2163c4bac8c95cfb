import assert from 'node:assert/strict';
import { DomainName } from '../../plugin/addresses/index.js';
import { newAliasForm, newMailboxForm } from '../../plugin/features/mailboxes/forms.js';
import { parseForm } from '../../plugin/web/forms.js';
import { addConfirmedServer } from '../support/confirmed-server.js';
import { relais } from '../support/cli.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../support/fixtures.js';
import { useServedApp } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';
import { BulkProgram } from './bulk-program.js';
import { askFor } from './pressing.js';
import { filesIn, reasonsIn } from './refusals-in-sources.js';

/** What is wanted of a domain's mail settings that a reason refuses, as each door takes it. */
interface Rule {
  /** Fields of the forms. */
  readonly fields: Readonly<Record<string, string>>;
  /** Options of the command. */
  readonly options: readonly string[];
  /** Whose domain it is; Marie's if left out. */
  readonly owner?: 'marie' | 'basic';
  /** Who asks; the owner if left out. */
  readonly by?: 'root';
  /** Whether the operator at the command line may do it. */
  readonly isForOthers?: boolean;
}

const password = 'nine small lamps glowing';

type Prepare = (domain: string) => Promise<Rule> | Rule;

const forward = (to: string): Rule => ({
  fields: { policy: 'forward', forwardTo: to },
  options: ['--unknown', 'forward', '--to', to],
});
const redirect = (to: string): Rule => ({
  fields: { policy: 'redirect', redirectIp: to },
  options: ['--unknown', 'redirect', '--to', to],
});

/** Rules about a plan are about this account's. */
const ownerFor = (key: string): 'marie' | 'basic' =>
  /not-in-plan|relay-not-offered/.test(key) ? 'basic' : 'marie';

const bulkFields = ({ fields }: Rule): Record<string, string> => ({
  ...fields,
  ...('relay' in fields && { outgoing: 'relay' }),
});

describe('a reason to refuse mail settings', () => {
  const { app, web } = useServedApp();
  let ids: Readonly<Record<'root' | 'marie' | 'paul' | 'basic', number>>;
  let count = 0;

  before(async () => {
    const planId = await addPlan(app);
    const basic = await addPlan(app, []);
    await app.db
      .knex('plans')
      .where({ id: basic })
      .update({ permissions: JSON.stringify(['domain-mail.change', 'api-tokens.manage']) });
    ids = {
      root: await addAccount(app, 'root', { role: 'administrator' }),
      marie: await addAccount(app, 'marie', { planId }),
      paul: await addAccount(app, 'paul', { planId }),
      basic: await addAccount(app, 'basic', { planId: basic }),
    };
    await addDomain(app, 'paul.example', 'paul');
    await addDomain(app, 'other.example', 'marie');
    await set('smtp-allowed-hosts', ['smtp.relay.test']);
  });

  const set = async (key: string, value: boolean | readonly string[]): Promise<void> =>
    app.features.settings.change(app.operator, {
      ...(await app.features.settings.read()),
      [key]: value,
    });

  const through =
    (server: Parameters<typeof addConfirmedServer>[2], more: Partial<Rule> = {}): Prepare =>
    async (domain) => {
      const owned = more.by === 'root' ? 'other.example' : domain;
      const title = `Relay ${count}`;
      const id = await addConfirmedServer(app, owned, { title, ...server });
      return {
        fields: { relay: title },
        options: ['--relay', String(id)],
        ...more,
      };
    };
  const suspendedMailbox = async (domain: string): Promise<string> => {
    const form = parseForm(newMailboxForm(DomainName.parse(domain)), { address: 'box', password });
    const id = await app.features.mailboxes.create(app.operator, domain, form);
    await app.features.mailboxes.suspend(app.operator, domain, id);
    return `box@${domain}`;
  };
  /** An address of somebody else, whose mail goes to the domain. */
  const addressInto = async (domain: string): Promise<string> => {
    const paul = await viewerOf(app, ids.paul);
    const typed = { address: 'loop', targets: `x@${domain}` };
    const form = parseForm(newAliasForm(DomainName.parse('paul.example')), typed);
    await app.features.aliases.create(paul, 'paul.example', form);
    return 'loop@paul.example';
  };

  const rules: Readonly<Record<string, Prepare>> = {
    'domain-mail.errors.policy-not-in-plan': () => ({
      fields: { policy: 'bounce', bounceText: 'Gone.' },
      options: ['--unknown', 'bounce', '--text', 'Gone.'],
      owner: 'basic',
      isForOthers: true,
    }),
    'domain-mail.errors.outside-not-in-plan': async () => {
      const [plan] = await app.db.knex('plans').where({ name: 'Everything' }).orderBy('id', 'desc');
      const permissions = JSON.stringify([
        'domain-mail.change',
        'domain-mail.forward',
        'api-tokens.manage',
      ]);
      await app.db.knex('plans').where({ id: plan.id }).update({ permissions });
      return { ...forward('anna@elsewhere.test'), owner: 'basic', isForOthers: true };
    },
    'domain-mail.errors.relay-not-in-plan': through({}, { owner: 'basic', isForOthers: true }),
    'plans.errors.limit-above-most': async () => {
      await app.db.knex('plans').update({ max_domain_per_hour: 100 });
      return {
        fields: { limit: 'own', limitPerHour: '101' },
        options: ['--limit', '101'],
        isForOthers: true,
      };
    },
    'domain-mail.errors.redirect-own-address': () => redirect('127.0.0.1'),
    'domain-mail.errors.redirect-private': () => ({ ...redirect('10.1.2.3'), isForOthers: true }),
    'domain-mail.errors.redirect-range': () => redirect('169.254.1.1'),
    'domain-mail.errors.reject-text-too-long': () => ({
      fields: { policy: 'reject', rejectText: 'ß'.repeat(300) },
      options: ['--unknown', 'reject', '--text', 'ß'.repeat(300)],
    }),
    'domain-mail.errors.forward-leaves-domain': async () => {
      await set('outgoing-control', true);
      return { ...forward('anna@elsewhere.test'), isForOthers: true };
    },
    'domain-mail.errors.forward-loop': async (domain) => forward(await addressInto(domain)),
    'domain-mail.errors.webmail-not-offered': () => ({
      fields: { webmail: 'snappymail' },
      options: ['--webmail', 'snappymail'],
    }),
    'domain-mail.errors.relay-not-offered': through({}, { by: 'root', owner: 'basic' }),
    'domain-mail.errors.relay-internal': through({
      host: '10.0.0.1',
      security: 'none',
      authentication: 'none',
    }),
    'domain-mail.errors.relay-xoauth2': through({ authentication: 'xoauth2' }),
    'domain-mail.errors.relay-by-address': through({ host: '198.41.0.4' }),
    'domain-mail.errors.relay-user': through({ user: 'a:b' }),
    'domain-mail.errors.relay-plain-login': through({
      security: 'none',
      authentication: 'cram-md5',
    }),
    'domain-mail.errors.relay-port': through({ port: 5870 }),
    'mailboxes.errors.target-domain-off': async () => {
      await addDomain(app, 'off.example', 'marie');
      await app.db.knex('domains').where({ name: 'off.example' }).update({ mail_enabled: 0 });
      return forward('x@off.example');
    },
    'mailboxes.errors.target-suspended': async (domain) => forward(await suspendedMailbox(domain)),
    'mailboxes.errors.target-unknown': () => forward('nobody@other.example'),
  };

  it('has an entry here for each that the sources define', () => {
    const defined = reasonsIn(
      'features/domain-mail/settings-decision.ts',
      'features/domain-mail/relays.ts',
      ...filesIn('features/domain-mail/policies'),
    );
    assert.ok(defined.length >= 20);
    assert.deepEqual(Object.keys(rules).toSorted(), defined);
  });

  for (const [key, prepare] of Object.entries(rules)) {
    it(`is the same at each door: ${key}`, async () => {
      count += 1;
      const domain = `d${count}.example`;
      const owner = ownerFor(key);
      await addDomain(app, domain, owner);
      const rule = await prepare(domain);
      assert.equal(rule.owner ?? 'marie', owner);
      try {
        const said = await byProgram(rule, domain, owner);
        assert.equal(said.code, key);
        await onPages(rule, domain, said.detail);
        await atTerminal(rule, domain, said.detail);
      } finally {
        await set('outgoing-control', false);
      }
    });
  }

  const asking = ({ by, owner = 'marie' }: Rule): number => ids[by ?? owner];

  const byProgram = async (
    rule: Rule,
    domain: string,
    owner: string,
  ): Promise<{ readonly code: string; readonly detail: string }> => {
    await app.db.knex('rate_limits').delete();
    const program = await BulkProgram.of(app, web, await viewerOf(app, asking(rule)));
    const { id } = await app.db.knex('domains').where({ name: domain }).first('id');
    const action = { action: 'domains.settings', ids: [id], set: bulkFields(rule), dry_run: true };
    const { json } = await program.post(action);
    assert.deepEqual(json.counts, { 'will-change': 0, 'already-so': 0, refused: 1 }, owner);
    const [reason] = json.rows[0]?.reasons ?? [];
    assert.ok(reason !== undefined);
    return reason;
  };

  const onPages = async (rule: Rule, domain: string, detail: string): Promise<void> => {
    const visitor = await Visitor.signedIn(web, app, asking(rule));
    const { version } = await app.db.knex('domains').where({ name: domain }).first('version');
    await visitor.get('/preferences');
    const form = await visitor.post(`/domains/${domain}/mail-settings`, {
      version: String(version),
      mailEnabled: '1',
      policy: 'reject',
      ...rule.fields,
    });
    assert.equal(form.status, 422);
    assert.ok(form.text.includes(detail), form.text);
    const { id } = await app.db.knex('domains').where({ name: domain }).first('id');
    const fields = { ids: String(id), typed: '1', ...bulkFields(rule) };
    const { text } = await askFor(visitor, '/domains/selected/settings', fields);
    assert.ok(text.includes(detail), text);
  };

  const atTerminal = async (rule: Rule, domain: string, detail: string): Promise<void> => {
    const run = (...args: readonly string[]) =>
      relais(app.config.dataFolder, 'domain', 'set', ...args, ...rule.options);
    const owner = rule.owner ?? 'marie';
    const many = await run('--where', `owner=${owner}`, '--where', 'mail=on', '--dry-run');
    assert.equal(many.code, 0, many.errors);
    assert.equal(many.out.includes(detail), rule.isForOthers !== true, many.out);
    if (rule.isForOthers === true) {
      return;
    }
    const one = await run(domain);
    assert.equal(one.code, 1);
    assert.ok(one.errors.includes(detail), one.errors);
  };
});
