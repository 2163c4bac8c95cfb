import assert from 'node:assert/strict';
import { pickableMailboxes } from '../../plugin/features/mailboxes/pickable.js';
import { pickableServices } from '../../plugin/features/messages/pickable.js';
import { pickableServers } from '../../plugin/features/smtp-servers/pickable.js';
import { pickableAccounts, pickableDomains } from '../../plugin/panel/directory/pickables.js';
import { pickablesOf } from '../../plugin/feature.js';
import { registrations } from '../../plugin/features.js';
import { NamedThings } from '../../plugin/tables/named-things.js';
import type { AnyPickable } from '../../plugin/tables/pickable.js';
import { Picker } from '../../plugin/tables/picker.js';
import type { Scope } from '../../plugin/viewing/scope.js';
import { engines } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';
import { recordedQueries } from './recorded-queries.js';

for (const engine of engines) {
  describe(`things in a picker on ${engine}`, () => {
    const app = useTestApp(engine);
    let pickables: readonly AnyPickable[];
    let north: Scope & { readonly kind: 'reseller' };
    let marie: Scope;
    const all: Scope = { kind: 'all' };

    before(async () => {
      pickables = await pickablesOf(registrations);
      const northId = await addAccount(app, 'north', { role: 'reseller', name: 'North Hosting' });
      const marieId = await addAccount(app, 'marie', { parentId: northId, name: 'Marie Curie' });
      const annaId = await addAccount(app, 'anna', { name: 'Anna-Marie Lévy' });
      north = { kind: 'reseller', accountId: northId };
      marie = { kind: 'owner', accountId: marieId };
      await addDomain(app, 'bücher.example', 'marie');
      await addDomain(app, 'bucher.example', 'anna');
      await addDomain(app, 'old-books.example', 'marie');
      for (const [owner, title] of [
        [marieId, 'Office'],
        [marieId, 'Office'],
        [marieId, 'Newsletter'],
        [annaId, 'Office'],
      ] as const) {
        await app.db.knex('smtp_servers').insert(serverRow(owner, title, northId));
      }
      const domains: { id: number; name: string }[] = await app.db.knex('domains');
      for (const { id, name } of domains) {
        await app.db.knex('mailboxes').insert(mailboxRow(id, `info@${name}`));
      }
      await app.panel.accountStore.insert(app.db.knex, {
        role: 'mail-user',
        login: 'marie@old-books.example',
        name: 'marie',
        email: 'marie@old-books.example',
      });
    });

    type Names = (pickable: AnyPickable, text: string, scope?: Scope) => Promise<string[]>;
    const suggested: Names = async (pickable, text, scope = all) =>
      (await new Picker(app.db, pickable).suggest(scope, text)).map(({ name }) => name);
    const named: Names = async (pickable, text, scope = all) =>
      (await new NamedThings(app.db, pickable).named(scope, text)).map(({ name }) => name);

    it('are suggested by the beginning of their names first, then by any part', async () => {
      assert.deepEqual(await suggested(pickableAccounts, 'MA'), ['marie']);
      assert.deepEqual(await suggested(pickableAccounts, 'mar'), ['marie', 'anna']);
      assert.deepEqual(await suggested(pickableAccounts, 'levy'), ['anna']);
      assert.deepEqual(await suggested(pickableAccounts, ''), ['anna', 'marie', 'north']);
      assert.deepEqual(await suggested(pickableDomains, 'büch'), [
        'bücher.example',
        'bucher.example',
      ]);
      assert.deepEqual(await suggested(pickableDomains, 'books'), ['old-books.example']);
      assert.deepEqual(await suggested(pickableDomains, 'curie'), [
        'bücher.example',
        'old-books.example',
      ]);
      assert.deepEqual(await suggested(pickableMailboxes, 'info@b'), ['info@bucher.example']);
      assert.deepEqual(await suggested(pickableMailboxes, 'books'), ['info@old-books.example']);
      assert.deepEqual(await suggested(pickableServers, 'news'), ['Newsletter #3']);
      assert.deepEqual(await suggested(pickableServers, 'smtp.office'), [
        'Newsletter #3',
        'Office #1',
        'Office #2',
        'Office #4',
      ]);
    });

    it('are found within the scope only', async () => {
      assert.deepEqual(await suggested(pickableAccounts, '', north), ['marie', 'north']);
      assert.deepEqual(await suggested(pickableAccounts, 'mar', north), ['marie']);
      assert.deepEqual(await suggested(pickableAccounts, 'curie', marie), ['marie']);
      assert.deepEqual(await suggested(pickableDomains, 'b', marie), ['bücher.example']);
      assert.deepEqual(await suggested(pickableMailboxes, 'info', marie), [
        'info@old-books.example',
        'info@bücher.example',
      ]);
      assert.deepEqual(await suggested(pickableServers, 'office', marie), [
        'Office #1',
        'Office #2',
        'Newsletter #3',
      ]);
      assert.deepEqual(await named(pickableAccounts, 'anna', north), []);
      assert.deepEqual(await named(pickableServers, 'Office #4', marie), []);
      for (const pickable of pickables) {
        assert.deepEqual(
          await suggested(pickable, '', { kind: 'mailbox', mailboxId: 1 }),
          [],
          pickable.key,
        );
        assert.deepEqual(
          await suggested(pickable, '', { kind: 'owner', accountId: 99 }),
          [],
          pickable.key,
        );
      }
    });

    it('are named by their full name in any spelling', async () => {
      assert.deepEqual(await named(pickableAccounts, ' Marie '), ['marie']);
      assert.deepEqual(await named(pickableAccounts, 'mar'), []);
      assert.deepEqual(await named(pickableAccounts, 'marie@old-books.example'), []);
      assert.deepEqual(await named(pickableDomains, 'BÜCHER.example'), ['bücher.example']);
      assert.deepEqual(await named(pickableDomains, 'xn--bcher-kva.example'), ['bücher.example']);
      assert.deepEqual(await named(pickableDomains, 'bucher.example'), ['bucher.example']);
      assert.deepEqual(await named(pickableMailboxes, 'INFO@BÜCHER.example'), [
        'info@bücher.example',
      ]);
      assert.deepEqual(await named(pickableServers, 'office', marie), ['Office #1', 'Office #2']);
      assert.deepEqual(await named(pickableServers, 'office #2', marie), ['Office #2']);
      assert.deepEqual(await named(pickableServers, 'Newsletter'), ['Newsletter #3']);
      assert.deepEqual(await named(pickableServers, ''), []);
    });

    const refusal = (pickable: AnyPickable, text: string, scope: Scope = all) =>
      new Picker(app.db, pickable).refusal(scope, text);

    it('are not named by an ambiguous or unknown name, for which there is a reason', async () => {
      assert.deepEqual(await refusal(pickableAccounts, 'zoe'), {
        key: 'accounts.not-found.accounts',
        args: { text: 'zoe' },
      });
      assert.deepEqual(await refusal(pickableAccounts, 'ann', north), {
        key: 'accounts.not-found.accounts',
        args: { text: 'ann' },
      });
      assert.deepEqual(await refusal(pickableServers, 'Office'), {
        key: 'picker.several',
        args: { text: 'Office', names: 'Office #1, Office #2, Office #4' },
      });
    });

    it('are services by key, which their names suggest in both languages', async () => {
      await app.db
        .knex('sending_services')
        .insert({ key: 'billing', name_en: 'Invoices', name_fr: 'Factures' });
      for (const text of ['bil', 'invoi', 'Factu']) {
        assert.deepEqual(await suggested(pickableServices, text, marie), ['billing'], text);
      }
      assert.deepEqual(await suggested(pickableServices, '', north), [
        'billing',
        'production',
        'purchasing',
        'sales',
      ]);
      assert.deepEqual(await named(pickableServices, 'Sales'), ['sales']);
      assert.deepEqual(await refusal(pickableServices, 'invoices'), {
        key: 'picker.several',
        args: { text: 'invoices', names: 'billing' },
      });
    });

    it('are searched safely with any text', async () => {
      for (const text of ["'", '"', '%', '\\', '\0', '\u{D800}', '💩'.repeat(400), ' * OR NEAR(']) {
        for (const pickable of pickables) {
          assert.deepEqual(await named(pickable, text), [], text);
          await suggested(pickable, text);
        }
      }
    });

    it('are suggested ten at a time', async () => {
      for (let index = 10; index < 40; index += 1) {
        await addAccount(app, `many${index}`);
      }
      const found = await suggested(pickableAccounts, 'many');
      assert.deepEqual([found.length, found[0]], [10, 'many10']);
      await app.db.knex('accounts').where('login', 'like', 'many%').delete();
      assert.deepEqual(await suggested(pickableAccounts, 'many'), []);
    });

    it('are searched in an index that follows accounts and excludes mail users', async () => {
      const { knex } = app.db;
      await knex('accounts').where({ login: 'anna' }).update({ search_text: 'anna zorro' });
      assert.deepEqual(await suggested(pickableAccounts, 'zorro'), ['anna']);
      const { accountId } = north;
      await knex('accounts').where({ login: 'anna' }).update({ parent_id: accountId });
      assert.deepEqual(await suggested(pickableAccounts, 'zorro', north), ['anna']);
      await knex('accounts').where({ login: 'anna' }).update({ parent_id: null });
      assert.deepEqual(await suggested(pickableAccounts, 'zorro', north), []);
      assert.deepEqual(await suggested(pickableAccounts, 'zorro'), ['anna']);
      assert.deepEqual(await suggested(pickableAccounts, 'old-books'), []);
    });

    if (engine === 'sqlite') {
      it('are read through indexes only', async () => {
        const { recording, asked } = recordedQueries(app.db);
        for (const pickable of pickables) {
          for (const scope of [all, north, marie]) {
            await new Picker(recording, pickable).suggest(scope, 'rare');
          }
        }
        for (const [sql, values] of asked) {
          const plan = await app.db.runPrepared(`EXPLAIN QUERY PLAN ${sql}`, values);
          const details = plan.map(({ detail }) => String(detail)).join('\n');
          assert.doesNotMatch(details, /SCAN (accounts|domains|mailboxes|smtp_servers)\b/, sql);
        }
      });
    }
  });
}

function serverRow(owner: number, title: string, reseller: number): object {
  return {
    owner_id: owner,
    reseller_id: title === 'Newsletter' ? reseller : null,
    title,
    sort_title: title.toLowerCase(),
    host: 'smtp.office.example',
    port: 587,
    authentication: 'login',
    security: 'starttls',
    address: 'a@office.example',
    user_name: 'a',
    usage: 'default',
    signature: '',
    created_at: 0,
    search_text: `${title.toLowerCase()} smtp.office.example`,
  };
}

function mailboxRow(domainId: number, address: string): object {
  return {
    domain_id: domainId,
    address,
    utf8_address: address.includes('xn--') ? 'info@bücher.example' : null,
    display_name: 'Info',
    password_hash: 'x',
    created_at: 0,
  };
}
