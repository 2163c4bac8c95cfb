import type { Knex } from 'knex';
import { readable } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import type { Owned } from '../../panel/directory/account-store.js';
import type { Preview } from '../../previews/preview.js';
import { scopeColumn } from '../../viewing/scope.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Unreceived } from './unreceived.js';

const mostNamed = 3;

/** What no longer receives mail once a preview switches domains off. */
export async function unreceivedAfter(
  { knex }: Database,
  { scope }: Viewer,
  { id }: Preview,
): Promise<Unreceived> {
  const owner = scopeColumn(scope);
  const off = (): Knex.QueryBuilder => switchedOff(knex, id);
  const mailboxes = (): Knex.QueryBuilder =>
    knex('mailboxes as m').whereIn('m.domain_id', off()).where('m.suspended', 0);
  const aliases = (): Knex.QueryBuilder => knex('aliases as m').whereIn('m.domain_id', off());
  const others = (): Knex.QueryBuilder =>
    knex('aliases as m')
      .join('domains as d', 'd.id', 'm.domain_id')
      .whereNotIn('m.domain_id', off())
      .where(owner === undefined ? {} : { [`d.${owner.column}`]: owner.accountId })
      .whereIn('m.id', targetsIn(knex, off));
  return {
    mailboxes: await named(mailboxes),
    aliases: await named(aliases),
    'other-aliases': await named(others),
  };
}

/** The domains of a preview that receive mail now, and will not. */
function switchedOff(db: Knex, previewId: number): Knex.QueryBuilder {
  return db('preview_rows as p')
    .join('preview_classes as c', (on) =>
      on.on('c.preview_id', 'p.preview_id').andOn('c.number', 'p.class'),
    )
    .join('domains as off', 'off.id', 'p.row_id')
    .where({ 'p.preview_id': previewId, 'c.kind': 'will-change', 'off.mail_enabled': 1 })
    .select('off.id');
}

/** The aliases that lead to mailboxes of these domains. */
function targetsIn(db: Knex, domains: () => Knex.QueryBuilder): Knex.QueryBuilder {
  return db('alias_targets as t')
    .join('mailboxes as b', 'b.address', 't.base')
    .whereIn('b.domain_id', domains())
    .select('t.alias_id');
}

async function named(rows: () => Knex.QueryBuilder): Promise<Owned> {
  const [counted] = await rows().count('* as n');
  const names: string[] = await rows().orderBy('m.address').limit(mostNamed).pluck('m.address');
  return { count: Number(counted?.['n']), names: names.map(readable) };
}
