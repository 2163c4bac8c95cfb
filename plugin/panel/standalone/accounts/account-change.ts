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
import { accountFields } from './account-fields.js';
import { endLinks } from '../sign-in-links.js';
import { about, auditFields } from './audit-fields.js';
import type { AccountForm } from './forms.js';
import { holdManageable, isLastAdministrator, lastAdministrator } from './manageable.js';
import { newPasswordRefusal } from './password.js';
import type { Placement, Placements, WantedPlacement } from './placements.js';

interface Subject {
  readonly before: Account;
  /** Before and after. */
  readonly now: Placement;
  readonly placement: WantedPlacement;
  /** What it has with that placement. */
  readonly plan: EffectivePlan;
  readonly isLast: boolean;
  /** Why it must keep its role, if so. */
  readonly roleRefusal: FieldError | undefined;
}

interface Wanted {
  readonly form: AccountForm;
  readonly passwordHash: string | undefined;
}

interface Change {
  readonly before: Account;
  readonly after: Account;
  readonly changed: ChangedFields;
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
export class AccountChange implements Verb<Subject, Wanted, Change, void> {
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
  ): Promise<Subject> {
    const before = await holdManageable(this.#parts.store, tx, viewer, id);
    const placement = await this.#parts.placements.of(viewer, form, tx, before);
    const isOther = placement.role !== before.role;
    return {
      before,
      placement,
      isLast: isOther && (await isLastAdministrator(this.#parts.store, tx, before)),
      roleRefusal: isOther ? roleRefusal(await this.#parts.store.belongings(id, tx)) : undefined,
      plan: await this.#parts.placements.effective(placement, tx),
      now: await this.#parts.placements.now(before, tx),
    };
  }

  decide(viewer: Viewer, subject: Subject, { form, passwordHash }: Wanted): Decision<Change> {
    const { before, now, placement, isLast } = subject;
    if (isLast) {
      return refused(lastAdministrator());
    }
    const after = { ...before, ...accountFields(form, placement), ...ownLimitIn(form) };
    const changed = changedFields(auditFields(before, now), auditFields(after, placement));
    const { version } = form;
    return (
      refusedAt({
        ...placement.refusals,
        role: subject.roleRefusal,
        limitPerHour: ownLimitRefusal(
          viewer,
          after.limitPerHour,
          subject.plan.outgoing('account', before.limitPerHour),
        ),
        password: newPasswordRefusal(form.password, before.login),
      }) ?? {
        kind: isChange(changed) || passwordHash !== undefined ? 'will-change' : 'already-so',
        change: { before, after, changed, passwordHash, version },
      }
    );
  }

  /** @throws {ConflictError} when somebody has changed the account since the version. */
  async write(changing: Changing, { change }: Agreed<Change>): Promise<void> {
    const { before, after, changed, passwordHash, version } = change;
    const next = version + Number(isChange(changed));
    if (!(await this.#parts.store.replace(changing.tx, { ...before, version, next }, after))) {
      throw new ConflictError('accounts.errors.changed-meanwhile', { login: before.login });
    }
    if (isChange(changed)) {
      await changing.record({ ...about(after), action: 'account.changed', ...changed });
    }
    await this.#follow(before, after, changing);
    if (passwordHash !== undefined) {
      await this.#setPassword(before, passwordHash, changing);
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
