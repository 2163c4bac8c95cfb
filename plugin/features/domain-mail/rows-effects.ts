import type { Knex } from 'knex';
import { readable } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import type { Owned } from '../../panel/directory/account-store.js';
import type { Preview } from '../../previews/preview.js';
import { scopeColumn } from '../../viewing/scope.js';
import type { Viewer } from '../../viewing/viewer.js';
import { whereLeading } from './policies/leading.js';
import type { Unreceived } from './unreceived.js';

const mostNamed = 3;
const namesAtOnce = 1000;

/** Rows that a preview concerns beside its own, and the column of their names, each different. */
interface Effect {
  readonly kind: string;
  readonly name: string;
  readonly rows: () => Knex.QueryBuilder;
}

/** What a preview brings about once it switches mail services on or off. */
export async function effectsAfter(
  { knex }: Database,
  viewer: Viewer,
  preview: Preview,
): Promise<Unreceived> {
  const effects = effectsIn(knex, viewer, preview);
  const counted = await Promise.all(
    effects.map(async (effect) => [effect.kind, await counting(effect)] as const),
  );
  return Object.fromEntries(counted);
}

/** All names, some at a time, with the kind of each. */
export async function* namesAfter(
  { knex }: Database,
  viewer: Viewer,
  preview: Preview,
): AsyncGenerator<readonly (readonly [kind: string, name: string])[]> {
  for (const { kind, name, rows } of effectsIn(knex, viewer, preview)) {
    let names: readonly string[] = [''];
    while (names.length > 0) {
      names = await rows()
        .where(name, '>', names.at(-1) ?? '')
        .orderBy(name)
        .limit(namesAtOnce)
        .pluck(name);
      yield names.map((each) => [kind, readable(each)] as const);
    }
  }
}

function effectsIn(db: Knex, viewer: Viewer, preview: Preview): readonly Effect[] {
  const { enabled }: { readonly enabled?: boolean } = Object(preview.wanted);
  if (enabled === undefined || !preview.isCounted) {
    return [];
  }
  return enabled
    ? [leading('elsewhere', db, () => switched(db, preview.id, { from: 0 }))]
    : switchedOff(db, viewer, () => switched(db, preview.id, { from: 1 }));
}

/** What receives no mail then, and what others send there in vain. */
function switchedOff(db: Knex, { scope }: Viewer, off: () => Knex.QueryBuilder): readonly Effect[] {
  const owner = scopeColumn(scope);
  const inScope = owner === undefined ? {} : { [`d.${owner.column}`]: owner.accountId };
  const names = (): Knex.QueryBuilder => off().clearSelect().select('switched.name');
  return [
    {
      kind: 'mailboxes',
      name: 'm.address',
      rows: () => db('mailboxes as m').whereIn('m.domain_id', off()).where('m.suspended', 0),
    },
    {
      kind: 'aliases',
      name: 'm.address',
      rows: () => db('aliases as m').whereIn('m.domain_id', off()),
    },
    {
      kind: 'other-aliases',
      name: 'm.address',
      rows: () =>
        db('aliases as m')
          .join('domains as d', 'd.id', 'm.domain_id')
          .whereNotIn('m.domain_id', off())
          .where(inScope)
          .whereIn('m.id', targetsIn(db, off)),
    },
    {
      kind: 'other-domains',
      name: 'd.name',
      rows: () =>
        whereLeading(db('domains as d').whereNotIn('d.id', off()).where(inScope), (each, column) =>
          each.whereRaw(`SUBSTR(??, INSTR(??, '@') + 1) IN (?)`, [column, column, names()]),
        ),
    },
    leading('here', db, off),
  ];
}

/** Domains whose MX records say otherwise. */
function leading(kind: 'here' | 'elsewhere', db: Knex, domains: () => Knex.QueryBuilder): Effect {
  return {
    kind: `mx-${kind}`,
    name: 'd.name',
    rows: () => db('domains as d').whereIn('d.id', domains()).where('d.mx', kind),
  };
}

/** The domains of a preview whose mail service is on or off now, and will not be. */
function switched(
  db: Knex,
  previewId: number,
  { from }: { readonly from: 0 | 1 },
): Knex.QueryBuilder {
  return db('preview_rows as p')
    .join('preview_classes as c', (on) =>
      on.on('c.preview_id', 'p.preview_id').andOn('c.number', 'p.class'),
    )
    .join('domains as switched', 'switched.id', 'p.row_id')
    .where({ 'p.preview_id': previewId, 'c.kind': 'will-change', 'switched.mail_enabled': from })
    .select('switched.id');
}

/** The aliases that lead to mailboxes of these domains. */
function targetsIn(db: Knex, domains: () => Knex.QueryBuilder): Knex.QueryBuilder {
  return db('alias_targets as t')
    .join('mailboxes as b', 'b.address', 't.base')
    .whereIn('b.domain_id', domains())
    .select('t.alias_id');
}

async function counting({ name, rows }: Effect): Promise<Owned> {
  const [counted] = await rows().count('* as n');
  const names: string[] = await rows().orderBy(name).limit(mostNamed).pluck(name);
  return { count: Number(counted?.['n']), names: names.map(readable) };
}
