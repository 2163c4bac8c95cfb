import assert from 'node:assert/strict';
import { type DomainRow } from '../../plugin/panel/directory/domain.js';
import { exchangerKinds } from '../../plugin/features/domain-mail/index.js';
import { listsOf } from '../../plugin/features.js';
import type { Filter } from '../../plugin/tables/filter.js';
import { plansOfMany } from '../../plugin/panel/directory/effective-plans.js';
import { Picker } from '../../plugin/tables/picker.js';
import type { AnyTable } from '../../plugin/tables/table.js';
import { TableQuery } from '../../plugin/tables/table-query.js';
import { parseTableState } from '../../plugin/tables/table-state.js';
import type { Scope } from '../../plugin/viewing/scope.js';
import { type Sample, domains, fillSample } from '../browser/sample.js';
import { engines } from '../support/app.js';
import { addEntries } from '../support/entries.js';
import { useTestApp } from '../support/opened.js';
import {
  type Row,
  groupsOf,
  limitsOfDomains,
  ownersOfDomains,
  ranges,
  references,
  typed,
  withSuspendedMailboxes,
} from './filter-references.js';

for (const engine of engines) {
  describe(`the filters of every list on ${engine}`, () => {
    const app = useTestApp(engine);
    let sample: Sample;
    let lists: readonly AnyTable[];
    let scopes: readonly Scope[];
    let parent: number;

    before(async () => {
      sample = await fillSample(app);
      // Rows of previews have no scope of their own; test/previews/lists.test.ts filters them.
      lists = (await listsOf(app.registered)).filter(
        ({ filters = [], parent: of }) => filters.length > 0 && of !== 'p.preview_id',
      );
      scopes = [
        { kind: 'all' },
        { kind: 'reseller', accountId: sample.reseller.id },
        { kind: 'owner', accountId: sample.customer.id },
      ];
      const { knex } = app.db;
      const domain = await knex<DomainRow>('domains').where({ name: domains.usual }).first();
      parent = Number(domain?.id);
      await knex('mailboxes').where({ domain_id: parent }).limit(1).update({ pop3: 0 });
      await knex('mailboxes').where({ domain_id: parent }).limit(2).update({ suspended: 1 });
      const boxes = await knex('mailboxes').where({ domain_id: parent }).orderBy('id').pluck('id');
      for (const [index, megabytes] of [0, 512, 1024, 1536, 1537, 2048].entries()) {
        const quota_bytes = megabytes * 1024 ** 2;
        await knex('mailboxes')
          .where('id', '>=', boxes[index] ?? Number.MAX_SAFE_INTEGER)
          .update({ quota_bytes });
      }
      const some = await knex('domains').orderBy('id').limit(9).pluck('id');
      for (const [index, id] of some.entries()) {
        const created_at = Date.now() - index ** 3 * 24 * 60 * 60 * 1000;
        const mx = exchangerKinds[index % exchangerKinds.length];
        const webmail = ['roundcube', null][index % 2];
        const limit_per_hour = [null, 0, 20][index % 3];
        const changed_at = index % 4 === 0 ? null : created_at;
        const columns = { created_at, mx, webmail, limit_per_hour, changed_at };
        await knex('domains').where({ id }).update(columns);
      }
      await limitPlans();
      const suspended: number[] = await knex('mailboxes').where('suspended', 1).pluck('domain_id');
      suspended.forEach((id) => withSuspendedMailboxes.add(id));
      for (const each of await knex<DomainRow>('domains').select('id', 'owner_id')) {
        ownersOfDomains.set(each.id, each.owner_id);
      }
      await knex('accounts').where({ login: 'hughes' }).update({ suspended: 1 });
      const [server] = await knex('smtp_servers')
        .where({ owner_id: sample.customer.id })
        .pluck('id');
      await knex('domains').where({ id: parent }).update({ relay_id: server });
      await knex('messages').where({ state: 'sent' }).update({ server_id: server });
      await knex('webmails').where({ key: 'sogo' }).update({ address: 'http://x.example/' });
      await knex('webmails').where({ key: 'snappymail' }).update({ address: null });
      await fillLog();
      for (const entry of await knex('audit_entries').whereNotNull('domain')) {
        const groups = groupsOf.get(entry.domain) ?? new Set();
        groupsOf.set(entry.domain, groups.add(entry.group_id));
      }
    });

    /** Own numbers and presets of customers and resellers, with and without zeros. */
    const limitPlans = async (): Promise<void> => {
      const { knex } = app.db;
      const numbers = [{}, { domain_per_hour: 0 }, { max_domain_per_hour: 10 }];
      const plans: number[] = await knex('plans').orderBy('id').pluck('id');
      for (const [index, id] of plans.entries()) {
        await knex('plans')
          .where({ id })
          .update({ domain_per_hour: null, ...numbers[index % 3] });
      }
      const rows = await knex<DomainRow>('domains');
      const ofOwners = await plansOfMany(
        knex,
        rows.map((row) => row.owner_id),
      );
      for (const row of rows) {
        const own = row.limit_per_hour ?? undefined;
        const value = ofOwners.get(row.owner_id)?.outgoing('domain', own).value;
        const word = value === undefined ? 'unlimited' : value === 0 ? 'none' : 'limited';
        limitsOfDomains.set(row.id, new Set([word, ...(own === undefined ? [] : ['own'])]));
      }
      const met = new Set([...limitsOfDomains.values()].flatMap((each) => [...each]));
      assert.equal(met.size, 4, [...met].join());
    };

    const fillLog = async (): Promise<void> => {
      for (const [index, { key }] of lists.entries()) {
        for (const days of [0, 3, 20, 90]) {
          await addEntries(app.db, [
            {
              at: Date.now() - days * 24 * 60 * 60 * 1000,
              actor_id: index % 2 === 0 ? sample.customer.id : sample.administrator.id,
              acting_as: index % 2 === 0 ? null : 'morel',
              origin: index % 2 === 0 ? '192.0.2.7' : 'test',
              action: key === 'domains' ? 'domain.created' : 'domain-mail.changed',
              subject: key,
              domain: days === 3 ? 'gone.example' : null,
              owner_id: index % 3 === 0 ? null : sample.customer.id,
              reseller_id: index % 3 === 0 ? null : sample.reseller.id,
            },
          ]);
        }
      }
    };

    const idsOf = async (list: AnyTable, scope: Scope, query: object): Promise<number[]> => {
      const state = parseTableState(list, { ...query });
      const table = new TableQuery<{ id: number }>(app.db, list);
      const listing = { scope, state, parent };
      const ids: number[] = [];
      for await (const rows of table.all(listing)) {
        ids.push(...rows.map(({ id }) => id));
      }
      assert.equal(await table.countAll(listing), ids.length);
      const page = await table.page({ ...listing, state: { ...state, size: 100 } });
      assert.deepEqual(
        page.rows.map(({ id }) => id),
        ids.slice(0, 100),
        'a page has what an export has',
      );
      return ids;
    };

    /** What a filter can be set to, with what the reference computation compares. */
    const choicesOf = async (
      filter: Filter,
      scope: Scope,
    ): Promise<(readonly [sent: object, compared: string | number])[]> => {
      const { key } = filter;
      if (filter.kind === 'range') {
        return (ranges[filter.measure] ?? []).map(([from, to]) => {
          const sent = { [`${key}-from`]: from, [`${key}-to`]: to };
          return [sent, `${from}..${to}`] as const;
        });
      }
      if (filter.kind === 'text') {
        return (typed[key] ?? []).map((text) => [{ [key]: text }, text] as const);
      }
      if (filter.kind !== 'thing') {
        return Object.keys(filter.options).map((option) => [{ [key]: option }, option] as const);
      }
      const found = await new Picker<object>(app.db, filter.of).suggest(scope, '');
      return found.map(({ id, name }) => [{ [key]: name }, id] as const);
    };

    it('show the same rows as a reference computation, in every scope', async () => {
      const accounts = new Map<number, Row>(
        (await app.db.knex('accounts')).map((row: Row) => [Number(row['id']), row]),
      );
      let shown = 0;
      for (const { list, scope, filter } of combinations()) {
        const reference = references[list.key]?.[filter.key];
        assert.ok(reference, `${list.key} by ${filter.key} has no reference`);
        const rows: Row[] = await app.db.knex(tableOf(list));
        const byId = new Map(rows.map((row) => [Number(row['id']), row]));
        const everything = await idsOf(list, scope, {});
        for (const [sent, compared] of await choicesOf(filter, scope)) {
          const expected: number[] = everything.filter((id) =>
            reference(byId.get(id) ?? {}, compared, accounts),
          );
          const found = await idsOf(list, scope, sent);
          assert.deepEqual(found, expected, `${list.key} ${scope.kind} ${JSON.stringify(sent)}`);
          shown += found.length;
        }
      }
      assert.ok(shown > 500, `${shown} rows`);
    });

    const combinations = (): { list: AnyTable; scope: Scope; filter: Filter }[] =>
      lists.flatMap((list) =>
        scopes.flatMap((scope) =>
          (list.filters ?? []).map((filter: Filter) => ({ list, scope, filter })),
        ),
      );

    it('combine with each other and with the search, in any order', async () => {
      const list = lists.find(({ key }) => key === 'domains');
      assert.ok(list);
      const rows: Row[] = await app.db.knex('domains').orderBy(['created_at', 'id']);
      const query = { mail: 'on', suspended: 'no', q: 'example', sort: 'created', dir: 'asc' };
      const expected = rows.filter((row) => row['mail_enabled'] === 1 && row['suspended'] === 0);
      assert.deepEqual(
        await idsOf(list, { kind: 'all' }, query),
        expected.map(({ id }) => id),
      );
      const rare = { ...query, q: 'boulangerie-morel', owner: 'morel' };
      assert.deepEqual(await idsOf(list, { kind: 'all' }, rare), [parent]);
      assert.deepEqual(await idsOf(list, { kind: 'all' }, { ...rare, owner: 'dupont' }), []);
    });

    it('accept several options, and show nothing for foreign or unknown names', async () => {
      const [messages, accounts] = ['messages', 'accounts'].map((key) =>
        lists.find((list) => list.key === key),
      );
      assert.ok(messages && accounts);
      const rows: Row[] = await app.db.knex('messages');
      const either = rows.filter(({ state }) => state === 'sent' || state === 'failed').length;
      const found = await idsOf(messages, { kind: 'all' }, { state: ['sent', 'failed'] });
      assert.equal(found.length, either);
      assert.ok(either > 0);
      const [, reseller] = scopes;
      assert.ok(reseller);
      assert.deepEqual(await idsOf(messages, reseller, { account: 'nordwind' }), []);
      assert.deepEqual(await idsOf(messages, reseller, { account: 'nobody at all' }), []);
    });
  });
}

function tableOf({ key }: AnyTable): string {
  const others = {
    'smtp-servers': 'smtp_servers',
    webmail: 'webmails',
    audit: 'audit_acts',
    removed: 'removals',
  };
  return new Map(Object.entries(others)).get(key) ?? key;
}
