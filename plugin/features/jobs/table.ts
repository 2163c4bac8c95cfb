import { momentColumn } from '../../tables/columns.js';
import type { Knex } from 'knex';
import { jobPath, jobStates } from '../../jobs/job.js';
import { type JobRow, resultIn } from '../../jobs/rows.js';
import { periodFilter } from '../../tables/period-filter.js';
import type { Table } from '../../tables/table.js';
import { type DescribedJob, actorLabel, progressLabel, resultLabel, stateCell } from './labels.js';

export type JobListRow = Pick<
  JobRow,
  | 'id'
  | 'title_key'
  | 'actor'
  | 'acting_as'
  | 'state'
  | 'cancel_asked'
  | 'done'
  | 'total'
  | 'result'
  | 'created_at'
  | 'finished_at'
>;

/** Running and recent jobs. */
export const jobTable: Table<JobListRow> = {
  key: 'jobs',
  defaultSort: 'created',
  defaultDirection: 'desc',
  nameColumn: 'title',
  apartBy: ['created'],
  filters: [
    {
      key: 'state',
      kind: 'several',
      label: 'jobs.columns.state',
      options: Object.fromEntries(jobStates.map((state) => [state, state])),
      sql: 'jobs.state',
      text: (option, { t }) => t(`jobs.states.${option}`),
    },
    periodFilter({ sql: 'jobs.created_at' }),
  ],
  columns: [
    momentColumn('created', ['jobs.created_at', 'jobs.id'], (row) => row.created_at),
    // In the words of each language, which no index has in order.
    { key: 'title', cell: (row, { t }) => ({ text: t(row.title_key), href: jobPath(row.id) }) },
    {
      key: 'actor',
      sortBy: ['jobs.actor', 'jobs.id'],
      cell: ({ actor, acting_as: name }, language) => ({
        text: actorLabel({ actor, actingAs: name ?? undefined }, language),
      }),
    },
    {
      key: 'state',
      sortBy: ['jobs.state', 'jobs.id'],
      cell: (row, language) => stateCell(describedFrom(row), language),
    },
    // Changes while it is read. The state is in order.
    {
      key: 'progress',
      cell: (row, language) => ({ text: progressLabel(describedFrom(row), language) }),
    },
    // A sentence of several counts.
    {
      key: 'result',
      isProse: true,
      cell: (row, language) => ({ text: resultLabel(resultIn(row.result), language) || '–' }),
    },
    {
      key: 'finished',
      kind: 'dateTime',
      isHiddenAtFirst: true,
      sortBy: ['jobs.finished_at', 'jobs.id'],
      mayBeNull: true,
      cell: ({ finished_at: at }, { dateTime }) => ({ text: at === null ? '–' : dateTime(at) }),
      value: ({ finished_at: at }) => at ?? undefined,
    },
  ],
  from: (db: Knex) =>
    db('jobs').select(
      'jobs.id',
      'title_key',
      'actor',
      'acting_as',
      'state',
      'cancel_asked',
      'done',
      'total',
      'result',
      'created_at',
      'finished_at',
    ),
  countFrom: (db: Knex) => db('jobs'),
};

export function describedFrom(row: JobListRow): DescribedJob {
  const { state, cancel_asked: cancelAsked, done, total } = row;
  return { state, isCancelAsked: cancelAsked === 1, done, total };
}
