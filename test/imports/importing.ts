import { startPreview } from '../../plugin/features/imports/index.js';
import type { ImportKey } from '../../plugin/imports/kind.js';
import type { FileOptions } from '../../plugin/imports/read-lines.js';
import type { JobResult } from '../../plugin/jobs/job.js';
import type { Preview } from '../../plugin/previews/preview.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import type { TestApp } from '../support/app.js';

type App = Pick<TestApp, 'features' | 'db'>;

interface File {
  readonly lines: readonly string[] | Buffer;
  readonly options?: Partial<FileOptions>;
}

/** The preview of a file, completely counted. */
export async function previewOfFile(
  { features }: App,
  viewer: Viewer,
  key: ImportKey,
  { lines, options }: File,
): Promise<Preview> {
  const content = Buffer.isBuffer(lines) ? lines : Buffer.from(lines.join('\n'));
  const kind = await features.imports.kind(key);
  const id = await startPreview(features, viewer, kind, {
    content,
    options: { domain: undefined, changes: false, generates: false, ...options },
  });
  return await features.previews.whole(viewer, id);
}

/** A line of a preview: its subject, its outcome, and by column the reasons for a refusal. */
export interface ShownLine {
  readonly name: string;
  readonly kind: string;
  readonly why: Readonly<Record<string, string>>;
}

export async function linesOf({ db }: App, { id }: Preview): Promise<readonly ShownLine[]> {
  const rows: { name: string; kind: string; reasons: string | null }[] = await db
    .knex('preview_rows as p')
    .join('preview_classes as c', (on) =>
      on.on('c.preview_id', 'p.preview_id').andOn('c.number', 'p.class'),
    )
    .where('p.preview_id', id)
    .orderBy('p.row_id')
    .select('p.name', 'c.kind', 'c.reasons');
  return rows.map(({ name, kind, reasons }) => {
    const all: { field?: string; key: string }[] = JSON.parse(reasons ?? '[]');
    const why = Object.fromEntries(all.map(({ field = '', key }) => [field, key]));
    return { name, kind, why };
  });
}

/** Applies a preview, at once or as a job. */
export async function applied(
  { features }: App,
  viewer: Viewer,
  preview: Preview,
): Promise<JobResult> {
  const done = await features.previews.apply(viewer, preview.id);
  if ('result' in done) {
    return done.result;
  }
  await features.jobWorker.drain();
  return (await features.jobs.find(viewer, done.jobId)).result;
}
