import type { Command } from 'commander';
import { type Terminal, atTerminal } from '../../../commands/terminal.js';
import { addVerb } from '../../../commands/verbs.js';
import { StartError } from '../../../errors.js';
import type { Language } from '../../../web/locale.js';
import { HeadFile, type SeenHead, headText, seenHeadIn } from './head-file.js';
import { withinSeconds } from './keeping.js';
import { SealKeys } from './seal-keys.js';
import { type Unlisted, unlistedIn } from './unlisted.js';
import { type Finding, type Verification, Verifying } from './verifying.js';

interface Options {
  readonly head?: string;
  readonly accept?: boolean;
}

export function addVerify(audit: Command): void {
  addVerb(audit, {
    usage: 'verify',
    does: 'find entries that were edited, removed, added or cut off behind the program’s back',
    examples: ['', '--head 4711:09f2…', '--json'],
  })
    .option('--head <head>', 'the head that an earlier run printed, which the log must still hold')
    .option('--accept', 'after a restore, take the end of the log as it is from now on')
    .action(async (options: Options, command: Command) => {
      await atTerminal(command, async ({ app, language, print }) => {
        const { result, unlisted } = await verified(app, options);
        const lines = [
          ...result.findings.map((finding) => sentenceOf(finding, language)),
          ...moreThanShown(result, language),
          ...unlisted.map((each) => unlistedSentence(each, language)),
          ...summaryOf(result, language),
        ];
        print({ ...result, unlisted }, lines.join('\n'));
        if (result.found + unlisted.length > 0) {
          process.exitCode = 1;
        }
      });
    });
}

async function verified(
  { db, config }: Terminal['app'],
  { head, accept = false }: Options,
): Promise<{ readonly result: Verification; readonly unlisted: readonly Unlisted[] }> {
  const headFile = new HeadFile(config.dataFolder);
  const seen = [...(accept ? [] : [headFile.read()]), head === undefined ? undefined : given(head)];
  const result = await new Verifying({
    db,
    keys: SealKeys.in(config.dataFolder),
    now: () => Date.now(),
  }).run(seen.filter((each) => each !== undefined));
  if (accept && result.found === 0) {
    headFile.write(result.head);
  }
  return { result, unlisted: await unlistedIn(db.knex) };
}

function given(text: string): SeenHead {
  const head = seenHeadIn(text);
  if (head === undefined) {
    throw new StartError('--head takes what “relais audit verify” printed as the head.');
  }
  return head;
}

function sentenceOf({ kind, number, to = number }: Finding, { t }: Language): string {
  return t(`audit.verify.${kind}`, { number: String(number), to: String(to) });
}

function unlistedSentence({ first_id: number, entries }: Unlisted, { t }: Language): string {
  return t('audit.verify.unlisted', { number: String(number), count: entries });
}

function moreThanShown({ found, findings }: Verification, { t, number }: Language): string[] {
  const more = found - findings.length;
  return more === 0 ? [] : [t('audit.verify.more', { count: more, shown: number(more) })];
}

function summaryOf(
  { sealed, unsealed, dropped, head, found }: Verification,
  { t, number }: Language,
): readonly string[] {
  return [
    ...(found === 0 ? [t('audit.verify.whole', { count: sealed, shown: number(sealed) })] : []),
    ...(unsealed === 0
      ? []
      : [
          t('audit.verify.unsealed', {
            count: unsealed,
            shown: number(unsealed),
            seconds: withinSeconds,
          }),
        ]),
    ...(dropped === 0
      ? []
      : [t('audit.verify.dropped', { count: dropped, shown: number(dropped) })]),
    ...(head.number === 0 ? [] : [t('audit.verify.head', { head: headText(head) })]),
  ];
}
