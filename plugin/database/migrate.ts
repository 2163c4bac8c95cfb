import type { Knex } from 'knex';
import * as foundation from '../../migrations/001-foundation.js';
import * as mailViews from '../../migrations/002-mail-views.js';
import * as search from '../../migrations/003-search.js';
import * as mailboxSearch from '../../migrations/004-mailbox-search.js';
import * as smtpServers from '../../migrations/005-smtp-servers.js';
import * as tableChoices from '../../migrations/006-table-choices.js';
import * as exports from '../../migrations/007-exports.js';
import * as messages from '../../migrations/009-messages.js';
import * as searchOnServers from '../../migrations/010-search-on-servers.js';
import * as outbox from '../../migrations/011-outbox.js';
import * as longTexts from '../../migrations/012-long-texts.js';
import * as uselessIndexes from '../../migrations/013-useless-indexes.js';
import * as searchInBlocks from '../../migrations/014-search-in-blocks.js';
import * as limitsOfAccounts from '../../migrations/015-limits-of-accounts.js';
import * as readiness from '../../migrations/017-readiness.js';
import * as drawnLogos from '../../migrations/018-drawn-logos.js';
import * as mailViewsInAscii from '../../migrations/019-mail-views.js';
import * as turns from '../../migrations/020-turns.js';
import * as mailChanges from '../../migrations/022-mail-changes.js';
import * as logSearch from '../../migrations/024-log-search.js';
import * as entryGroups from '../../migrations/025-entry-groups.js';
import * as jobs from '../../migrations/026-jobs.js';
import * as accountSearch from '../../migrations/027-account-search.js';
import * as madeViews from '../../migrations/028-made-views.js';
import * as filterIndexes from '../../migrations/029-filter-indexes.js';
import * as jobTurns from '../../migrations/030-job-turns.js';
import * as planNames from '../../migrations/031-plan-names.js';
import * as messageServers from '../../migrations/032-message-servers.js';
import * as narrowedExports from '../../migrations/033-narrowed-exports.js';
import * as panelMails from '../../migrations/034-panel-mails.js';
import * as jobTitles from '../../migrations/035-job-titles.js';
import * as invitations from '../../migrations/036-invitations.js';
import * as keptForms from '../../migrations/037-kept-forms.js';
import * as firstPage from '../../migrations/038-overview.js';
import * as testMessages from '../../migrations/039-test-messages.js';
import * as messageServices from '../../migrations/040-message-services.js';
import * as webmails from '../../migrations/041-webmails.js';
import * as acts from '../../migrations/042-acts.js';
import * as previews from '../../migrations/043-previews.js';
import * as mailboxWords from '../../migrations/044-mailbox-words.js';
import * as seals from '../../migrations/045-seals.js';
import * as savedSearches from '../../migrations/046-saved-searches.js';
import * as planPermissions from '../../migrations/048-plan-permissions.js';
import * as orders from '../../migrations/049-orders.js';
import * as previewKeys from '../../migrations/050-preview-keys.js';
import * as planNumbers from '../../migrations/051-plan-numbers.js';
import * as imports from '../../migrations/052-imports.js';
import * as previewOwners from '../../migrations/053-preview-owners.js';
import * as removals from '../../migrations/054-removals.js';
import * as domainExchangers from '../../migrations/055-domain-exchangers.js';
import * as importLines from '../../migrations/056-import-lines.js';
import * as changedColumns from '../../migrations/057-changed-columns.js';
import * as undoneGroups from '../../migrations/058-undone-groups.js';
import { StartError } from '../errors.js';
import { engineOf } from './engine.js';
import { retrying } from './retrying.js';
import { dropViews, forgetViews, makeViews, type ViewDefinitions } from './views.js';

interface Steps {
  up(db: Knex): Promise<void>;
  down(db: Knex): Promise<void>;
}

interface Migration extends Steps {
  readonly name: string;
}

function migration(name: string, steps: Steps): Migration {
  return { name, ...steps };
}

/** It made views, which are made after all migrations now. */
const nothing = { up: async (): Promise<void> => {}, down: async (): Promise<void> => {} };

