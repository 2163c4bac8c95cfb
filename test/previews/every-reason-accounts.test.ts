import assert from 'node:assert/strict';
import { addAccount, addDomain, addPlan } from '../support/fixtures.js';
import { useServedApp } from '../support/served-app.js';
import { Doors, type Rule, noRows, operatorMay } from './doors.js';
import { reasonsIn } from './refusals-in-sources.js';

const nobodyElse = { unmet: 'administrators cannot suspend themselves on pages' } as const;
const atOperator = { unmet: 'the operator has no account' } as const;

/** What actions on rows do not have. */
const field = (rule: Rule, option: readonly string[], login: string): Rule => ({
  ...rule,
  rows: noRows,
  program: noRows,
  command: ['account', 'set', login, ...option],
  matching: noRows,
});

describe('a reason to refuse a change of accounts', () => {
  const { app, web } = useServedApp();
  let root: number;
  let north: number;
  let plans: Readonly<Record<'big' | 'small' | 'others', number>>;
  let count = 0;

  before(async () => {
    root = await addAccount(app, 'root', { role: 'administrator', locale: 'en' });
    plans = {
      big: await namedPlan('Big'),
      small: await namedPlan('Small', { max_domain_per_hour: 50, max_account_per_hour: 50 }),
      others: await namedPlan('Theirs'),
    };
    north = await addAccount(app, 'north', { role: 'reseller', planId: plans.small, locale: 'en' });
    const south = await addAccount(app, 'south', { role: 'reseller' });
    await app.db.knex('plans').where({ id: plans.others }).update({ owner_id: south });
  });

  const namedPlan = async (name: string, numbers: object = {}): Promise<number> => {
    const id = await addPlan(app);
    await app.db
      .knex('plans')
      .where({ id })
      .update({ name, sort_name: name.toLowerCase(), ...numbers });
    return id;
  };
  /** A customer with a domain. */
  const customer = async (more: object = {}): Promise<{ id: number; login: string }> => {
    count += 1;
    const login = `customer${count}`;
    const id = await addAccount(app, login, { planId: plans.big, ...more });
    await addDomain(app, `${login}.example`, login);
    return { id, login };
  };

  /** @param asked the plan, with what else the form has. */
  const plan = (
    { id, login }: { readonly id: number; readonly login: string },
    name: keyof typeof plans,
    more: Readonly<Record<string, string>> = {},
  ): Rule => {
    const title = { big: 'Big', small: 'Small', others: 'Theirs' }[name];
    const options = more['excess'] === undefined ? [] : ['--excess', more['excess']];
    const { excess = 'keep', role = 'customer' } = more;
    return {
      by: root,
      id,
      form: {
        path: `/accounts/${id}`,
        fields: {
          version: '1',
          role: 'customer',
          name: login,
          email: `${login}@owners.example`,
          plan: String(plans[name]),
          ...more,
        },
      },
      rows: { path: '/accounts/selected/plan', fields: { plan: title, excess } },
      program: { action: 'accounts.plan', set: { plan: title, excess } },
      command: ['account', 'set', login, '--plan', title, ...options],
      matching: ['account', 'set', '--where', `role=${role}`, '--plan', title, ...options],
    };
  };
  const suspension = (id: number, login: string): Rule => ({
    by: root,
    id,
    form: { path: `/accounts/${id}/suspension`, fields: {} },
    rows: { path: '/accounts/selected/suspension', fields: {} },
    program: { action: 'accounts.suspend' },
    command: ['account', 'suspend', login],
    matching: ['account', 'suspend', '--where', 'role=administrator'],
  });
  const rules: Readonly<Record<string, () => Promise<Rule>>> = {
    'accounts.errors.own': async () => ({
      ...suspension(root, 'root'),
      command: atOperator,
      matching: atOperator,
    }),
    'accounts.errors.last-administrator': async () => ({
      ...suspension(root, 'root'),
      form: nobodyElse,
      rows: nobodyElse,
      program: nobodyElse,
    }),
    'accounts.errors.administrators-plan': async () => {
      const id = await addAccount(app, 'second', { role: 'administrator' });
      return {
        ...plan({ id, login: 'second' }, 'big', { role: 'administrator' }),
      };
    },
    'accounts.errors.plan-of-other': async () => plan(await customer(), 'others'),
    'accounts.errors.plan-beyond-own': async () => ({
      ...plan(await customer({ parentId: north, planId: plans.small }), 'big'),
      by: north,
      command: operatorMay,
      matching: operatorMay,
    }),
    'plans.errors.own-above': async () => {
      const one = await customer();
      const name = `${one.login}.example`;
      await app.db.knex('domains').where({ name }).update({ limit_per_hour: 90 });
      const rule = plan(one, 'small', { excess: 'refuse' });
      // Its form leads to the preview, which says the same.
      assert.ok('path' in rule.form);
      return { ...rule, args: { count: 1, names: name } };
    },
    'plans.errors.limit-above-most': async () => {
      const one = await customer({ parentId: north, planId: plans.small });
      const own = { limit: 'own', limitPerHour: '51' };
      const rule = field({ ...plan(one, 'small', own), by: north }, [], one.login);
      return { ...rule, args: { count: 50 }, command: operatorMay };
    },
    'accounts.errors.has-customers': async () => {
      const id = await addAccount(app, 'parent', { role: 'reseller' });
      await customer({ parentId: id });
      return field(plan({ id, login: 'parent' }, 'big'), ['--role', 'customer'], 'parent');
    },
    'accounts.errors.has-plans': async () => {
      const id = await addAccount(app, 'maker', { role: 'reseller' });
      const own = await namedPlan('Made');
      await app.db.knex('plans').where({ id: own }).update({ owner_id: id });
      return field(plan({ id, login: 'maker' }, 'big'), ['--role', 'customer'], 'maker');
    },
    'accounts.errors.changed-meanwhile': async () => {
      const one = await customer();
      await app.db.knex('accounts').where({ id: one.id }).update({ version: 7 });
      return {
        ...field(plan(one, 'big'), [], one.login),
        args: { login: one.login },
        command: { unmet: 'the command reads the version itself' },
      };
    },
  };

  it('has an entry here for each that the sources define', () => {
    const folder = 'panel/standalone/accounts';
    const defined = reasonsIn(
      ...['account-change', 'account-suspension', 'rows-accounts', 'placements', 'manageable'].map(
        (file) => `${folder}/${file}.ts`,
      ),
    );
    assert.deepEqual(Object.keys(rules).toSorted(), defined);
  });

  for (const [key, prepare] of Object.entries(rules)) {
    it(`is the same at each door: ${key}`, async () => {
      await new Doors(app, web, 'accounts.manage').refuse(key, await prepare());
    });
  }
});
