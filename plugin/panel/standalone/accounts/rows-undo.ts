import type { Knex } from 'knex';
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
import type { RowsPlan, RowsSuspension } from './rows-accounts.js';

interface Parts {
  readonly rowsSuspension: RowsSuspension;
  readonly rowsPlan: RowsPlan;
}

/** Undoes the suspension and the reactivation of accounts, and changes of their plan. */
export function undoesOfAccounts({ rowsSuspension, rowsPlan }: Parts): readonly UndoAction[] {
  return [
    {
      undoes: ['account.changed'],
      action: {
        ...undoTexts,
        ...onAccount,
        key: 'account-plan',
        verb: rowsPlan,
        changeOf: ({ changed }) => changed,
      },
      rowsOf: plansOf,
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

async function plansOf(
  db: Knex,
  scope: Scope,
  entries: readonly EntryToUndo[],
): Promise<readonly RowToUndo[]> {
  const rows = await accountsNamed(db, scope, entries);
  const plans: readonly { id: number; name: string; owner_id: number | null }[] = await db(
    'plans',
  ).select('id', 'name', 'owner_id');
  const names = new Map(plans.map(({ id, name }) => [id, name]));
  return entries.flatMap((entry) => {
    const row = rows.get(entry.subject);
    if (row === undefined) {
      return [];
    }
    const { plan, ...others } = entry.before;
    const isPlan = plan !== undefined && Object.keys(others).length === 0;
    // A plan that is gone is none that can be given.
    const wanted =
      plan === null || plan === undefined
        ? null
        : (plans.find(
            ({ name, owner_id: owner }) =>
              name === plan && (owner === null || owner === row.parent_id),
          )?.id ?? 0);
    return [
      {
        entry,
        id: row.id,
        current: isPlan
          ? { plan: row.plan_id === null ? null : (names.get(row.plan_id) ?? '') }
          : entry.after,
        wanted: { plan: wanted, isMore: !isPlan },
      },
    ];
  });
}

async function accountsNamed(
  db: Knex,
  scope: Scope,
  entries: readonly EntryToUndo[],
): Promise<ReadonlyMap<string, AccountRow & { readonly suspended: number }>> {
  const logins = [...new Set(entries.map(({ subject }) => subject))];
  const found = db('accounts').whereIn('accounts.login', logins);
  const owner = 'accountId' in scope ? scope.accountId : 0;
  accountsWithin(found, scope, db.raw('?', [owner]));
  const rows: readonly (AccountRow & { readonly suspended: number })[] =
    await found.select('accounts.*');
  return new Map(rows.map((row) => [row.login, row]));
}
