import type { Knex } from 'knex';
import type { EntryFields } from '../../../changes/entry.js';
import type { Json } from '../../../jobs/kind.js';
import {
  type EntryToUndo,
  type RowToUndo,
  type UndoAction,
  undoTexts,
} from '../../../previews/undo.js';
import type { Scope } from '../../../viewing/scope.js';
import { accountsWithin } from '../../directory/account-lists.js';
import { type AccountRow } from '../../directory/rows.js';
import { onAccount } from './rows-actions.js';
import type { RowsAccounts, RowsSuspension } from './rows-accounts.js';

interface Parts {
  readonly rowsSuspension: RowsSuspension;
  readonly rowsAccounts: RowsAccounts;
}

/** Undoes the suspension and the reactivation of accounts, and other changes. */
export function undoesOfAccounts({ rowsSuspension, rowsAccounts }: Parts): readonly UndoAction[] {
  return [
    {
      undoes: ['account.changed'],
      action: {
        ...undoTexts,
        ...onAccount,
        key: 'account-fields',
        verb: rowsAccounts,
        changeOf: ({ changed }) => changed,
      },
      rowsOf: changedOf,
    },
    suspended(rowsSuspension, true),
    suspended(rowsSuspension, false),
  ];
}

function suspended(verb: RowsSuspension, isSuspended: boolean): UndoAction {
  return {
    undoes: [isSuspended ? 'account.suspended' : 'account.resumed'],
    action: {
      ...undoTexts,
      ...onAccount,
      key: isSuspended ? 'account-suspension' : 'account-reactivation',
      verb,
    },
    rowsOf: async (db, scope, entries) => {
      const rows = await accountsNamed(db, scope, entries);
      return entries.flatMap((entry) => {
        const row = rows.get(entry.subject);
        return row === undefined
          ? []
          : [
              {
                entry,
                id: row.id,
                current: {},
                isTouched: (row.suspended === 1) !== isSuspended,
                wanted: { suspended: !isSuspended },
              },
            ];
      });
    },
  };
}

async function changedOf(
  db: Knex,
  scope: Scope,
  entries: readonly EntryToUndo[],
): Promise<readonly RowToUndo[]> {
  const rows = await accountsNamed(db, scope, entries);
  const plans: readonly NamedPlan[] = await db('plans').select('id', 'name', 'owner_id');
  return entries.flatMap((entry) => {
    const row = rows.get(entry.subject);
    return row === undefined
      ? []
      : [
          {
            // The version of an account differs after each sign-in setting, too.
            entry: { ...entry, version: undefined },
            id: row.id,
            current: currentOf(row, plans),
            wanted: { ...wantedBefore(entry.before, row, plans), restores: entry.group },
          },
        ];
  });
}

interface NamedPlan {
  readonly id: number;
  readonly name: string;
  readonly owner_id: number | null;
}

type NamedAccount = AccountRow & {
  readonly suspended: number;
  readonly parent_login: string | null;
};

/** The fields that entries record, as they are now. */
function currentOf(row: NamedAccount, plans: readonly NamedPlan[]): EntryFields {
  return {
    role: row.role,
    name: row.name,
    email: row.email,
    reseller: row.parent_login,
    plan: plans.find(({ id }) => id === row.plan_id)?.name ?? null,
    locale: row.locale,
    limitPerHour: row.limit_per_hour ?? null,
  };
}

/** The form's fields for what an entry records. */
function wantedBefore(
  { plan, limitPerHour: limit, ...others }: EntryFields,
  row: NamedAccount,
  plans: readonly NamedPlan[],
): Readonly<Record<string, Json>> {
  const texts = Object.entries(others).map(([name, value]) => [name, value ?? '']);
  return {
    ...Object.fromEntries(texts),
    ...(plan !== undefined && { plan: plan === null ? null : idOf(String(plan), row, plans) }),
    ...(limit !== undefined &&
      (limit === null ? { limit: 'plan' } : { limit: 'own', limitPerHour: Number(limit) })),
  };
}

/** One of its reseller's comes first, as names are theirs. A plan that is gone is none that can be given. */
function idOf(plan: string, { parent_id: parent }: NamedAccount, plans: readonly NamedPlan[]) {
  const named = plans.filter(({ name }) => name === plan);
  const own = named.find(({ owner_id: owner }) => owner !== null && owner === parent);
  return (own ?? named.find(({ owner_id: owner }) => owner === null))?.id ?? 0;
}

async function accountsNamed(
  db: Knex,
  scope: Scope,
  entries: readonly EntryToUndo[],
): Promise<ReadonlyMap<string, NamedAccount>> {
  const logins = [...new Set(entries.map(({ subject }) => subject))];
  const found = db('accounts').whereIn('accounts.login', logins);
  const owner = 'accountId' in scope ? scope.accountId : 0;
  accountsWithin(found, scope, db.raw('?', [owner]));
  const rows: readonly NamedAccount[] = await found
    .leftJoin('accounts as parents', 'parents.id', 'accounts.parent_id')
    .select('accounts.*', 'parents.login as parent_login');
  return new Map(rows.map((row) => [row.login, row]));
}
