import type { Knex } from 'knex';
import type { Agreed } from '../../plugin/changes/decision.js';
import type { RowsVerb } from '../../plugin/changes/verb.js';
import type { Mailbox } from '../../plugin/features/mailboxes/mailbox.js';
import type { FoundMailbox } from '../../plugin/features/mailboxes/mailbox-change.js';
import { mailboxFrom } from '../../plugin/features/mailboxes/mailbox-store.js';
import type { MailboxSuspension } from '../../plugin/features/mailboxes/mailbox-suspension.js';
import type { AnyRowsAction } from '../../plugin/previews/action.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import type { TestApp } from '../support/app.js';

const look = { permission: 'mailboxes.manage', icon: 'trash', thing: 'mailbox' } as const;

/** Makes an action of a verb in a few lines. */
export function suspension({ features }: TestApp): AnyRowsAction {
  const { suspensions } = features.mailboxes;
  const verb: SuspensionVerb = {
    load: nothing,
    read: async (db, { viewer, wanted }, ids) =>
      await Promise.all(
        (await mailboxesAmong(db, viewer, ids)).map((found) =>
          suspensions.read(db as Knex.Transaction, viewer, found, wanted),
        ),
      ),
    decide: (viewer, subject, wanted) => suspensions.decide(viewer, subject, wanted),
    write: (changing, decision) => suspensions.write(changing, decision),
  };
  return {
    ...look,
    key: 'suspend',
    noun: 'suspension',
    verb,
    idOf: ({ row }: FoundMailbox) => row.id,
    nameOf: ({ row }: FoundMailbox) => row.address,
    versionOf: ({ row }: FoundMailbox) => row.version,
  };
}

export function removal({ features }: TestApp): AnyRowsAction {
  const { removals } = features.mailboxes;
  type Read = Awaited<ReturnType<typeof removals.read>>;
  return {
    ...look,
    key: 'remove',
    noun: 'removal',
    verb: {
      load: nothing,
      read: async (db, { viewer }, ids) =>
        await Promise.all(
          (await mailboxesAmong(db, viewer, ids)).map(({ row, domainRow }) =>
            removals.read(db as Knex.Transaction, viewer, domainRow, async () => mailboxFrom(row)),
          ),
        ),
      decide: (viewer, subject: Read) => removals.decide(viewer, subject, { expected: undefined }),
      write: (changing, decision: Parameters<typeof removals.write>[1]) =>
        removals.write(changing, decision),
    },
    idOf: (subject: Read) => thingIn(subject).id,
    nameOf: (subject: Read) => thingIn(subject).address,
    versionOf: (subject: Read) => thingIn(subject).version,
  };
}

/** For verbs that load nothing from elsewhere. */
const nothing = async (): Promise<undefined> => undefined;

type SuspensionVerb = RowsVerb<
  Parameters<MailboxSuspension['decide']>[1],
  Parameters<MailboxSuspension['decide']>[2],
  Extract<ReturnType<MailboxSuspension['decide']>, { change: unknown }>['change'],
  unknown
>;

/** The action, except that something happens after a certain row is written. */
export function failingAfterWriting(
  action: AnyRowsAction,
  name: string,
  fail: () => never,
): AnyRowsAction {
  return {
    ...action,
    verb: {
      ...action.verb,
      async write(changing, decision: Agreed<FoundMailbox>) {
        await action.verb.write(changing, decision);
        if (decision.change.row.address === name) {
          fail();
        }
      },
    },
  };
}

/** Mailboxes in the viewer's scope, with their domains. */
async function mailboxesAmong(
  db: Knex,
  { accountId }: Viewer,
  ids: readonly number[],
): Promise<readonly FoundMailbox[]> {
  const rows = await db('mailboxes').whereIn('id', ids);
  const domains = await db('domains').where({ owner_id: accountId });
  return rows.flatMap((row) => {
    const domainRow = domains.find(({ id }) => id === row.domain_id);
    return domainRow === undefined ? [] : [{ row, domainRow }];
  });
}

function thingIn({ thing }: { readonly thing: Mailbox }): Mailbox {
  return thing;
}
