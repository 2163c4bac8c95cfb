import type { Knex } from 'knex';
import { type ChangedFields, changedFields, isChange } from '../../../changes/changed-fields.js';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused, refusedAt } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { ConflictError, type FieldError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { endSessions } from '../../../web/end-sessions.js';
import { type Account, resellerOf } from '../../directory/account.js';
import type { AccountStore, Belongings } from '../../directory/account-store.js';
import type { EffectivePlan } from '../../directory/effective-plan.js';
import { ownLimitIn, ownLimitRefusal } from '../../directory/own-limit.js';
import type { DomainStore } from '../../directory/domain-store.js';
import type { PanelEvents } from '../../panel.js';
import {
  type Accounts,
  type Affected,
  affectedByPlacement,
  affectedIf,
} from '../plans/affected.js';
import type { Excess } from '../plans/forms.js';
import {
  type Excessive,
  aboveRefusal,
  excessiveNumbers,
  lowerNumbers,
  restoreNumbers,
} from '../plans/own-numbers.js';
import { accountFields } from './account-fields.js';
import { endLinks } from '../sign-in-links.js';
import { about, auditFields } from './audit-fields.js';
import type { AccountForm } from './forms.js';
import { holdManageable, isLastAdministrator, lastAdministrator } from './manageable.js';
import { newPasswordRefusal } from './password.js';
import type { Placement, Placements, WantedPlacement } from './placements.js';

export interface AccountSubject {
  readonly before: Account;
  /** Before and after. */
  readonly now: Placement;
  readonly placement: WantedPlacement;
  /** What it has with that placement. */
  readonly plan: EffectivePlan;
  /** The account and its customers, where the new plan changes something for them. */
  readonly affected: readonly Affected[];
  /** Custom values above the new plan's maximums. */
  readonly excessive: readonly Excessive[];
  readonly isLast: boolean;
  /** Why it must keep its role, if so. */
  readonly roleRefusal: FieldError | undefined;
}

interface Wanted {
  readonly form: AccountForm;
  readonly passwordHash: string | undefined;
  /** The group of the act that lowered numbers, if it is undone. */
  readonly restores?: string | undefined;
}

interface Change {
  readonly before: Account;
  readonly after: Account;
  readonly affected: readonly Affected[];
  readonly changed: ChangedFields;
  readonly excess: Excess | undefined;
  readonly restores: string | undefined;
  readonly passwordHash: string | undefined;
  /** The version that is replaced. */
  readonly version: number;
}

interface AccountChangeParts {
  readonly store: AccountStore;
  readonly domains: DomainStore;
  readonly placements: Placements;
  readonly events: PanelEvents;
}

/** Changes accounts, and what their domains inherit from them. */
export class AccountChange implements Verb<AccountSubject, Wanted, Change, void> {
  readonly #parts: AccountChangeParts;

  constructor(parts: AccountChangeParts) {
    this.#parts = parts;
  }

  /**
   * @throws {NotFoundError} @throws {ForbiddenError}
   */
  async read(
    tx: Knex.Transaction,
    viewer: Viewer,
    id: number,
    form: AccountForm,
  ): Promise<AccountSubject> {
    return await this.subject(
      tx,
      viewer,
      await holdManageable(this.#parts.store, tx, viewer, id),
      form,
    );
  }

  /** What a change of an account depends on, which a transaction locks. */
  async subject(
    tx: Knex,
    viewer: Viewer,
    before: Account,
    form: AccountForm,
  ): Promise<AccountSubject> {
    const { id } = before;
    const placement = await this.#parts.placements.of(viewer, form, tx, before);
    const isOther = placement.role !== before.role;
    const now = await this.#parts.placements.now(before, tx);
    const affected = await this.#affected(tx, before, now, placement);
    return {
      before,
      placement,
      isLast: isOther && (await isLastAdministrator(this.#parts.store, tx, before)),
      roleRefusal: isOther ? roleRefusal(await this.#parts.store.belongings(id, tx)) : undefined,
      plan: await this.#parts.placements.effective(placement, tx),
      now,
      affected,
      excessive: form.excess === 'refuse' ? await excessiveNumbers(tx, affected) : [],
    };
  }

  /** The account and its customers, as far as they have something else. */
  async #affected(
    tx: Knex,
    { id }: Account,
    now: Placement,
    then: Placement,
  ): Promise<readonly Affected[]> {
    const { placements } = this.#parts;
    const itself: Accounts = (db) => db('accounts').where('accounts.id', id);
    const [before, after] = [
      await placements.effective(now, tx),
      await placements.effective(then, tx),
    ];
    const customers =
      now.plan?.id === then.plan?.id
        ? []
        : (await affectedByPlacement(tx, itself, then.plan)).filter(
            ({ isThroughReseller }) => isThroughReseller,
          );
    return [...affectedIf(itself, before, after, false), ...customers];
  }

  decide(
    viewer: Viewer,
    subject: AccountSubject,
    { form, passwordHash, restores }: Wanted,
  ): Decision<Change> {
    const { before, now, placement, affected, isLast } = subject;
    if (isLast) {
      return refused(lastAdministrator());
    }
    const after = { ...before, ...accountFields(form, placement), ...ownLimitIn(form) };
    const changed = changedFields(auditFields(before, now), auditFields(after, placement));
    const { version, excess } = form;
    const above = excess === 'refuse' ? aboveRefusal(subject.excessive) : undefined;
    return (
      refusedAt({
        ...placement.refusals,
        plan: placement.refusals.plan ?? administratorsPlan(before, form),
        role: subject.roleRefusal,
        limitPerHour: ownLimitRefusal(
          viewer,
          after.limitPerHour,
          subject.plan.outgoing('account', before.limitPerHour),
        ),
        password: newPasswordRefusal(form.password, before.login),
      }) ??
      (above && refused(above)) ?? {
        kind: isChange(changed) || passwordHash !== undefined ? 'will-change' : 'already-so',
        change: { before, after, affected, changed, excess, restores, passwordHash, version },
      }
    );
  }

  /** @throws {ConflictError} when somebody has changed the account since the version. */
  async write(changing: Changing, { change }: Agreed<Change>): Promise<void> {
    const { before, after, changed, passwordHash, version } = change;
    const next = version + Number(isChange(changed));
    await this.#lower(changing, change, true);
    if (!(await this.#parts.store.replace(changing.tx, { ...before, version, next }, after))) {
      throw new ConflictError('accounts.errors.changed-meanwhile', { login: before.login });
    }
    if (isChange(changed)) {
      await changing.record({ ...about(after), action: 'account.changed', ...changed });
    }
    await this.#follow(before, after, changing);
    await this.#lower(changing, change, false);
    if (change.restores !== undefined) {
      await restoreNumbers(changing, withCustomers(before.id), change.restores);
    }
    if (passwordHash !== undefined) {
      await this.#setPassword(before, passwordHash, changing);
    }
  }

  /** Customers are found by their reseller's former plan, so theirs come first. */
  async #lower(
    changing: Changing,
    { affected, excess }: Change,
    isOfCustomers: boolean,
  ): Promise<void> {
    if (excess === 'lower') {
      await lowerNumbers(
        changing,
        affected.filter(({ isThroughReseller }) => isThroughReseller === isOfCustomers),
      );
    }
  }

  /** Updates what the account's domains inherit from it. */
  async #follow(before: Account, after: Account, changing: Changing): Promise<void> {
    const { tx } = changing;
    const { id: accountId } = after;
    if (isOthersNow(before, after)) {
      await endLinks(tx, accountId);
    }
    if (before.name !== after.name) {
      await this.#parts.domains.renameOwner(tx, accountId, before.name, after.name);
    }
    if (resellerOf(before) !== resellerOf(after)) {
      const resellerId = resellerOf(after);
      await this.#parts.domains.setReseller(tx, accountId, resellerId);
      await this.#parts.events.emit(
        { kind: 'account-reseller-changed', accountId, resellerId },
        changing,
      );
      await this.#parts.events.emit({ kind: 'account-suspension-changed', accountId }, changing);
    }
    if (before.email !== after.email) {
      await this.#parts.events.emit({ kind: 'account-address-changed', accountId }, changing);
    }
  }

  async #setPassword(account: Account, hash: string, { tx, record }: Changing): Promise<void> {
    await this.#parts.store.setPassword(tx, account.id, hash);
    await endSessions(tx, account.id);
    await record({ ...about(account), action: 'account.password-changed' });
  }
}

function withCustomers(id: number): Accounts {
  return (db) =>
    db('accounts').where((either) => {
      void either.where('accounts.id', id).orWhere('accounts.parent_id', id);
    });
}

function administratorsPlan({ role }: Account, form: AccountForm): FieldError | undefined {
  return role === 'administrator' && form.role === role && form.plan !== ''
    ? { key: 'accounts.errors.administrators-plan' }
    : undefined;
}

/** Customers and plans belong to resellers. */
function roleRefusal({ customers, plans }: Belongings): FieldError | undefined {
  if (customers.count > 0) {
    return { key: 'accounts.errors.has-customers' };
  }
  return plans.count > 0 ? { key: 'accounts.errors.has-plans' } : undefined;
}

/** Whether links that were sent or handed over may be with somebody who has nothing to do with the account any more. */
function isOthersNow(before: Account, after: Account): boolean {
  return (
    before.email !== after.email || before.role !== after.role || before.parentId !== after.parentId
  );
}
