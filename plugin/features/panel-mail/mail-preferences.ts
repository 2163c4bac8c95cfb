import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { NotFoundError } from '../../errors.js';
import { type MailKind, switchableKinds } from '../../panel-mail/kind.js';
import { mutedKinds } from '../../panel-mail/muted.js';
import type { PanelMail } from '../../panel-mail/panel-mail.js';
import type { Account } from '../../panel/directory/account.js';
import type { AccountStore } from '../../panel/directory/account-store.js';
import { type Viewer, signedInAccount } from '../../viewing/viewer.js';
import { Muting } from './muting.js';

interface MailPreferencesParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly panelMail: PanelMail;
  readonly accounts: AccountStore;
}

/** A kind of mail, and whether its reader receives it. */
export interface ReceivedKind {
  readonly kind: MailKind;
  readonly isOn: boolean;
}

/** Which mails people receive. Acting as another account does not change whose preferences these are. */
export class MailPreferences {
  readonly muting = new Muting();
  readonly #parts: MailPreferencesParts;

  constructor(parts: MailPreferencesParts) {
    this.#parts = parts;
  }

  /** The kinds that can be switched off. @throws {NotFoundError} */
  async of(viewer: Viewer): Promise<readonly ReceivedKind[]> {
    const account = await this.#account(viewer);
    const muted = await mutedKinds(this.#parts.db.knex, account.id);
    return this.#offered(account).map((kind) => ({ kind, isOn: !muted.has(kind.key) }));
  }

  /** @param wanted keys of the kinds to receive. @throws {NotFoundError} */
  async change(viewer: Viewer, wanted: ReadonlySet<string>): Promise<void> {
    const { changes, accounts } = this.#parts;
    const { id } = await this.#account(viewer);
    await changes.carryOut(
      viewer,
      this.muting,
      async (tx) => {
        const account = required(await accounts.hold(tx, { kind: 'all' }, id));
        const muted = await mutedKinds(tx, id);
        return { account, offered: this.#offered(account), muted };
      },
      wanted,
    );
  }

  async #account(viewer: Viewer): Promise<Account> {
    const { accounts } = this.#parts;
    return required(await accounts.find({ kind: 'all' }, signedInAccount(viewer)));
  }

  #offered({ role }: Account): readonly MailKind[] {
    return switchableKinds(this.#parts.panelMail.kinds, role);
  }
}

function required(account: Account | undefined): Account {
  if (account === undefined) {
    throw new NotFoundError();
  }
  return account;
}
