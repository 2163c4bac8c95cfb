import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused } from '../../../changes/decision.js';
import type { Asked, RowsVerb } from '../../../changes/verb.js';
import { engineOf } from '../../../database/engine.js';
import { ForbiddenError } from '../../../errors.js';
import type { Json } from '../../../jobs/kind.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import { accountsWithin } from '../../directory/account-lists.js';
import type { AccountStore } from '../../directory/account-store.js';
import { type AccountRow, accountFrom } from '../../directory/rows.js';
import { parseForm } from '../../../web/forms.js';
import type { AccountChange, AccountSubject } from './account-change.js';
import type { AccountSuspension } from './account-suspension.js';
import { type AccountForm, formOf, someOfAccount } from './forms.js';
import { isLastAdministrator } from './manageable.js';

export type SuspensionSubject = Parameters<AccountSuspension['decide']>[1];
export type SuspensionChange = Parameters<AccountSuspension['write']>[1]['change'];

/** Suspends and reactivates selected accounts. */
export class RowsSuspension implements RowsVerb<
  SuspensionSubject,
  WantedSuspension,
  SuspensionChange,
  void
> {
  readonly #verb: AccountSuspension;
  readonly #store: AccountStore;

  constructor(verb: AccountSuspension, store: AccountStore) {
    this.#verb = verb;
    this.#store = store;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer, wanted: { suspended } }: Asked<WantedSuspension>,
    ids: readonly number[],
  ): Promise<readonly SuspensionSubject[]> {
    const subjects: SuspensionSubject[] = [];
    for (const account of await accountsByIds(db, viewer, ids)) {
      const isLast = suspended && (await isLastAdministrator(this.#store, db, account));
      subjects.push({ account, isLast });
    }
    return subjects;
  }

  decide(
    viewer: Viewer,
    subject: SuspensionSubject,
    { suspended }: WantedSuspension,
  ): Decision<SuspensionChange> {
    return refusedOwn(viewer, subject.account) ?? this.#verb.decide(viewer, subject, suspended);
  }

  async write(changing: Changing, decision: Agreed<SuspensionChange>): Promise<void> {
    await this.#verb.write(changing, decision);
  }
}

export interface WantedSuspension {
  readonly [name: string]: Json;
  readonly suspended: boolean;
}

/** What is wanted of accounts, as a preview stores it; what is left out stays. */
export interface WantedAccount {
  readonly [field: string]: Json;
}

/** An account with what a change of it depends on. */
export interface ChangedAccount {
  readonly account: Account;
  readonly subject: AccountSubject;
  readonly form: AccountForm;
}

export type FieldsChange = Parameters<AccountChange['write']>[1]['change'];

/** Changes accounts as an action on rows does: gives them a plan, or what else an act had changed. */
export class RowsAccounts implements RowsVerb<ChangedAccount, WantedAccount, FieldsChange, void> {
  readonly #verb: AccountChange;

  constructor(verb: AccountChange) {
    this.#verb = verb;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer, wanted }: Asked<WantedAccount>,
    ids: readonly number[],
  ): Promise<readonly ChangedAccount[]> {
    const found: ChangedAccount[] = [];
    for (const account of await accountsByIds(db, viewer, ids)) {
      const reseller = await resellerIn(db, account);
      const form = { ...formOf(account, reseller?.login ?? ''), ...fieldsIn(wanted) };
      const subject = await this.#verb.subject(db, viewer, account, form);
      found.push({ account, subject, form });
    }
    return found;
  }

  decide(
    viewer: Viewer,
    { account, subject, form }: ChangedAccount,
    wanted: WantedAccount,
  ): Decision<FieldsChange> {
    const { restores } = wanted;
    return (
      refusedOwn(viewer, account) ??
      this.#verb.decide(viewer, subject, {
        form,
        passwordHash: undefined,
        ...(typeof restores === 'string' && { restores }),
      })
    );
  }

  async write(changing: Changing, decision: Agreed<FieldsChange>): Promise<void> {
    await this.#verb.write(changing, decision);
  }
}

function fieldsIn(wanted: WantedAccount): Partial<AccountForm> {
  const { plan } = wanted;
  const others = Object.entries(wanted).filter(([name]) => name !== 'restores' && name !== 'plan');
  return parseForm(someOfAccount, {
    ...Object.fromEntries(others),
    ...(plan !== undefined && { plan: plan ?? '' }),
  });
}

/** People change their own account in the preferences. */
function refusedOwn({ accountId }: Viewer, { id }: Account): Decision<never> | undefined {
  return id === accountId ? refused(new ForbiddenError('accounts.errors.own')) : undefined;
}

async function resellerIn(db: Knex, { parentId }: Account): Promise<Account | undefined> {
  const row =
    parentId === undefined
      ? undefined
      : await db<AccountRow>('accounts').where({ id: parentId }).first();
  return row && accountFrom(row);
}

/** Those within the viewer's scope, except mail users; locked in a transaction. */
async function accountsByIds(
  db: Knex,
  { scope, accountId }: Viewer,
  ids: readonly number[],
): Promise<readonly Account[]> {
  const rows = db<AccountRow>('accounts').whereNot('accounts.role', 'mail-user');
  engineOf(db).whereAmong(rows, 'accounts.id', JSON.stringify(ids));
  accountsWithin(rows, scope, db.raw('?', [accountId]));
  const found: readonly AccountRow[] = await (db.isTransaction ? rows.forUpdate() : rows).select(
    'accounts.*',
  );
  return found.map(accountFrom);
}
