import type { Knex } from 'knex';
import type { Reason } from '../../changes/decision.js';
import type { Language } from '../../web/locale.js';
import {
  type ChangeColumns,
  type LabelledThings,
  actionIn,
  changeIn,
  entryNames,
} from '../audit/index.js';

/** What a class of rows has of a change, joined with the names of things whose IDs are in it. */
export interface ChangeRow {
  readonly thing: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly reasons: string | null;
  /** The action of the entries that it undoes, if entries of several are undone. */
  readonly undoes: string | null;
  readonly [name: `name_${'before' | 'after'}_${string}`]: string | null | undefined;
  readonly [names: `keyed_${string}`]: string | null | undefined;
}

/** What a row is: entries of several kinds may be undone at once. */
const thing = "COALESCE(SUBSTR(c.undoes, 1, INSTR(c.undoes, '.') - 1), o.thing)";

const ofClasses: ChangeColumns = {
  isOf: `${thing} = ?`,
  named: (name) => name,
  before: 'c.before',
  after: 'c.after',
};

/** The columns of a `ChangeRow`, where `o` is the preview and `c` the class. */
export function changeColumns(db: Knex, things: LabelledThings): readonly (string | Knex.Raw)[] {
  const known = db.raw(`${thing} AS thing`);
  return [
    known,
    'c.undoes',
    'c.before',
    'c.after',
    'c.reasons',
    ...entryNames(db, things, ofClasses),
  ];
}

/** What changes, before and after, and what is left out then. */
export function shownChange(row: ChangeRow, language: Language, things: LabelledThings): string {
  return [changeOf(row, language, things), shownReasons(row, language)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function changeOf(row: ChangeRow, language: Language, things: LabelledThings): string {
  const entry = { ...row, id: 0, at: 0, actor: '', acting_as: null, subject: '' };
  if (row.before !== null || row.after !== null) {
    return changeIn({ ...entry, action: `${row.thing}.changed` }, language, things);
  }
  const { undoes } = row;
  return undoes === null
    ? ''
    : language.t('previews.undo.undoes', {
        what: actionIn({ ...entry, action: undoes }, language, things),
      });
}

/** Why rows cannot be changed. */
export function shownReasons({ reasons }: Pick<ChangeRow, 'reasons'>, { t }: Language): string {
  return reasonsIn(reasons)
    .map(({ key, args, cell }) => {
      const reason = t(key, args);
      if (cell === undefined) {
        return reason;
      }
      const { column, value } = cell;
      return value === undefined
        ? t('previews.in-column', { column: t(column), reason })
        : t('previews.in-cell', { column: t(column), value, reason });
    })
    .join(' ');
}

/** The same without the texts of cells, which differ in each row of a file. */
export function shownReasonsAlike(row: Pick<ChangeRow, 'reasons'>, language: Language): string {
  const alike = reasonsIn(row.reasons).map(({ key, args, cell }) => ({
    key,
    args,
    ...(cell && { cell: { column: cell.column } }),
  }));
  return shownReasons({ reasons: JSON.stringify(alike) }, language);
}

function reasonsIn(reasons: string | null): readonly Reason[] {
  return JSON.parse(reasons ?? '[]');
}
