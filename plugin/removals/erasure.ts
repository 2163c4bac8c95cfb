import type { Knex } from 'knex';
import type { Changing } from '../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../changes/decision.js';
import type { Asked, RowsVerb } from '../changes/verb.js';
import { ForbiddenError } from '../errors.js';
import { ownedBy } from '../viewing/scope.js';
import type { Viewer } from '../viewing/viewer.js';
import { keptRows } from './kept-rows.js';
import type { AnyRemovedKind } from './kind.js';
import { type Removal, removalFrom, removalsIn } from './removal.js';

interface Leaving {
  readonly removal: Removal;
  readonly kind: AnyRemovedKind | undefined;
}

type Kinds = () => Promise<readonly AnyRemovedKind[]>;

/** Removes things for good, with their mail: their names are free then. */
export class Erasure implements RowsVerb<Leaving, undefined, Removal, Removal> {
  readonly #kinds: Kinds;

  constructor(kinds: Kinds) {
    this.#kinds = kinds;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer: { scope } }: Pick<Asked<undefined>, 'viewer'>,
    ids: readonly number[],
  ): Promise<readonly Leaving[]> {
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

  decide({ permissions }: Viewer, { removal, kind }: Leaving): Decision<Removal> {
    return kind !== undefined && permissions.has(kind.permission)
      ? willChange(removal)
      : refused(new ForbiddenError('errors.not-permitted'));
  }

  async write(changing: Changing, { change }: Agreed<Removal>): Promise<Removal> {
    await erase(changing, change, await this.#kinds());
    return change;
  }
}

/** Ends a removal without return. What was removed earlier from a domain goes with it. */
export async function erase(
  changing: Changing,
  removal: Removal,
  kinds: readonly AnyRemovedKind[],
): Promise<void> {
  const { tx, record } = changing;
  const { id, kind, thingId, name, ownerId, resellerId, held } = removal;
  if (kind === 'domain') {
    const within = await removalsIn(tx).where({ domain_id: thingId }).orderBy('id').forUpdate();
    for (const row of within) {
      await erase(changing, removalFrom(row), kinds);
    }
  }
  await noteMail(tx, removal);
  const known = kinds.find(({ kept }) => kept.kind === kind)?.kept;
  if ((await removalsIn(tx).where({ id }).delete()) === 1 && known !== undefined) {
    await record({
      ...known.erased,
      subject: name,
      ownerId,
      resellerId,
      domain: held.domain,
      before: { ...held.fields, ...held.counts },
    });
  }
}

/** Mail is stored in a folder for each mailbox, which mail hosts erase. */
async function noteMail(tx: Knex.Transaction, { id }: Removal): Promise<void> {
  const rows = await keptRows(tx, id, 'mailboxes');
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
