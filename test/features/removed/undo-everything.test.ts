import assert from 'node:assert/strict';
import { DomainName, EmailAddress } from '../../../plugin/addresses/index.js';
import { AppError } from '../../../plugin/errors.js';
import { defineMailViews } from '../../../plugin/mail-server/define-views.js';
import { engines } from '../../support/app.js';
import { addConfirmedServer } from '../../support/confirmed-server.js';
import { addAccount, addDomain } from '../../support/fixtures.js';
import { useOpened } from '../../support/opened.js';
import { Scene } from '../mailboxes/scene.js';
import { Chance } from './chance.js';

/** `UNDO_ROUNDS=10000` tries more, and `UNDO_SEED` another sequence. */
const rounds = Number(process.env['UNDO_ROUNDS'] ?? 100);
const seed = Number(process.env['UNDO_SEED'] ?? 20_261_128);

/** Tables with what changes, and columns that a change and its undo may leave different. */
const tables = [
  'domains',
  'mailboxes',
  'mailbox_words',
  'aliases',
  'alias_targets',
  'smtp_servers',
  'smtp_server_services',
];
const passing = new Set(['version', 'kept_fields', 'bounce_text', 'changed_at', 'mx_due_at']);

for (const engine of engines) {
  describe(`change and undo on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    const chance = new Chance(seed);
    let owner = '';

    before(async () => {
      const { app } = scene;
      owner = 'lou';
      await addAccount(app, owner, { planId: scene.planId });
      await addDomain(app, 'one.example', owner);
      await addDomain(app, 'two.example', owner);
      for (const domain of ['one.example', 'two.example']) {
        await scene.addMailbox(app.operator, `a@${domain}`);
        await addConfirmedServer(app, domain, { title: domain, password: 'a secret' });
      }
    });

    const state = async (): Promise<readonly string[]> => {
      const { knex, engine: of } = scene.app.db;
      const names = [...Object.keys(defineMailViews(of)), ...tables];
      const rows = await Promise.all(
        names.map(async (name) => {
          const found: readonly object[] = await knex(name);
          return found.map((row) => `${name} ${JSON.stringify(withoutPassing(row))}`);
        }),
      );
      return rows.flat().toSorted();
    };
    const addresses = async (table: 'mailboxes' | 'aliases'): Promise<readonly string[]> =>
      await scene.app.db
        .knex(table)
        .join('domains', 'domains.id', `${table}.domain_id`)
        .whereIn('domains.name', ['one.example', 'two.example', 'three.example'])
        .orderBy('address')
        .pluck('address');
    const domainNames = async (): Promise<readonly string[]> =>
      await scene.app.db
        .knex('domains')
        .whereIn('name', ['one.example', 'two.example', 'three.example'])
        .orderBy('name')
        .pluck('name');
    const anAddress = async (): Promise<string> =>
      `${chance.of(['a', 'b', 'c', 'd', 'e'])}@${chance.of(await domainNames())}`;
    const known = async (): Promise<string> =>
      chance.of([...(await addresses('mailboxes')), ...(await addresses('aliases'))]);

    /** Each changes something, if it can, and says by which kind of entry. */
    const changes: readonly (() => Promise<string>)[] = [
      async () => {
        await scene.addMailbox(scene.app.operator, await anAddress(), { displayName: 'New' });
        return 'mailbox.created';
      },
      async () => {
        const targets = [await known(), chance.of([await known(), 'far@elsewhere.test'])];
        await scene.addAlias(scene.app.operator, await anAddress(), ...new Set(targets));
        return 'alias.created';
      },
      async () => {
        const typed = { displayName: chance.of(['A', 'B', 'C']), imap: chance.of(['1', '']) };
        await scene.setMailbox(scene.app.operator, chance.of(await addresses('mailboxes')), typed);
        return 'mailbox.changed';
      },
      async () => {
        const address = chance.of(await addresses('aliases'));
        const targets = [await known(), chance.of([await known(), 'far@elsewhere.test'])];
        await scene.setAlias(scene.app.operator, address, { targets: [...new Set(targets)] });
        return 'alias.changed';
      },
      async () => {
        const address = chance.of(await addresses('aliases'));
        const domain = address.slice(address.indexOf('@') + 1);
        const to = `${chance.of(['a', 'b', 'c', 'd', 'e'])}@${domain}`;
        await scene.setAlias(scene.app.operator, address, { address: to });
        return 'alias.changed';
      },
      async () => {
        await scene.removeAlias(scene.app.operator, chance.of(await addresses('aliases')));
        return 'alias.removed';
      },
      async () => {
        const { mailboxes } = scene.app.features;
        const address = EmailAddress.parse(chance.of(await addresses('mailboxes')));
        const { domain, mailbox } = await mailboxes.byAddress(scene.app.operator, address);
        await mailboxes.remove(scene.app.operator, domain.name, mailbox.id);
        return 'mailbox.removed';
      },
      async () => {
        const { mailboxes } = scene.app.features;
        const address = EmailAddress.parse(chance.of(await addresses('mailboxes')));
        const { domain, mailbox } = await mailboxes.byAddress(scene.app.operator, address);
        if (mailbox.suspended) {
          await mailboxes.resume(scene.app.operator, domain.name, mailbox.id);
          return 'mailbox.resumed';
        }
        await mailboxes.suspend(scene.app.operator, domain.name, mailbox.id, true);
        return 'mailbox.suspended';
      },
      async () => {
        await addDomain(scene.app, 'three.example', owner);
        return 'domain.created';
      },
      async () => {
        const name = chance.of(await domainNames());
        const confirmation = DomainName.parse(name);
        await scene.app.panel.domains.remove(scene.app.operator, name, { confirmation });
        return 'domain.removed';
      },
      async () => {
        const id = chance.of<number>(await scene.app.db.knex('smtp_servers').pluck('id'));
        await scene.app.features.smtpServers.remove(scene.app.operator, id);
        return 'smtp-server.removed';
      },
      async () => {
        const { domainMail } = scene.app.features;
        const text = chance.of(['Gone.', 'Away.']);
        const settings = {
          enabled: chance.of([true, false]),
          unknown: { policy: 'bounce', text },
        } as const;
        await domainMail.change(scene.app.operator, chance.of(await domainNames()), { settings });
        return 'domain-mail.changed';
      },
    ];

    const actSince = async (last: number, action: string): Promise<number | undefined> => {
      const act = await scene.app.db
        .knex('audit_acts')
        .where({ owner_id: 0, reseller_id: 0, action })
        .where('id', '>', last)
        .orderBy('id', 'desc')
        .first('id');
      return act === undefined ? undefined : Number(act.id);
    };
    const lastAct = async (): Promise<number> => {
      const [row] = await scene.app.db.knex('audit_acts').max('id as id');
      return Number(row?.['id'] ?? 0);
    };
    const undo = async (act: number): Promise<readonly number[]> => {
      const { previews, undoing } = scene.app.features;
      const by = scene.app.operator;
      const { id } = await previews.whole(by, await undoing.prepare(by, act));
      const applied = await previews.apply(by, id);
      assert.ok('result' in applied);
      const { changed, refused, moved } = applied.result;
      return [changed, refused, moved];
    };
    const freeNames = async (): Promise<void> => {
      for (const id of await scene.app.db.knex('removals').orderBy('id').pluck('id')) {
        await scene.app.features.removedThings.erase(scene.app.operator, id).catch(() => undefined);
      }
    };

    it('are the identity on every row, for any change, and undo of undo is the change', async () => {
      let undone = 0;
      for (let round = 0; round < rounds; round += 1) {
        const before = await state();
        const last = await lastAct();
        const action = await tried(chance.of(changes));
        const act = action === undefined ? undefined : await actSince(last, action);
        const after = await state();
        if (act === undefined) {
          assert.deepEqual(after, before);
          await freeNames();
          continue;
        }
        const where = `round ${round} of seed ${seed}: ${action}`;
        assert.deepEqual(await undo(act), [1, 0, 0], where);
        assert.deepEqual(await state(), before, where);
        if (chance.of([true, false])) {
          assert.deepEqual((await undo(await lastAct())).slice(1), [0, 0], where);
          assert.deepEqual(await state(), after, where);
          // Otherwise there would soon be no server and no domain any more.
          if (/^(smtp-server|domain)\./.test(action ?? '') || chance.of([true, false])) {
            assert.deepEqual((await undo(await lastAct())).slice(1), [0, 0], where);
            assert.deepEqual(await state(), before, where);
          }
        }
        undone += 1;
        if (chance.of([true, false, false])) {
          await freeNames();
        }
      }
      assert.ok(undone > rounds / 3, `${undone} of ${rounds}`);
    });
  });
}

/** The kind of entry, or undefined if the change was refused, or had nothing to change. */
async function tried(change: () => Promise<string>): Promise<string | undefined> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof AppError || error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

function withoutPassing(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !passing.has(name)));
}
