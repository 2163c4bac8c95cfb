import type { Knex } from 'knex';
import type { EntryFields } from '../changes/entry.js';
import { ownersIn } from '../viewing/scope.js';

/** A removed thing that can come back. */
export interface Removal {
  readonly id: number;
  /** The thing of its entries in the activity log, such as `mailbox`. */
  readonly kind: string;
  /** The ID that it had, and gets back. */
  readonly thingId: number;
  /** Its name in the activity log. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly ownerId: number;
  readonly resellerId: number | undefined;
  /** Its domain, if it belongs to one. */
  readonly domainId: number | undefined;
  readonly held: Held;
}

/** What a removed thing held, for people and for its return. */
export interface Held {
  /** As its entries in the activity log record them. */
  readonly fields: EntryFields;
  /** The normalized name of its domain, if it belongs to one or is one. */
  readonly domain?: string | undefined;
  /** How much was removed with a domain. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Targets that other aliases lost with it, without the address. */
  readonly lost?: readonly LostTarget[];
}

/** A target that an alias lost, by the alias's ID. */
export interface LostTarget {
  readonly aliasId: number;
  readonly target: string;
}

export interface RemovalRow {
  readonly id: number;
  readonly kind: string;
  readonly thing_id: number;
  readonly name: string;
  readonly title: string;
  readonly reserved: string | null;
  readonly owner_id: number;
  readonly reseller_id: number | null;
  readonly domain_id: number | null;
  readonly part_of: number | null;
  readonly removed_at: number;
  readonly kept_until: number | null;
  readonly actor: string;
  readonly acting_as: string | null;
  readonly group_id: string;
  readonly held: string;
  readonly secret: string | null;
}

export function removalsIn(db: Knex): Knex.QueryBuilder<RemovalRow, RemovalRow[]> {
  return db<RemovalRow>('removals');
}

export function removalFrom(row: RemovalRow): Removal {
  return {
    ...ownersIn(row),
    id: row.id,
    kind: row.kind,
    thingId: row.thing_id,
    name: row.name,
    title: row.title,
    domainId: row.domain_id ?? undefined,
    held: heldIn(row),
  };
}

export function heldIn({ held }: Pick<RemovalRow, 'held'>): Held {
  const parsed: Held = JSON.parse(held);
  return parsed;
}

/** The path of its page. */
export function removalPath(id: number): string {
  return `/removed/${id}`;
}
