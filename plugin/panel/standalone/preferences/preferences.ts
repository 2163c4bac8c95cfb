import type { Knex } from 'knex';
import { changedFields, isChange } from '../../../changes/changed-fields.js';
import type { Changes } from '../../../changes/changes.js';
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
} from '../../../errors.js';
import { passwordMatches } from '../../../secrets/passwords.js';
import type { RateLimits } from '../../../web/rate-limits.js';
import { endSessions } from '../../../web/end-sessions.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore, KnownAccount } from '../../directory/account-store.js';
import type { DomainStore } from '../../directory/domain-store.js';
import type { PanelEvents } from '../../panel.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { hashNewPassword } from '../accounts/password.js';
import { about } from '../accounts/audit-fields.js';
import type { AppearanceForm, PasswordForm, ProfileForm } from './forms.js';

const windowMs = 15 * 60 * 1000;
const perAccount = { name: 'own-password', most: 10, windowMs };

/** What everybody changes about themselves. Whoever acts as another stays themselves here. */
export class Preferences {
  readonly #changes: Changes;
  readonly #accounts: AccountStore;
  readonly #domains: DomainStore;
  readonly #events: PanelEvents;
  readonly #limits: RateLimits;

  constructor(parts: {
    readonly changes: Changes;
    readonly accounts: AccountStore;
    readonly domains: DomainStore;
    readonly events: PanelEvents;
    readonly limits: RateLimits;
  }) {
    this.#changes = parts.changes;
    this.#accounts = parts.accounts;
    this.#domains = parts.domains;
    this.#events = parts.events;
    this.#limits = parts.limits;
  }

  /** The account that signed in. @throws {NotFoundError} */
  async account(viewer: Viewer): Promise<Account> {
    return (await this.#known(viewer)).account;
  }

  async hasPassword(viewer: Viewer): Promise<boolean> {
    return (await this.#known(viewer)).passwordHash !== undefined;
  }

  /** How the pages look to somebody is nobody else's concern, so there is no audit entry. */
  async changeAppearance(viewer: Viewer, form: AppearanceForm): Promise<void> {
    const { id } = await this.account(viewer);
    await this.#changes.make(viewer, ({ tx }) => this.#setAppearance(tx, id, form));
  }

  /**
   * @throws {ForbiddenError} for mail users, whose mailbox has their name, and while acting as another.
   * @throws {ConflictError} when somebody has changed the account since the form's version.
   */
  async changeProfile(viewer: Viewer, form: ProfileForm): Promise<void> {
    const { account } = await this.#own(viewer);
    const after = { ...account, name: form.name, email: form.email.toString() };
    const changed = changedFields(profileOf(account), profileOf(after));
    const isChanged = isChange(changed);
    await this.#changes.make(viewer, async (changing) => {
      const { tx, record } = changing;
      const { version } = form;
      const read = { ...account, version, next: version + Number(isChanged) };
      if (!(await this.#accounts.replace(tx, read, after))) {
        throw new ConflictError('accounts.errors.changed-meanwhile', { login: account.login });
      }
      if (isChanged) {
        await record({ ...about(account), action: 'account.changed', ...changed });
      }
      if (after.name !== account.name) {
        await this.#domains.renameOwner(tx, account.id, account.name, after.name);
      }
      if (after.email !== account.email) {
        const event = { kind: 'account-address-changed', accountId: account.id } as const;
        await this.#events.emit(event, changing);
      }
      await this.#setAppearance(tx, account.id, form);
    });
  }

  async #setAppearance(tx: Knex, id: number, { locale, theme }: AppearanceForm): Promise<void> {
    await this.#accounts.setAppearance(tx, id, {
      ...(locale === undefined ? {} : { locale: locale === '' ? null : locale }),
      ...(theme === undefined ? {} : { theme }),
    });
  }

  /**
   * Ends every other session of the account.
   *
   * @throws {InvalidInputError} when the current password is not right, or the new one is easy to guess; an account
   * without one needs none.
   * @throws {ForbiddenError} @throws {TooManyRequestsError}
   */
  async changePassword(viewer: Viewer, form: PasswordForm, sessionId: string): Promise<void> {
    const { account, passwordHash } = await this.#own(viewer);
    if (passwordHash !== undefined) {
      await this.#assertRight(account, form.current, passwordHash);
    }
    const hash = await hashNewPassword(form.password, account.login);
    await this.#changes.make(viewer, async ({ tx, record }) => {
      await this.#accounts.setPassword(tx, account.id, hash);
      await endSessions(tx, account.id, sessionId);
      await record({ ...about(account), action: 'account.password-changed' });
    });
  }

  async #assertRight({ login }: Account, password: string, hash: string): Promise<void> {
    await this.#limits.attempt([[perAccount, login]], async () => {
      if (!(await passwordMatches(password, hash))) {
        throw new InvalidInputError({ current: { key: 'preferences.errors.current' } });
      }
    });
  }

  async #own(viewer: Viewer): Promise<KnownAccount> {
    if (!mayChangeProfile(viewer)) {
      throw new ForbiddenError('preferences.errors.not-here');
    }
    return await this.#known(viewer);
  }

  async #known({ actorId }: Viewer): Promise<KnownAccount> {
    const known = await this.#accounts.knownById(actorId ?? 0);
    if (known === undefined) {
      throw new NotFoundError();
    }
    return known;
  }
}

/** Mail users are changed with their mailboxes, and others by nobody who acts as them. */
export function mayChangeProfile(viewer: Viewer): boolean {
  return viewer.actingAs === undefined && viewer.role !== 'mail-user';
}

function profileOf({ name, email }: Account): Readonly<Record<'name' | 'email', string>> {
  return { name, email };
}
