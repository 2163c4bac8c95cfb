import { lineIn } from '../../imports/import-action.js';
import type { Cell } from '../../tables/table.js';
import type { Language } from '../../web/locale.js';

interface NamedRow {
  readonly row_id: number;
  readonly name: string;
  /** Of the preview. */
  readonly action: string;
}

/** The name of a row, with its line if it is one of a file. */
export function nameOf({ row_id: id, name, action }: NamedRow, { t }: Language): Cell {
  const line = lineIn(action, id);
  return { text: line === undefined ? name : t('previews.line', { line, name }) };
}
