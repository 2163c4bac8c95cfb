import type { Command } from 'commander';
import { keptDays } from './kept.js';
import { type JobListRow, jobTable } from './table.js';
import { cancelledNotice, labelsOf } from './labels.js';
import type { Job } from '../../jobs/job.js';
import { resultIn } from '../../jobs/rows.js';
import { idFrom } from '../../web/ids.js';
import type { Language } from '../../web/locale.js';
import { type List, addList } from '../../commands/list.js';
import { inColumns, labelled } from '../../commands/terminal.js';
import { type Show, type VerbAbout, addShow, addVerbsAbout } from '../../commands/verbs.js';

export function addTo(job: Command): void {
  addList(job, list);
  addShow(job, show);
  addVerbsAbout(job, cancel);
}

const list: List<JobListRow> = {
  does: `the jobs of the last ${keptDays} days, newest first`,
  examples: ['', '--json'],
  table: jobTable,
  asJson: (row) => ({
    id: row.id,
    startedAt: new Date(row.created_at).toISOString(),
    job: row.title_key,
    actor: row.actor,
    actingAs: row.acting_as,
    state: row.state,
    done: row.done,
    total: row.total,
    result: resultIn(row.result),
    endedAt: row.finished_at === null ? null : new Date(row.finished_at).toISOString(),
  }),
};

const show: Show<Job> = {
  usage: 'show <id>',
  does: 'a job with its progress, result and refusals',
  examples: ['12', '12 --json'],
  find: ({ app, viewer }, id) => app.features.jobs.find(viewer, idFrom(id)),
  asJson,
  asText,
};

const cancel: VerbAbout = {
  usage: 'cancel <id>',
  does: 'cancel a job after its current chunk; what is done stays done',
  examples: ['12'],
  async run({ app, viewer, language, print }, id) {
    const cancelled = await app.features.jobs.cancel(viewer, idFrom(id));
    print(asJson(cancelled), language.t(cancelledNotice(cancelled)));
  },
};

function asJson({ by, createdAt, finishedAt, ...job }: Job): object {
  return {
    id: job.id,
    startedAt: new Date(createdAt).toISOString(),
    job: job.titleKey,
    actor: by.actor,
    actingAs: by.actingAs ?? null,
    state: job.state,
    isCancelAsked: job.isCancelAsked,
    done: job.done,
    total: job.total,
    result: job.result,
    failure: job.failure ?? null,
    endedAt: finishedAt === undefined ? null : new Date(finishedAt).toISOString(),
  };
}

function asText(job: Job, language: Language): string {
  const { t, dateTime } = language;
  const { actor, state, progress, result, failure = '', refusals } = labelsOf(job, language);
  const facts = labelled([
    [t('jobs.columns.title'), t(job.titleKey)],
    [t('jobs.columns.actor'), actor],
    [t('jobs.columns.created'), dateTime(job.createdAt)],
    [t('jobs.columns.finished'), job.finishedAt === undefined ? '–' : dateTime(job.finishedAt)],
    [t('jobs.columns.state'), state.text],
    [t('jobs.columns.progress'), progress],
    [t('jobs.columns.result'), result || '–'],
  ]);
  const refused = inColumns(refusals.map(({ subject, reason }) => [subject, reason]));
  return [facts, failure, refused].filter((part) => part !== '').join('\n\n');
}
