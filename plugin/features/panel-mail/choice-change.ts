import type { Knex } from 'knex';
import { type ChangedFields, changedFields, isChange } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, refusedAt } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { ConflictError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import {
  type ChoosableServer,
  type PanelMailChoice,
  choosableServers,
  digestOfChoice,
  fieldsOf,
  holdChoice,
  writeChoice,
} from './store.js';

interface Subject {
  readonly before: PanelMailChoice;
  readonly servers: readonly ChoosableServer[];
}

interface Wanted {
  readonly choice: PanelMailChoice;
  /** The `digestOfChoice` that the form showed; undefined skips the check. */
  readonly seen: string | undefined;
  /** Whether the mail host's mails have a sender even if none is typed. */
  readonly hasLocalSender: boolean;
}

interface Change {
  readonly after: PanelMailChoice;
  readonly changed: ChangedFields;
}

/** Changes how the mails of the panel leave. */
export class ChoiceChange implements Verb<Subject, Wanted, Change, void> {
  async read(tx: Knex.Transaction): Promise<Subject> {
    return { before: await holdChoice(tx), servers: await choosableServers(tx) };
  }

  decide(
    _viewer: Viewer,
    { before, servers }: Subject,
    { choice, seen, hasLocalSender }: Wanted,
  ): Decision<Change> {
    if (seen !== undefined && seen !== digestOfChoice(before)) {
      return refused(new ConflictError('settings.errors.changed-meanwhile'));
    }
    const isOffered = choice.way !== 'server' || servers.some(({ id }) => id === choice.serverId);
    const hasSender = choice.way !== 'mail-host' || choice.address !== undefined || hasLocalSender;
    const changed = changedFields(fieldsOf(before), fieldsOf(choice));
    return (
      refusedAt({
        way: isOffered ? undefined : { key: 'panel-mail.errors.server' },
        address: hasSender ? undefined : { key: 'panel-mail.errors.no-name' },
      }) ?? {
        kind: isChange(changed) ? 'will-change' : 'already-so',
        change: { after: choice, changed },
      }
    );
  }

  async write({ tx, record }: Changing, { kind, change }: Agreed<Change>): Promise<void> {
    if (kind === 'will-change') {
      await writeChoice(tx, change.after);
      await record({ action: 'panel-mail.changed', subject: '', ...change.changed });
    }
  }
}
