import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { ConflictError, ForbiddenError } from '../../../errors.js';
import type { Locale } from '../../../viewing/locale.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import type { PanelMail } from '../../../panel-mail/panel-mail.js';
import type { AccountStore } from '../../directory/account-store.js';
import { about } from '../accounts/audit-fields.js';
import type { InvitationForm } from '../accounts/forms.js';
import { holdManageable } from '../accounts/manageable.js';
import { endLinks, insertLink } from '../sign-in-links.js';
import { invitationLifetime } from '../link-lifetime.js';
import type { AccessStore } from './access-store.js';
import { invitationMail } from './mails.js';
import { passwordPath } from './password-path.js';

interface Subject {
  readonly account: Account;
  readonly hasPassword: boolean;
}

type Invited = Pick<Account, 'id' | 'login' | 'name' | 'email' | 'role' | 'parentId'>;

interface Change {
  readonly account: Invited;
  readonly way: InvitationForm['way'];
  /** Of whoever invites, for an account without a language. */
  readonly locale: Locale | undefined;
}

interface InvitationParts {
  readonly store: AccountStore;
  readonly access: AccessStore;
  readonly panelMail: Pick<PanelMail, 'canSend' | 'queue'>;
}

/** Invites somebody to choose the first password of an account, with a link that ends an earlier one. */
export class Invitation implements Verb<Subject, InvitationForm['way'], Change, string> {
  readonly #parts: InvitationParts;

  constructor(parts: InvitationParts) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} @throws {ForbiddenError} */
  async read(tx: Knex.Transaction, viewer: Viewer, id: number): Promise<Subject> {
    const account = await holdManageable(this.#parts.store, tx, viewer, id);
    const { hasPassword } = await this.#parts.access.of(id, tx);
    return { account, hasPassword };
  }

  decide(viewer: Viewer, subject: Subject, way: InvitationForm['way']): Decision<Change> {
    const { account, hasPassword } = subject;
    const { login } = account;
    if (account.suspended) {
      return refused(new ForbiddenError('accounts.errors.suspended', { login }));
    }
    return hasPassword
      ? refused(new ConflictError('accounts.errors.has-password', { login }))
      : willChange({ account, way, locale: viewer.locale });
  }

  /** @returns the token of the link. */
  async write(changing: Changing, { change }: Agreed<Change>): Promise<string> {
    const { account, way } = change;
    const { tx, record } = changing;
    await endLinks(tx, account.id, 'invitation');
    const token = await insertLink(tx, account.id, 'invitation');
    await this.#parts.access.setInvited(tx, account.id);
    const after = way === 'mail' ? { email: account.email } : undefined;
    await record({ ...about(account), action: 'account.invited', after });
    if (way === 'mail') {
      await this.#mail(changing, change, token);
    }
    return token;
  }

  /** @throws {ConflictError} when the mail server was switched off meanwhile. */
  async #mail(changing: Changing, { account, locale }: Change, token: string): Promise<void> {
    const { id, login, name } = account;
    const isQueued = await this.#parts.panelMail.queue(changing, {
      kind: invitationMail,
      accountId: id,
      fields: { login, name, ...invitationLifetime },
      path: passwordPath(token),
      locale,
    });
    if (!isQueued) {
      throw new ConflictError('accounts.access.no-mail');
    }
  }
}
