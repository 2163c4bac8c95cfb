import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';

/** Bookkeeping, which is neither decided nor recorded in the activity log. */
const bookkeeping = [
  'exports/export-store.ts', // the progress of files
  'features/api-tokens/store.ts', // when a token was last used
  'features/audit/seals/dropping.ts', // deletes old entries
  'features/audit/seals/renewal.ts', // seals again with another key
  'features/audit/seals/seal-store.ts', // the chain of seals
  'features/domain-mail/exchanger-records.ts', // what the DNS said about domains
  'features/messages/claims.ts', // leases and attempts
  'features/messages/panel-mails.ts', // hands the panel's mails to the outbox
  'features/messages/recovery.ts', // messages of processes that are gone
  'features/messages/upkeep.ts', // deletes old messages
  'features/removed/removed-things.ts', // reads what would not come back
  'features/smtp-servers/logo-store.ts', // redraws stored files
  'features/smtp-servers/smtp-servers.ts', // a successful test ends a pause
  'features/smtp-servers/troubles.ts', // pauses after failures
  'jobs/claims.ts', // leases and cursors
  'panel/overview/facts.ts', // what was observed about the installation
  'previews/counting.ts', // what a preview has decided about so far
  'previews/store.ts', // what was asked for
  'tables/saved-searches.ts', // the searches that a person saves
  'tables/table-choices.ts', // the columns that a person hides
];

const rooms = ['exports', 'features', 'jobs', 'panel', 'previews', 'tables'];

describe('every change', () => {
  const sources = rooms.flatMap((room) =>
    readdirSync(join(programFolder, 'plugin', room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => {
        const file = join(room, name);
        return { file, text: readFileSync(join(programFolder, 'plugin', file), 'utf8') };
      }),
  );
  const having = (pattern: RegExp): readonly string[] =>
    sources
      .filter(({ text }) => pattern.test(text))
      .map(({ file }) => file)
      .toSorted();

  it('opens no transaction outside of `Changes`, except for bookkeeping', () => {
    assert.deepEqual(having(/\.transaction\(/), bookkeeping);
  });

  it('is written by a verb, not by the code that opens the transaction', () => {
    assert.deepEqual(having(/\.make\([^;]*?\{[^}]*\btx\b[^}]*\}\)\s*=>/), []);
  });
});
