import type { Knex } from 'knex';
import type { Reason } from '../../changes/decision.js';
import type { Language } from '../../web/locale.js';
import { type ChangeColumns, type LabelledThings, changeIn, entryNames } from '../audit/index.js';

/** What a class of rows has of a change, joined with the names of things whose IDs are in it. */
export interface ChangeRow {
  readonly thing: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly reasons: string | null;
  readonly [name: `name_${'before' | 'after'}_${string}`]: string | null | undefined;
  readonly [names: `keyed_${string}`]: string | null | undefined;
}

const ofClasses: ChangeColumns = {
  isOf: 'o.thing = ?',
  named: (thing) => thing,
  before: 'c.before',
  after: 'c.after',
};

/** The columns of a `ChangeRow`, where `o` is the preview and `c` the class. */
export function changeColumns(db: Knex, things: LabelledThings): readonly (string | Knex.Raw)[] {
  return ['o.thing', 'c.before', 'c.after', 'c.reasons', ...entryNames(db, things, ofClasses)];
}

/** What changes, before and after. */
export function shownChange(row: ChangeRow, language: Language, things: LabelledThings): string {
  return row.before === null && row.after === null
    ? ''
    : changeIn(
        {
          ...row,
          id: 0,
          at: 0,
          actor: '',
          acting_as: null,
          subject: '',
          action: `${row.thing}.changed`,
        },
        language,
        things,
      );
}

/** Why rows cannot be changed. */
export function shownReasons({ reasons }: Pick<ChangeRow, 'reasons'>, { t }: Language): string {
  const all: readonly Reason[] = JSON.parse(reasons ?? '[]');
  return all.map(({ key, args }) => t(key, args)).join(' ');
}
