import type { Knex } from 'knex';
import type { Registration } from '../../feature.js';
import { type PreviewKind, kinds } from '../../previews/preview.js';
import type { Table } from '../../tables/table.js';
import type { Language } from '../../web/locale.js';
import { auditedThings } from '../audit/index.js';
import { nameOf } from './row-name.js';
import { type ChangeRow, changeColumns, shownChange, shownReasons } from './shown-change.js';

export interface PreviewListRow extends ChangeRow {
  readonly row_id: number;
  readonly name: string;
  readonly action: string;
  readonly kind: PreviewKind;
}

const looks = { 'will-change': 'good', 'already-so': 'off', refused: 'bad' } as const;

/** The rows of a preview, of whatever list. Their names stay when the rows are gone. */
export function previewTableOf(registered: readonly Registration[]): Table<PreviewListRow> {
  const things = auditedThings(registered);
  const change = (row: PreviewListRow, language: Language): string =>
    row.kind === 'refused' ? shownReasons(row, language) : shownChange(row, language, things);
  return {
    key: 'previews',
    defaultSort: 'name',
    search: { column: 'p.sort_name', id: 'p.row_id' },
    parent: 'p.preview_id',
    filters: [
      {
        key: 'kind',
        kind: 'choice',
        label: 'previews.columns.kind',
        options: Object.fromEntries(kinds.map((kind) => [kind, kind])),
        sql: 'c.kind',
        text: (option, { t }) => t(`previews.kinds.${option}`),
      },
    ],
    columns: [
      { key: 'name', sortBy: ['p.sort_name', 'p.row_id'], cell: nameOf },
      {
        key: 'kind',
        cell: ({ kind }, { t }) => ({ text: t(`previews.kinds.${kind}`), status: looks[kind] }),
      },
      {
        key: 'change',
        isProse: true,
        cell: (row, language) => ({ text: change(row, language) || '–' }),
      },
    ],
    // Whoever may see the preview may see its rows.
    within: () => {},
    from: (db: Knex) =>
      withClasses(db).select(
        'p.row_id',
        'p.name',
        'p.sort_name',
        'o.action',
        'c.kind',
        ...changeColumns(db, things),
      ),
    countFrom: withClasses,
  };
}

/** The rows of previews as `p`, with their previews as `o` and their classes as `c`. */
export function withClasses(db: Knex): Knex.QueryBuilder {
  return db('preview_rows as p')
    .join('previews as o', 'o.id', 'p.preview_id')
    .join('preview_classes as c', (on) =>
      on.on('c.preview_id', 'p.preview_id').andOn('c.number', 'p.class'),
    );
}
