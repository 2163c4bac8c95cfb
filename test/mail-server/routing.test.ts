import assert from 'node:assert/strict';
import { type Lookup, route } from '../../plugin/mail-server/routing/route.js';
import { engines } from '../support/app.js';
import { openPanelDatabase, type PanelDatabase } from '../support/mail/databases.js';
import { rowsPanel } from '../support/mail/rows-panel.js';
import { contract, inOrder, ownerEmail } from './routing-contract.js';

for (const engine of engines) {
  describe(`what the panel predicts for a message on ${engine}`, () => {
    const servers = { other: '192.0.2.1' };
    let database: PanelDatabase;
    let lookup: Lookup;

    before(async () => {
      database = await openPanelDatabase(engine);
      lookup = async (view, key) =>
        await database
          .db(view)
          .where('lookup_key', key)
          .pluck<string[]>(view === 'dovecot_users' ? 'address' : 'result');
    });

    after(() => database.close());

    const prepared = async (
      name: string,
      policy: Parameters<ReturnType<typeof rowsPanel>['setPolicy']>[1],
    ): Promise<void> => {
      const panel = rowsPanel(database.db, database.maps);
      await panel.createDomain(name, ownerEmail);
      await panel.createMailbox(`box@${name}`);
      await panel.createAlias(`alias@${name}`, [`box@${name}`]);
      await panel.setPolicy(name, policy);
    };

    for (const [index, { title, policy, prepare, recipient, outcome }] of contract.entries()) {
      it(title, async () => {
        const domain = `r${index}.test`;
        await prepared(domain, policy(domain, servers));
        await prepare?.(rowsPanel(database.db, database.maps), domain);
        assert.deepEqual(
          inOrder(await route(lookup, recipient(domain))),
          inOrder(outcome(domain, servers)),
        );
      });
    }

    it('is a loop, also where many ways lead around it', async () => {
      const name = 'around.test';
      await prepared(name, { unknown: 'reject', text: 'Gone.' });
      const panel = rowsPanel(database.db, database.maps);
      const all = ['one', 'two', 'three'].map((local) => `${local}@${name}`);
      for (const address of all) {
        await panel.createAlias(
          address,
          all.filter((each) => each !== address),
        );
      }
      assert.deepEqual(await route(lookup, `one@${name}`), {
        kind: 'refused',
        reply: '451 4.6.0 Alias expansion error',
      });
    });

    it('is the same for a domain in U-labels', async () => {
      await prepared('münchen.test', { unknown: 'reject', text: 'Gone.' });
      for (const form of ['münchen.test', 'MüNCHEN.test', 'xn--mnchen-3ya.test']) {
        assert.deepEqual(await route(lookup, `alias+tag@${form}`), {
          kind: 'accepted',
          deliveries: [{ to: 'mailbox', address: 'box@xn--mnchen-3ya.test' }],
        });
        assert.deepEqual(await route(lookup, `nobody@${form}`), {
          kind: 'refused',
          reply: '550 5.1.1 Gone.',
        });
      }
    });

    it('is based on the domain itself, not on one that its name folds to', async () => {
      await prepared('fass.test', { unknown: 'reject' });
      const syntax = { kind: 'refused', reply: '501 5.5.4 Syntax: RCPT TO:<address>' };
      const relaying = { kind: 'refused', reply: '554 5.7.1 Relay access denied' };
      assert.deepEqual(await route(lookup, 'box@faß.test'), syntax);
      assert.deepEqual(await route(lookup, 'box@FAß.test.'), syntax);
      await prepared('faß.test', { unknown: 'reject' });
      assert.deepEqual(await route(lookup, 'box@faß.test'), {
        kind: 'accepted',
        deliveries: [{ to: 'mailbox', address: 'box@xn--fa-hia.test' }],
      });
      await prepared('grün.test', { unknown: 'reject' });
      for (const form of ['GRÜN.test', 'gru\u0308n.test', 'grün\u3002test']) {
        assert.deepEqual(await route(lookup, `box@${form}`), relaying, form);
      }
    });

    it('is the host’s postmaster when the owner’s address is the domain’s postmaster', async () => {
      const panel = rowsPanel(database.db, database.maps);
      await panel.createDomain('self.test', 'postmaster@self.test');
      assert.deepEqual(await route(lookup, 'postmaster@self.test'), {
        kind: 'accepted',
        deliveries: [{ to: 'host-postmaster' }],
      });
    });
  });
}
