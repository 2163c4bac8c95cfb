import type { Viewer } from '../../viewing/viewer.js';
import type { Language } from '../../web/locale.js';
import { type ActRow, actPath, countOf, subjectOf } from './act.js';
import type { ActSummary, FoundAct } from './acts.js';
import {
  type LabelledThings,
  type ShownField,
  actionIn,
  actorIn,
  fieldsOf,
  withoutOwnFields,
} from './entry.js';

/** An act as its page shows it. */
export interface ShownAct {
  readonly action: string;
  readonly subject: string;
  readonly at: string;
  readonly actor: string;
  /** For administrators. */
  readonly origin: string | undefined;
  readonly isFolded: boolean;
  /** Others of its group. */
  readonly besides: readonly { readonly href: string; readonly text: string }[];
  readonly changes: readonly { readonly count: string; readonly fields: readonly ShownField[] }[];
  /** What the summary leaves out. */
  readonly others: string | undefined;
}

interface Words {
  readonly language: Language;
  readonly things: LabelledThings;
}

export function shownAct(
  { scope }: Pick<Viewer, 'scope'>,
  { act, besides, summary }: FoundAct & { readonly summary: ActSummary },
  words: Words,
): ShownAct {
  const { language, things } = words;
  const isFolded = act.entries > 1;
  const titleOf = (row: ActRow): string =>
    `${actionIn(row, language, things)} · ${subjectOf(row, language, things)}`;
  return {
    action: actionIn(act, language, things),
    subject: subjectOf(act, language, things),
    at: language.dateTime(act.at),
    actor: actorIn(act, language),
    origin: scope.kind === 'all' ? act.origin : undefined,
    isFolded,
    besides: besides.map((row) => ({ href: actPath(row.id), text: titleOf(row) })),
    changes: summary.changes.map(({ row, count }) => ({
      count: countOf(act.action, count, words),
      fields: fieldsOf(isFolded ? withoutOwnFields(row) : row, language, things),
    })),
    others:
      summary.others === 0
        ? undefined
        : language.t('audit-act.others', {
            count: summary.others,
            shown: language.number(summary.others),
          }),
  };
}
