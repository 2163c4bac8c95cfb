import { changedFields, isChange } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { type MailKind, mailName } from '../../panel-mail/kind.js';
import { muteKinds } from '../../panel-mail/muted.js';
import { type Account, resellerOf } from '../../panel/directory/account.js';
import type { Viewer } from '../../viewing/viewer.js';

interface Subject {
  readonly account: Account;
  readonly offered: readonly MailKind[];
  /** Keys of kinds that are switched off. */
  readonly muted: ReadonlySet<string>;
}

/** The keys of the kinds to receive. */
type Wanted = ReadonlySet<string>;

interface Change extends Pick<Subject, 'account' | 'offered'> {
  readonly before: readonly MailKind[];
  readonly after: readonly MailKind[];
}

/** Switches kinds of mails off and on again, by their reader. */
export class Muting implements Verb<Subject, Wanted, Change, void> {
  decide(_viewer: Viewer, { account, offered, muted }: Subject, wanted: Wanted): Decision<Change> {
    const before = offered.filter(({ key }) => muted.has(key));
    const after = offered.filter(({ key }) => !wanted.has(key));
    const isSo = namesOf(before) === namesOf(after);
    return {
      kind: isSo ? 'already-so' : 'will-change',
      change: { account, offered, before, after },
    };
  }

  async write({ tx, record }: Changing, { change }: Agreed<Change>): Promise<void> {
    const { account, offered, before, after } = change;
    const changed = changedFields({ muted: namesOf(before) }, { muted: namesOf(after) });
    if (!isChange(changed)) {
      return;
    }
    await muteKinds(tx, account.id, { offered: offered.map(keyOf), muted: after.map(keyOf) });
    await record({
      action: 'panel-mail.muted',
      subject: account.login,
      ownerId: account.id,
      resellerId: resellerOf(account),
      ...changed,
    });
  }
}

function keyOf({ key }: MailKind): string {
  return key;
}

/** As the log of changes names them. */
function namesOf(kinds: readonly MailKind[]): string {
  return kinds.map(mailName).join(', ');
}
