import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refusedAt, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import { ownersOf } from './domain-members.js';
import type { MailboxRow, MailboxStore } from './mailbox-store.js';
import { passwordRefusal } from './password.js';

interface Subject {
  readonly row: MailboxRow;
  readonly domain: DomainRow | undefined;
}

interface Wanted {
  readonly password: string;
  readonly passwordHash: string;
  /** The session that stays. */
  readonly sessionId: string;
}

type Change = Subject & Pick<Wanted, 'passwordHash' | 'sessionId'>;

/** Changes the password of a mail user's own mailbox, and ends the user's other sessions. */
export class OwnPassword implements Verb<Subject, Wanted, Change, void> {
  readonly #store: MailboxStore;

  constructor(store: MailboxStore) {
    this.#store = store;
  }

  decide(_viewer: Viewer, subject: Subject, wanted: Wanted): Decision<Change> {
    const { password, passwordHash, sessionId } = wanted;
    return (
      refusedAt({ password: passwordRefusal(password, subject.row.address) }) ??
      willChange({ ...subject, passwordHash, sessionId })
    );
  }

  async write({ tx, record, touch }: Changing, { change }: Agreed<Change>): Promise<void> {
    const { row, domain, passwordHash, sessionId } = change;
    await this.#store.setPassword(tx, row.id, passwordHash);
    await this.#store.endSessions(tx, row.id, sessionId);
    await record({
      action: 'mailbox.password-changed',
      subject: row.address,
      ...(domain && ownersOf(domain)),
      after: { version: row.version + 1 },
    });
    await touch([row.domain_id]);
  }
}
