import type { Command } from 'commander';
import type { App } from '../app.js';
import { InvalidInputError } from '../errors.js';
import { operator } from '../viewing/operator.js';
import type { Viewer } from '../viewing/viewer.js';
import type { Language } from '../web/locale.js';
import { withApp } from './options.js';
import { operatorLanguage } from './operator-language.js';

/** What commands work with. */
export interface Terminal {
  readonly app: App;
  /** The operator, who may do everything. */
  readonly viewer: Viewer;
  readonly language: Language;
  /** Prints the text or, with `--json`, the value. */
  readonly print: (value: unknown, text: string) => void;
}

/** Runs a command's work as the operator. */
export async function atTerminal(
  command: Command,
  work: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const { json } = command.opts<{ json?: boolean }>();
  await withApp(command, async (app) => {
    await work({
      app,
      viewer: operator(app.manifest.permissions),
      language: operatorLanguage(),
      print(value, text) {
        process.stdout.write(
          json === true ? `${JSON.stringify(value, undefined, 2)}\n` : text && `${text}\n`,
        );
      },
    });
  });
}

/** Runs work whose errors name form fields, and names the command's options instead. */
export async function inOptions<T>(
  options: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) {
      throw error;
    }
    throw new InvalidInputError(
      Object.fromEntries(
        Object.entries(error.fields).map(([name, reason]) => {
          const list = name.replace(/\.\d+$/, '');
          return [options[list] ?? name, reason];
        }),
      ),
    );
  }
}

/** `Label: value` lines, aligned. */
export function labelled(pairs: readonly (readonly [label: string, value: string])[]): string {
  return inColumns(pairs);
}

/** Rows with their columns two spaces apart. */
export function inColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
