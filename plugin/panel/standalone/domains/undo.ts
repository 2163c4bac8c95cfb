import type { Knex } from 'knex';
import { readable } from '../../../addresses/index.js';
import type { FeatureParts } from '../../../feature.js';
import { type EntryToUndo, type UndoAction, undoTexts } from '../../../previews/undo.js';
import { ownedBy } from '../../../viewing/scope.js';
import { DomainStore } from '../../directory/domain-store.js';
import type { DomainRow } from '../../directory/domain.js';
import { DomainRemoval, type LeavingDomain } from './domain-removal.js';
import { eventsOf } from './events.js';
import { RowsDomainRemoval } from './rows-removal.js';

/** Undoes that domains were added, or came back: they go where removed ones are. */
export async function undoOfDomainCreations({ db, registered }: FeatureParts): Promise<UndoAction> {
  const domains = new DomainStore(db);
  const removal = new DomainRemoval({ domains, events: await eventsOf(registered) });
  return {
    undoes: ['domain.created', 'domain.restored'],
    action: {
      ...undoTexts,
      key: 'domain-creation',
      permission: 'domains.manage',
      thing: 'domain',
      verb: new RowsDomainRemoval(removal, domains),
      idOf: ({ row }: LeavingDomain) => row.id,
      nameOf: ({ row }: LeavingDomain) => readable(row.name),
      auditedAs: ({ row }: LeavingDomain) => row.name,
      versionOf: ({ row }: LeavingDomain) => row.version,
      effects: async (_viewer, _preview, { t }) => [t('removed.effect')],
    },
    rowsOf: async (tx, scope, entries) => {
      const rows: readonly DomainRow[] = await tx<DomainRow>('domains')
        .whereIn('name', [...new Set(entries.map(({ subject }) => subject))])
        .where(ownedBy(scope, 'domains'));
      const last = await lastEntries(tx, entries);
      return entries.flatMap((entry) => {
        const row = rows.find(({ name }) => name === entry.subject);
        const isTouched = (last.get(entry.subject) ?? 0) > entry.id;
        return row === undefined || row.created_at > entry.at
          ? []
          : [{ entry, id: row.id, isTouched, current: {}, wanted: null }];
      });
    },
  };
}

/** The newest entry about each domain, or about anything in it. */
async function lastEntries(
  db: Knex,
  entries: readonly EntryToUndo[],
): Promise<ReadonlyMap<string, number>> {
  const last: readonly { domain: string; id: number }[] = await db('audit_entries')
    .whereIn('domain', [...new Set(entries.map(({ subject }) => subject))])
    .groupBy('domain')
    .select('domain')
    .max({ id: 'id' });
  return new Map(last.map(({ domain, id }) => [domain, id]));
}
