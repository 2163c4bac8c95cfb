import type { Knex } from 'knex';
import type { Changing } from '../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../changes/decision.js';
import type { Asked, RowsTogether, RowsVerb } from '../changes/verb.js';
import { ForbiddenError } from '../errors.js';
import { ownedBy } from '../viewing/scope.js';
import type { Viewer } from '../viewing/viewer.js';
import { keptRowsOf } from './kept-rows.js';
import type { AnyRemovedKind } from './kind.js';
import { type Removal, removalFrom, removalsIn } from './removal.js';

export interface LeavingForGood {
  readonly removal: Removal;
  readonly kind: AnyRemovedKind | undefined;
}

type Kinds = () => Promise<readonly AnyRemovedKind[]>;

/** Removes things for good, with their mail: their names are free then. */
export class Erasure implements RowsVerb<LeavingForGood, undefined, LeavingForGood, Removal> {
  readonly together: RowsTogether<LeavingForGood> = {
    isIndependent: ({ removal }) => removal.kind !== 'domain',
    write: async (changing, decisions) => {
      const removals = decisions.map(({ change }) => change.removal);
      await erase(changing, removals, await this.#kinds());
    },
  };
  readonly #kinds: Kinds;

  constructor(kinds: Kinds) {
    this.#kinds = kinds;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer: { scope } }: Pick<Asked<undefined>, 'viewer'>,
    ids: readonly number[],
  ): Promise<readonly LeavingForGood[]> {
    const query = removalsIn(db)
      .whereIn('id', [...ids])
      .where(ownedBy(scope, 'removals'))
      .orderBy('id');
    const kinds = await this.#kinds();
    return (await (db.isTransaction ? query.forUpdate() : query))
      .map(removalFrom)
      .map((removal) => ({
        removal,
        kind: kinds.find(({ kept }) => kept.kind === removal.kind),
      }));
  }

  decide({ permissions }: Viewer, leaving: LeavingForGood): Decision<LeavingForGood> {
    return leaving.kind !== undefined && permissions.has(leaving.kind.permission)
      ? willChange(leaving)
      : refused(new ForbiddenError('errors.not-permitted'));
  }

  async write(changing: Changing, { change }: Agreed<LeavingForGood>): Promise<Removal> {
    await erase(changing, [change.removal], await this.#kinds());
    return change.removal;
  }
}

/** Ends removals without return. What was removed earlier from a domain goes with it. */
export async function erase(
  changing: Changing,
  removals: readonly Removal[],
  kinds: readonly AnyRemovedKind[],
): Promise<void> {
  const { tx, recordAll } = changing;
  const leaving = [...removals, ...(await withinDomains(tx, removals))];
  const ids = leaving.map(({ id }) => id);
  await noteMail(tx, ids);
  await removalsIn(tx).whereIn('id', ids).delete();
  await recordAll(
    leaving.flatMap(({ kind, name, ownerId, resellerId, held }) => {
      const known = kinds.find(({ kept }) => kept.kind === kind)?.kept;
      const before = { ...held.fields, ...held.counts };
      const about = { subject: name, ownerId, resellerId, domain: held.domain };
      return known === undefined ? [] : [{ ...known.erased, ...about, before }];
    }),
  );
}

async function withinDomains(tx: Knex, removals: readonly Removal[]): Promise<readonly Removal[]> {
  const domains = removals.filter(({ kind }) => kind === 'domain').map(({ thingId }) => thingId);
  if (domains.length === 0) {
    return [];
  }
  const known = new Set(removals.map(({ id }) => id));
  const rows = await removalsIn(tx).whereIn('domain_id', domains).orderBy('id').forUpdate();
  return rows.map(removalFrom).filter(({ id }) => !known.has(id));
}

/** Mail is stored in a folder for each mailbox, which mail hosts erase. */
async function noteMail(tx: Knex.Transaction, removals: readonly number[]): Promise<void> {
  const rows = [...(await keptRowsOf(tx, removals, 'mailboxes')).values()].flat();
  const at = Date.now();
  const folders = rows.map((row) => ({ domain_id: row['domain_id'], mailbox_id: row['id'], at }));
  for (let from = 0; from < folders.length; from += rowsAtOnce) {
    await tx('mail_to_erase')
      .insert(folders.slice(from, from + rowsAtOnce))
      .onConflict('mailbox_id')
      .ignore();
  }
}

const rowsAtOnce = 200;
