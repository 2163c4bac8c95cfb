import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Terminal } from '../../commands/terminal.js';
import { type VerbAbout, addVerbsAbout } from '../../commands/verbs.js';
import { StartError } from '../../errors.js';
import { type ImportKey, lineOf } from '../../imports/kind.js';
import type { Preview } from '../../previews/preview.js';
import { idFrom } from '../../web/ids.js';
import { applyAndTell, shownReasons } from '../previews/index.js';
import { startPreview } from './start-preview.js';

interface Options {
  readonly dryRun?: boolean;
  readonly change?: boolean;
  readonly generate?: boolean;
}

export function addTo(parent: Command): void {
  addVerbsAbout(
    parent,
    verb('domains', 'add the domains of a CSV file: domain, owner, language'),
    verb(
      'mailboxes',
      'add the mailboxes of a CSV file: address, name, password, quota, IMAP, POP3',
    ),
    verb('aliases', 'add the aliases of a CSV file: address, forwards to'),
    passwords,
  );
}

function verb(key: ImportKey, does: string): VerbAbout<Options> {
  return {
    usage: `${key} <file>`,
    does,
    examples: [`${key}.csv --dry-run`, `${key}.csv`],
    declare(command) {
      command.option('--dry-run', 'only say what would be done');
      if (key !== 'domains') {
        command.option('--change', 'change what already exists and differs');
      }
      if (key === 'mailboxes') {
        command.option('--generate', 'generate passwords for new mailboxes without one');
      }
    },
    run: (terminal, file, options) => importFile(terminal, key, file, options),
  };
}

async function importFile(
  terminal: Terminal,
  key: ImportKey,
  file: string,
  { dryRun = false, change = false, generate = false }: Options,
): Promise<void> {
  const { features } = terminal.app;
  const kind = await features.imports.kind(key);
  const id = await startPreview(features, terminal.viewer, kind, {
    content: readOrRefuse(file),
    options: { domain: undefined, changes: change, generates: generate },
  });
  await applyAndTell(terminal, id, {
    dryRun,
    further: async (preview) => [
      ...(await refusedLines(terminal, preview)),
      ...(generate && !dryRun ? [`relais import passwords ${id}`] : []),
    ],
  });
}

function readOrRefuse(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new StartError(`The file ${file} cannot be read.`);
  }
}

/** Every line that is not imported, with its reasons. */
async function refusedLines(
  { app, language }: Terminal,
  preview: Preview,
): Promise<readonly string[]> {
  const shown: string[] = [];
  for await (const lines of app.features.imports.files.refused(preview)) {
    for (const { line, reasons } of lines) {
      shown.push(
        language.t('previews.line', {
          line: lineOf(line.id),
          name: shownReasons({ reasons }, language),
        }),
      );
    }
  }
  return shown;
}

const passwords: VerbAbout = {
  usage: 'passwords <preview>',
  does: 'print the generated passwords of an import, once',
  examples: ['12 > passwords.csv'],
  async run({ app, viewer, print }, text) {
    const { imports, previews } = app.features;
    const preview = await previews.find(viewer, idFrom(text));
    const made: { readonly address: string; readonly password: string }[] = [];
    for await (const lines of imports.files.generated(preview)) {
      made.push(
        ...lines.map(({ values, secret }) => ({
          address: values['address'] ?? '',
          password: secret.password ?? '',
        })),
      );
    }
    if (made.length === 0) {
      throw new StartError('There are none, or somebody has fetched them.');
    }
    print(made, made.map(({ address, password }) => `${address},${password}`).join('\n'));
    await imports.files.forgetGenerated(preview);
  },
};
