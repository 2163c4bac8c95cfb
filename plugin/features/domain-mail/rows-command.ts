import { StartError } from '../../errors.js';
import { inOptions } from '../../commands/terminal.js';
import { type Options, optionsByField, policyFields } from './policy-options.js';
import { limitTyped } from './forms.js';
import { policyNamed } from './policies/index.js';
import { policyIn } from './rows-forms.js';
import type { RowsWanted } from './rows-wanted.js';

/** The settings that options want of all domains that match. @throws {InvalidInputError} @throws {StartError} */
export async function rowsWantedIn(options: Options): Promise<RowsWanted> {
  const wanted = await inOptions({ ...optionsByField(), limitPerHour: '--limit' }, async () =>
    wantedIn(options),
  );
  if (Object.keys(wanted).length === 0) {
    throw new StartError('Nothing to change: name at least one option.');
  }
  return wanted;
}

function wantedIn(options: Options): RowsWanted {
  const { mail, unknown, webmail, relay, limit } = options;
  return {
    ...(mail !== undefined && { enabled: mail === 'on' }),
    ...(unknown !== undefined && {
      policy: policyIn({ policy: unknown, ...policyFields(policyNamed(unknown), options) }),
    }),
    ...(webmail !== undefined && { webmail: webmail === 'none' ? null : webmail }),
    ...(limit !== undefined && { limit: limitTyped(limit).limitPerHour ?? null }),
    ...(relay !== undefined && { relay: relayIn(relay) }),
  };
}

/** @throws {StartError} */
function relayIn(text: string): number | null {
  if (!/^(direct|\d{1,15})$/.test(text)) {
    throw new StartError('--relay takes the ID of an SMTP server, or direct.');
  }
  return text === 'direct' ? null : Number(text);
}
