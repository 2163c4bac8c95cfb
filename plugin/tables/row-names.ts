import type { Language } from '../web/locale.js';
import { isFixed } from './table-choices.js';
import type { Cell, Column, Table } from './table.js';

/** The cells of a page, and the names of its rows, each different. */
interface NamedCells {
  readonly rows: readonly (readonly Cell[])[];
  readonly names: readonly string[];
}

/**
 * A link or a checkbox that is read without its row names it: rows of the same name, such as two messages with one
 * subject, are told apart by further columns, and by a number if these are equal too.
 */
export function namedCells<Row>(
  table: Table<Row>,
  columns: readonly Column<Row>[],
  { rows, language }: { readonly rows: readonly Row[]; readonly language: Language },
): NamedCells {
  const cells = rows.map((row) => columns.map((column) => column.cell(row, language)));
  const place = columns.findIndex(({ key }) => isFixed(table, key));
  const texts = cells.map((each) => each[place]?.text ?? '');
  if (repeated(texts).size === 0) {
    return { rows: cells, names: texts };
  }
  const names = numbered(toldApart(table, texts, { rows, language }));
  return {
    names,
    rows: cells.map((each, index) =>
      each.map((cell, at) => (at === place ? labelled(cell, names[index]) : cell)),
    ),
  };
}

function toldApart<Row>(
  { columns, apartBy = [] }: Table<Row>,
  texts: readonly string[],
  { rows, language }: { readonly rows: readonly Row[]; readonly language: Language },
): readonly string[] {
  return apartBy.reduce((names, wanted) => {
    const same = repeated(names);
    const column = columns.find(({ key }) => key === wanted);
    return names.map((name, index) => {
      const row = rows[index];
      return same.has(name) && row ? `${name}, ${column?.cell(row, language).text}` : name;
    });
  }, texts);
}

/** The second of the same name is `name (2)`. */
function numbered(names: readonly string[]): readonly string[] {
  const met = new Map<string, number>();
  return names.map((name) => {
    const count = (met.get(name) ?? 0) + 1;
    met.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

function repeated(names: readonly string[]): ReadonlySet<string> {
  return new Set(names).size === names.length
    ? new Set()
    : new Set(names.filter((name, index) => names.indexOf(name) !== index));
}

function labelled(cell: Cell, name: string | undefined): Cell {
  return cell.href === undefined || name === undefined || name === cell.text
    ? cell
    : { ...cell, label: name };
}
