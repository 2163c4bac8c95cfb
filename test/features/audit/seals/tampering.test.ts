import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import type { Knex } from 'knex';
import {
  type StoredEntry,
  leafOf,
  packed,
  rootOf,
  sealedColumns,
  unpacked,
} from '../../../../plugin/features/audit/seals/leaves.js';
import { type Seal, chainOf } from '../../../../plugin/features/audit/seals/seal.js';
import type { Finding } from '../../../../plugin/features/audit/seals/verifying.js';
import { engines } from '../../../support/app.js';
import { useTestApp } from '../../../support/opened.js';
import { SealedLog } from './log.js';

const entries = 63;
const tries = 1000;

/** Tampers with the log in a transaction, and says what a verification must find. */
type Tampering = (tx: Knex, ids: readonly number[]) => Promise<(finding: Finding) => boolean>;

const oneOf = <T>(values: readonly T[]): T => {
  const value = values[randomInt(values.length)];
  assert.ok(value !== undefined);
  return value;
};
const of =
  (...kinds: readonly Finding['kind'][]) =>
  (...numbers: readonly number[]) =>
  (finding: Finding): boolean =>
    kinds.includes(finding.kind) && numbers.includes(finding.number);
const entry = async (tx: Knex, id: number): Promise<StoredEntry> =>
  await tx('audit_entries').where({ id }).first();
const seals = async (tx: Knex): Promise<readonly Seal[]> =>
  await tx<Seal>('audit_seals').orderBy('number');

const tamperings: Readonly<Record<string, Tampering>> = {
  'an edited entry': async (tx, ids) => {
    const id = oneOf(ids);
    const column = oneOf(sealedColumns.filter((each) => each !== 'id'));
    const value = (await entry(tx, id))[column];
    const other = typeof value === 'number' ? value + 1 : `${value ?? ''}x`;
    const isNumber = ['at', 'actor_id', 'owner_id', 'reseller_id'].includes(column);
    await tx('audit_entries')
      .where({ id })
      .update({ [column]: isNumber ? Number.parseInt(other as string, 10) || 5 : other });
    return of('edited')(id);
  },
  'a removed entry': async (tx, ids) => {
    const id = oneOf(ids);
    await tx('audit_entries').where({ id }).delete();
    return of('removed')(id);
  },
  'entries that changed places': async (tx, ids) => {
    const [one, other] = [oneOf(ids.slice(0, 30)), oneOf(ids.slice(30))];
    await tx('audit_entries').where({ id: one }).update({ id: 1_000_000 });
    await tx('audit_entries').where({ id: other }).update({ id: one });
    await tx('audit_entries').where({ id: 1_000_000 }).update({ id: other });
    return of('edited')(one, other);
  },
  'an entry with the hash under its seal': async (tx, ids) => {
    const id = oneOf(ids);
    await tx('audit_entries').where({ id }).update({ subject: 'forged' });
    const forged = leafOf(await entry(tx, id));
    const seal = (await seals(tx)).find(({ leaves }) =>
      unpacked(leaves).some((leaf) => leaf.id === id),
    );
    assert.ok(seal);
    const leaves = packed(unpacked(seal.leaves).map((leaf) => (leaf.id === id ? forged : leaf)));
    await tx('audit_seals')
      .where({ number: seal.number })
      .update({ leaves, ...(randomInt(2) === 0 ? {} : { root: rootOf(leaves) }) });
    return of('seal-changed')(seal.number);
  },
  'a chain that was computed anew without the key': async (tx, ids) => {
    const id = oneOf(ids);
    await tx('audit_entries').where({ id }).delete();
    let before = '';
    let first: number | undefined;
    for (const seal of await seals(tx)) {
      const leaves = packed(unpacked(seal.leaves).filter((leaf) => leaf.id !== id));
      const next = { ...seal, leaves, root: rootOf(leaves) };
      const chain = chainOf(before, next);
      first ??= chain === seal.chain ? undefined : seal.number;
      await tx('audit_seals')
        .where({ number: seal.number })
        .update({ leaves, root: next.root, chain });
      before = chain;
    }
    return of('seal-changed')(Number(first));
  },
  'a changed seal': async (tx) => {
    const seal = oneOf(await seals(tx));
    const changes = [
      { at: seal.at + 1 },
      { newest_at: seal.newest_at - 1 },
      { up_to: seal.up_to + oneOf([-2, -1, 1, 40]) },
      { leaves: seal.leaves.subarray(40) },
      { root: seal.chain },
      { chain: seal.root },
      { mac: randomBytes(32).toString('hex') },
      { mac: '' },
    ];
    await tx('audit_seals').where({ number: seal.number }).update(oneOf(changes));
    return of('seal-changed')(seal.number);
  },
  'a seal under another key': async (tx) => {
    const { number } = oneOf(await seals(tx));
    await tx('audit_seals').where({ number }).update({ key_id: 'deadbeef' });
    return of('key-missing')(number);
  },
  'removed seals with their entries': async (tx) => {
    const all = await seals(tx);
    const from = randomInt(all.length - 1);
    const gone = all.slice(from, from + 1 + randomInt(all.length - from - 1));
    await cutOff(tx, gone);
    return of('seals-missing')(Number(gone[0]?.number));
  },
  'seals in another order': async (tx) => {
    const all = await seals(tx);
    const [one, other] = [oneOf(all.slice(0, 3)), oneOf(all.slice(3))];
    await tx('audit_seals').where({ number: one.number }).update({ number: 1_000_000 });
    await tx('audit_seals').where({ number: other.number }).update({ number: one.number });
    await tx('audit_seals').where({ number: 1_000_000 }).update({ number: other.number });
    return of('seal-changed')(one.number);
  },
  'an end that was cut off': async (tx) => {
    const all = await seals(tx);
    const gone = all.slice(randomInt(all.length));
    await cutOff(tx, gone);
    return of('end-missing')(Number(gone[0]?.number));
  },
  'an added entry': async (tx, ids) => {
    const { id: _id, ...copied } = await entry(tx, oneOf(ids));
    const taken = oneOf(ids);
    await tx('audit_entries').where({ id: taken }).delete();
    const at = Math.floor(oneOf(ids));
    await tx('audit_entries')
      .insert({ ...copied, subject: 'forged', id: taken })
      .catch(() => assert.fail(`${at}`));
    return of('edited')(taken);
  },
  'everything removed': async (tx) => {
    await cutOff(tx, await seals(tx));
    return of('end-missing')(1);
  },
  'a mark of what was never dropped': async (tx) => {
    const all = await seals(tx);
    const gone = all.slice(0, 1 + randomInt(all.length - 1));
    const last = gone.at(-1);
    assert.ok(last);
    await cutOff(tx, gone);
    const { number, up_to, newest_at, chain, key_id, mac } = last;
    await tx('audit_dropped').insert({
      id: 1,
      number,
      up_to,
      newest_at,
      chain,
      key_id,
      mac,
      entries: 5,
    });
    return of('mark-changed')(number);
  },
};

