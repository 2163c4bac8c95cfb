import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { NotFoundError } from '../../../errors.js';
import type { Locale } from '../../../viewing/locale.js';
import type { Actor } from '../../../viewing/actor.js';
import type { Account } from '../../directory/account.js';
import type { PanelMail } from '../../../panel-mail/panel-mail.js';
import type { AccountStore } from '../../directory/account-store.js';
import { about } from '../accounts/audit-fields.js';
import { passwordLinkLifetime } from '../link-lifetime.js';
import { insertLink } from '../sign-in-links.js';
import { newPasswordMail } from './mails.js';
import { passwordPath } from './password-path.js';

/** An account that may still exist, and whether it can sign in. */
type Subject = { readonly account: Account; readonly barred: boolean } | undefined;

interface Change {
  readonly account: Account;
  /** Of whoever asks, for an account without a language. */
  readonly locale: Locale;
}

interface PasswordRequestParts {
  readonly accounts: AccountStore;
  readonly panelMail: Pick<PanelMail, 'canSend' | 'queue'>;
}

/** Sends whoever has forgotten a password a link to choose another. Earlier links last as long as they would. */
export class PasswordRequest implements Verb<Subject, Locale, Change, void, Actor> {
  readonly #parts: PasswordRequestParts;

  constructor(parts: PasswordRequestParts) {
    this.#parts = parts;
  }

  /** Locks the account and its reseller (FOR UPDATE). */
  async read(tx: Knex.Transaction, login: string): Promise<Subject> {
    return await this.#parts.accounts.holdOwner(tx, { kind: 'all' }, login);
  }

  decide(_by: Actor, subject: Subject, locale: Locale): Decision<Change> {
    return subject === undefined || subject.barred
      ? refused(new NotFoundError())
      : willChange({ account: subject.account, locale });
  }

  async write(changing: Changing, { change }: Agreed<Change>): Promise<void> {
    const { account, locale } = change;
    const { id, login, name } = account;
    const path = passwordPath(await insertLink(changing.tx, id, 'password'));
    await changing.record({ ...about(account), action: 'account.password-requested' });
    await this.#parts.panelMail.queue(changing, {
      kind: newPasswordMail,
      accountId: id,
      fields: { login, name, ...passwordLinkLifetime },
      path,
      locale,
    });
  }
}