/** All migrations in order. Names never change: databases record them. */
export const migrations: readonly Migration[] = [
  migration('001-foundation', foundation),
  migration('002-mail-views', mailViews),
  migration('003-search', search),
  migration('004-mailbox-search', mailboxSearch),
  migration('005-smtp-servers', smtpServers),
  migration('006-table-choices', tableChoices),
  migration('007-exports', exports),
  migration('008-relays', nothing),
  migration('009-messages', messages),
  migration('010-search-on-servers', searchOnServers),
  migration('011-outbox', outbox),
  migration('012-long-texts', longTexts),
  migration('013-useless-indexes', uselessIndexes),
  migration('014-search-in-blocks', searchInBlocks),
  migration('015-limits-of-accounts', limitsOfAccounts),
  migration('017-readiness', readiness),
  migration('018-drawn-logos', drawnLogos),
  migration('019-mail-views', mailViewsInAscii),
  migration('020-turns', turns),
  migration('022-mail-changes', mailChanges),
  migration('024-log-search', logSearch),
  migration('025-entry-groups', entryGroups),
  migration('026-jobs', jobs),
  migration('027-account-search', accountSearch),
  migration('028-made-views', madeViews),
  migration('029-filter-indexes', filterIndexes),
  migration('030-job-turns', jobTurns),
  migration('031-plan-names', planNames),
  migration('032-message-servers', messageServers),
  migration('033-narrowed-exports', narrowedExports),
  migration('034-panel-mails', panelMails),
  migration('035-job-titles', jobTitles),
  migration('036-invitations', invitations),
  migration('037-kept-forms', keptForms),
  migration('038-overview', firstPage),
  migration('039-test-messages', testMessages),
  migration('040-message-services', messageServices),
  migration('041-webmails', webmails),
  migration('042-acts', acts),
  migration('043-previews', previews),
  migration('044-mailbox-words', mailboxWords),
  migration('045-seals', seals),
  migration('046-saved-searches', savedSearches),
  migration('047-mail-views', nothing),
  migration('048-plan-permissions', planPermissions),
  migration('049-orders', orders),
  migration('050-preview-keys', previewKeys),
  migration('051-plan-numbers', planNumbers),
  migration('052-imports', imports),
  migration('053-preview-owners', previewOwners),
  migration('054-removals', removals),
  migration('055-domain-exchangers', domainExchangers),
  migration('056-import-lines', importLines),
  migration('057-changed-columns', changedColumns),
  migration('058-undone-groups', undoneGroups),
];

/**
 * Migrates the database to this program's schema.
 *
 * @param define the views, which are created after the migrations.
 * @returns the names of the migrations that ran.
 * @throws {StartError} when a newer program made the database, or one of its migrations was interrupted.
 */
export async function migrate(db: Knex, define: ViewDefinitions): Promise<string[]> {
  try {
    return await together(db, async (tables) => {
      const applied = await appliedTo(tables);
      const names = migrations.every(({ name }) => applied.has(name))
        ? []
        : await migrateAll(tables, define);
      await makeViews(tables, define);
      return names;
    });
  } catch (error) {
    if ((error as Error).name === 'MigrationLocked' || /already locked/.test(String(error))) {
      throw new StartError(
        'Another process is migrating this database, or was interrupted: if none is running, run `relais migrate --unlock`.',
        { cause: error },
      );
    }
    throw error;
  }
}

/** Locks the migrations, which a start that has nothing to migrate must not wait for. */
async function migrateAll(tables: Knex, define: ViewDefinitions): Promise<string[]> {
  await forgetViews(tables, define);
  await takeWriteLock(tables);
  const [, names] = (await tables.migrate.latest(config)) as [number, string[]];
  return names;
}

/** Where SQLite is busy, Knex reports its own lock as taken; this fails with SQLite's error first, which is retried. */
async function takeWriteLock(tables: Knex): Promise<void> {
  if (await tables.schema.hasTable('knex_migrations')) {
    await tables('knex_migrations').where({ id: 0 }).delete();
  }
}

export async function unlockMigrations(db: Knex): Promise<void> {
  await db.migrate.forceFreeMigrationsLock(config);
}

export async function rollBack(db: Knex, define: ViewDefinitions): Promise<void> {
  await together(db, async (tables) => {
    await dropViews(tables, define);
    await tables.migrate.rollback(config, true);
  });
}

/** In one transaction where the engine supports it, and after any other process that migrates. */
async function together<T>(db: Knex, work: (db: Knex) => Promise<T>): Promise<T> {
  return engineOf(db).changesTablesInTransactions
    ? await retrying(() => db.transaction(work))
    : await work(db);
}

const config: Knex.MigratorConfig = {
  migrationSource: {
    getMigrations: async () => [...migrations],
    getMigrationName: ({ name }: Migration) => name,
    getMigration: async (each: Migration) => each,
  },
};

/** @throws {StartError} when the database has migrations that this program does not know. */
async function appliedTo(db: Knex): Promise<ReadonlySet<string>> {
  if (!(await db.schema.hasTable('knex_migrations'))) {
    return new Set();
  }
  const applied = await db<{ name: string }>('knex_migrations').orderBy('id').pluck('name');
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = applied.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new StartError(
      `The database is newer than this program: it has the migration ${unknown}, which this version does not know.`,
    );
  }
  return new Set(applied);
}
