import type { Knex } from 'knex';
import type { Agreed } from '../../plugin/changes/decision.js';
import type { RowsVerb } from '../../plugin/changes/verb.js';
import { shared } from '../../plugin/database/locks.js';
import type { WantedSettings } from '../../plugin/features/domain-mail/mail-settings.js';
import type {
  DomainSubject,
  SettingsChange,
  SettingsFacts,
} from '../../plugin/features/domain-mail/settings-decision.js';
import type { Mailbox } from '../../plugin/features/mailboxes/mailbox.js';
import type { FoundMailbox } from '../../plugin/features/mailboxes/mailbox-change.js';
import { mailboxFrom } from '../../plugin/features/mailboxes/mailbox-store.js';
import type { MailboxSuspension } from '../../plugin/features/mailboxes/mailbox-suspension.js';
import type { DomainRow } from '../../plugin/panel/directory/domain.js';
import type { AnyRowsAction } from '../../plugin/tables/actions/action.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import type { TestApp } from '../support/app.js';

const look = { permission: 'mailboxes.manage', icon: 'trash' } as const;

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
  };
}

/** Domains' settings, whose decisions depend on what is loaded before the transaction. */
export function settings({ db: { knex }, features }: TestApp): AnyRowsAction {
  const { settings: change } = features.domainMail;
  const verb: SettingsVerb = {
    load: async (viewer, ids, wanted) =>
      await change.load(viewer, await domainsAmong(knex, ids), wanted),
    read: async (db, { facts }, ids) =>
      (await shared(db, domainsAmong(db, ids))).map((row) => ({ row, facts })),
    decide: (viewer, subject, wanted) => change.decide(viewer, subject, wanted),
    write: (changing, decision) => change.write(changing, decision),
  };
  return {
    ...look,
    key: 'set',
    noun: 'settings',
    verb,
    idOf: ({ row }: DomainSubject) => row.id,
    nameOf: ({ row }: DomainSubject) => row.name,
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

type SettingsVerb = RowsVerb<DomainSubject, WantedSettings, SettingsChange, void, SettingsFacts>;

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

function domainsAmong(db: Knex, ids: readonly number[]): Knex.QueryBuilder<DomainRow, DomainRow[]> {
  return db<DomainRow>('domains').whereIn('id', ids);
}