async function cutOff(tx: Knex, gone: readonly Seal[]): Promise<void> {
  for (const { number, leaves } of gone) {
    await tx('audit_seals').where({ number }).delete();
    await tx('audit_entries')
      .whereIn(
        'id',
        unpacked(leaves).map(({ id }) => id),
      )
      .delete();
  }
}

for (const engine of engines) {
  describe(`the seals of the activity log on ${engine}`, () => {
    const app = useTestApp(engine);
    let log: SealedLog;
    let ids: readonly number[];

    before(async () => {
      log = new SealedLog(app.db, [randomBytes(32)], 12);
      for (const count of [40, 3, 20]) {
        await log.add(count);
        await log.sealer().seal();
      }
      ids = await app.db.knex('audit_entries').orderBy('id').pluck('id');
      assert.equal(ids.length, entries);
    });

    it('hold for a log that nobody tampered with', async () => {
      const { found, findings, sealed, unsealed, seals: number } = await log.verify();
      assert.deepEqual(
        { found, findings, sealed, unsealed },
        { found: 0, findings: [], sealed: entries, unsealed: 0 },
      );
      assert.ok(number === 7);
    });

    const names = Object.keys(tamperings);
    it(`find ${tries} random ways of tampering, and name what was tampered with`, async () => {
      for (let index = 0; index < tries; index += 1) {
        const name = names[index % names.length] ?? '';
        const tx = await app.db.knex.transaction();
        try {
          const isExpected = await tamperings[name]?.(tx, ids);
          assert.ok(isExpected);
          const { findings } = await log.verify(tx);
          assert.ok(findings.some(isExpected), `${name}: ${JSON.stringify(findings)}`);
        } finally {
          await tx.rollback();
        }
      }
      assert.equal((await log.verify()).found, 0);
    });

    it('find an end that was cut off and written again', async () => {
      const tx = await app.db.knex.transaction();
      await cutOff(tx, (await seals(tx)).slice(-2));
      await tx('audit_entries').insert(
        [1, 2, 3].map((n) => ({
          at: n,
          actor: 'x',
          origin: 'x',
          action: 'domain.created',
          subject: `forged${n}`,
          search_text: '',
          group_id: `forged${n}`,
        })),
      );
      const db = {
        ...app.db,
        knex: tx,
        transaction: async (work: (inner: Knex.Transaction) => Promise<never>) => work(tx),
      };
      const noted = log.headFile.read();
      await log.sealer(log.keys, db).seal();
      const { findings } = await log.verify(tx);
      await tx.rollback();
      assert.deepEqual(log.headFile.read(), noted, 'the head that was noted is kept');
      assert.deepEqual(
        findings.map(({ kind }) => kind),
        ['end-missing'],
      );
    });
  });
}
