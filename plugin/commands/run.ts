import type { Command } from 'commander';
import { reasonOf, storageUnavailable } from '../database/failures.js';
import { AppError, InvalidInputError, StartError } from '../errors.js';
import { type Language, asLocale, languageFor, primaryTag } from '../web/locale.js';

/** Runs the command line; what goes wrong is one clear line on standard error and the exit code 1. */
export async function runCommand(program: Command, argv: readonly string[]): Promise<void> {
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

function explain(error: unknown): string {
  const { t } = operatorLanguage();
  if (error instanceof InvalidInputError) {
    return Object.entries(error.fields)
      .map(([field, { key, args }]) => `${field}: ${t(key, { ...args })}`)
      .join('\n');
  }
  if (error instanceof AppError) {
    return t(error.key, { ...error.args });
  }
  if (error instanceof StartError) {
    return error.message;
  }
  const unavailable = storageUnavailable(error);
  if (unavailable !== undefined) {
    return `${t(unavailable.key)} (${reasonOf(unavailable.cause)})`;
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : 'Unknown error';
}

/**
 * The terminal's language, from the usual variables: the first that is not empty (POSIX.1-2017 §8.2), unless
 * `LANGUAGE` lists some in the order in which they are wanted, which GNU gettext heeds in all locales but `C`.
 */
export function operatorLanguage(env = process.env): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || 'C';
  const listed = /^(C|POSIX)(\.|$)/.test(locale) ? [] : (env['LANGUAGE'] ?? '').split(':');
  const [first] = [...listed, locale].flatMap((each) => asLocale(primaryTag(each)) ?? []);
  return languageFor(first ?? 'en');
}
