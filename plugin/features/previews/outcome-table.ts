import type { Knex } from 'knex';
import { type ChangedBy, type Outcome, outcomes } from '../../previews/preview.js';
import type { Table } from '../../tables/table.js';
import type { Language } from '../../web/locale.js';
import { nameOf } from './row-name.js';
import { shownReasons } from './shown-change.js';
import { withClasses } from './table.js';

export interface OutcomeRow {
  readonly row_id: number;
  readonly name: string;
  readonly action: string;
  readonly became: Outcome | 'waiting';
  readonly detail: string | null;
  readonly reasons: string | null;
}

const looks = {
  changed: 'good',
  'already-so': 'off',
  'not-allowed': 'bad',
  meanwhile: 'bad',
  failed: 'bad',
  waiting: 'off',
} as const;

/** Only exceptions are stored: the others follow from the class and from how far the preview is applied. */
const became = `COALESCE(p.outcome, CASE
  WHEN p.row_id > o.applied_to THEN CASE WHEN j.state = 'failed' THEN 'failed' ELSE 'waiting' END
  WHEN c.kind = 'will-change' THEN 'changed'
  WHEN c.kind = 'already-so' THEN 'already-so'
  ELSE 'not-allowed' END)`;

/** What became of the rows of an applied preview. */
export const outcomeTable: Table<OutcomeRow> = {
  key: 'outcomes',
  defaultSort: 'name',
  search: { column: 'p.sort_name', id: 'p.row_id' },
  parent: 'p.preview_id',
  filters: [
    {
      key: 'outcome',
      kind: 'several',
      label: 'outcomes.columns.outcome',
      options: Object.fromEntries(outcomes.map((outcome) => [outcome, outcome])),
      sql: became,
      text: (option, { t }) => t(`outcomes.names.${option}`),
    },
  ],
  columns: [
    { key: 'name', sortBy: ['p.sort_name', 'p.row_id'], cell: nameOf },
    {
      key: 'outcome',
      cell: (row, { t }) => ({
        text: t(`outcomes.names.${row.became}`),
        status: looks[row.became],
      }),
    },
    { key: 'why', isProse: true, cell: (row, language) => ({ text: whyOf(row, language) || '–' }) },
  ],
  within: () => {},
  from: outcomeRows,
  countFrom: withJobs,
};

/** @param only rows with this outcome. */
export function outcomeRows(db: Knex, only?: string): Knex.QueryBuilder {
  const rows = withJobs(db).select(
    'p.row_id',
    'p.name',
    'p.sort_name',
    'o.action',
    'p.detail',
    'c.reasons',
    db.raw(`${became} AS became`),
  );
  return only === undefined ? rows : rows.whereRaw(`${became} = ?`, [only]);
}

/** How many rows have which outcome. */
export async function countOutcomes(
  db: Knex,
  previewId: number,
): Promise<ReadonlyMap<OutcomeRow['became'], number>> {
  const rows: { became: OutcomeRow['became']; n: number }[] = await withJobs(db)
    .where('p.preview_id', previewId)
    .groupByRaw(became)
    .select(db.raw(`${became} AS became`))
    .count('* as n');
  return new Map(rows.map((row) => [row.became, row.n]));
}

/** Whether some rows can be tried again. */
export function hasLeft(counts: ReadonlyMap<OutcomeRow['became'], number>): boolean {
  return (['meanwhile', 'failed', 'waiting'] as const).some((each) => counts.has(each));
}

function withJobs(db: Knex): Knex.QueryBuilder {
  return withClasses(db).leftJoin('jobs as j', 'j.id', 'o.job_id');
}

function whyOf(row: OutcomeRow, language: Language): string {
  switch (row.became) {
    case 'changed':
    case 'not-allowed':
      return shownReasons({ reasons: reasonsIn(row) }, language);
    case 'meanwhile':
      return changedBy(row, language);
    case 'failed':
      return language.t('outcomes.not-reached');
    case 'already-so':
    case 'waiting':
      return '';
  }
}

/** Its own reasons if it was decided about again, or those of its class. */
export function reasonsIn({ detail, reasons }: OutcomeRow): string | null {
  const own: { readonly reasons?: readonly object[] } = JSON.parse(detail ?? '{}');
  return own.reasons === undefined ? reasons : JSON.stringify(own.reasons);
}

/** Who changed it meanwhile; undefined if it is gone. */
export function changerOf({ detail }: OutcomeRow): ChangedBy | undefined {
  const by: Partial<ChangedBy> = JSON.parse(detail ?? '{}');
  return by.actor === undefined || by.at === undefined ? undefined : { actor: by.actor, at: by.at };
}

function changedBy(row: OutcomeRow, { t, dateTime }: Language): string {
  const by = changerOf(row);
  return by === undefined
    ? t('outcomes.gone')
    : t('outcomes.changed-by', { actor: by.actor, at: dateTime(by.at) });
}
