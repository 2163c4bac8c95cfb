import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import type { AnyImportKind } from '../../imports/kind.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import type { AnyRemovedKind } from '../../removals/kind.js';
import { WebmailStore } from '../../panel/directory/webmail-store.js';
import type { Settings } from '../settings/index.js';
import type { StoredAlias } from './alias.js';
import type { Mailbox } from './mailbox.js';
import { AliasStore } from './alias-store.js';
import { AliasTargets } from './alias-targets.js';
import { Aliases } from './aliases.js';
import { DomainMembers } from './domain-members.js';
import { aliasImport } from './import-aliases.js';
import { mailboxImport } from './import-mailboxes.js';
import { Mailboxes } from './mailboxes.js';
import { OwnMailbox } from './own-mailbox.js';
import { Recipients } from './recipients.js';
import { Removals } from './removals.js';
import type { AnyRowsAction } from '../../previews/action.js';
import type { Previews } from '../../previews/previews.js';
import { actionsOnMailboxes } from './rows-actions.js';
import { removedAliases } from './removed-aliases.js';
import { removedMailboxes } from './removed-mailboxes.js';
import { RowsAliases } from './rows-aliases.js';
import { RowsMailboxes, RowsSuspension } from './rows-mailboxes.js';
import { RowsRemoval, leavingAliases, leavingMailboxes } from './rows-removal.js';

export interface MailboxFeatures {
  readonly mailboxes: Mailboxes;
  readonly aliases: Aliases;
  readonly ownMailbox: OwnMailbox;
  readonly recipients: Recipients;
  readonly rowsMailboxes: RowsMailboxes;
  readonly rowsSuspension: RowsSuspension;
  readonly actionsOnMailboxes: readonly AnyRowsAction[];
  readonly previews: Previews;
  readonly mailboxImport: AnyImportKind;
  readonly aliasImport: AnyImportKind;
  readonly rowsAliases: RowsAliases;
  readonly rowsRemoval: RowsRemoval<Mailbox>;
  readonly aliasRemoval: RowsRemoval<StoredAlias>;
  readonly removedKinds: readonly AnyRemovedKind[];
}

export function createMailboxFeatures(parts: {
  readonly db: Database;
  readonly changes: Changes;
  readonly domains: DomainStore;
  readonly settings: Settings;
  readonly previews: Previews;
}): MailboxFeatures {
  const webmails = new WebmailStore(parts.db);
  const recipients = new Recipients(parts.db, parts.domains);
  const members = new DomainMembers(parts.db);
  const store = new AliasStore(parts.db);
  const removals = new Removals(parts.db, store);
  const targets = new AliasTargets({ ...parts, recipients, aliases: store });
  const mailboxes = new Mailboxes({ ...parts, webmails, members, removals, aliasStore: store });
  const rows = {
    rowsMailboxes: new RowsMailboxes(mailboxes.settings, members),
    rowsSuspension: new RowsSuspension(mailboxes.suspensions, store),
    rowsRemoval: new RowsRemoval(mailboxes.removals, removals, leavingMailboxes),
  };
  const aliases = new Aliases({ ...parts, members, removals, targets, store });
  return {
    mailboxes,
    aliases,
    previews: parts.previews,
    ...rows,
    actionsOnMailboxes: actionsOnMailboxes({ ...parts, ...rows }),
    ownMailbox: new OwnMailbox({ ...parts, webmails }),
    recipients,
    mailboxImport: mailboxImport({
      members,
      creation: mailboxes.creation,
      settings: mailboxes.settings,
    }),
    aliasImport: aliasImport({
      members,
      store,
      targets,
      creation: aliases.creation,
      settings: aliases.settings,
    }),
    rowsAliases: new RowsAliases(aliases.settings, targets),
    aliasRemoval: new RowsRemoval(aliases.removals, removals, leavingAliases),
    removedKinds: [
      removedMailboxes({ members, store }),
      removedAliases({ creation: aliases.creation, targets, store }),
    ],
  };
}
