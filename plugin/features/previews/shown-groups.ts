import type { Database } from '../../database/database.js';
import { type Preview, type PreviewKind, kinds } from '../../previews/preview.js';
import type { Language } from '../../web/locale.js';
import type { LabelledThings } from '../audit/index.js';
import { type ChangeRow, changeColumns, shownChange, shownReasons } from './shown-change.js';

/** The rows of a preview that change, that are so already, or that cannot change, in sentences. */
export interface ShownGroup {
  readonly kind: PreviewKind;
  readonly count: number;
  readonly sentences: readonly { readonly text: string; readonly count: number }[];
  /** Rows with further changes or reasons, which only the table shows. */
  readonly others: number;
}

const mostSentences = 5;

export async function shownGroups(
  { db, previewLabels }: { readonly db: Database; readonly previewLabels: LabelledThings },
  { id, counts }: Preview,
  language: Language,
): Promise<readonly ShownGroup[]> {
  const found = kinds.filter((kind) => counts[kind] > 0);
  return await Promise.all(
    found.map(async (kind) => {
      const rows = await largest(db, previewLabels, { id, kind });
      const sentences = rows
        .map((row) => ({
          text:
            kind === 'refused'
              ? shownReasons(row, language)
              : shownChange(row, language, previewLabels),
          count: row.row_count,
        }))
        .filter(({ text }) => text !== '');
      const said = sentences.reduce((sum, { count }) => sum + count, 0);
      const others = sentences.length === 0 ? 0 : counts[kind] - said;
      return { kind, count: counts[kind], sentences, others };
    }),
  );
}

async function largest(
  db: Database,
  labels: LabelledThings,
  { id, kind }: { readonly id: number; readonly kind: PreviewKind },
): Promise<readonly (ChangeRow & { readonly row_count: number })[]> {
  return await db
    .knex('preview_classes as c')
    .join('previews as o', 'o.id', 'c.preview_id')
    .where({ 'c.preview_id': id, 'c.kind': kind })
    .orderBy([{ column: 'c.row_count', order: 'desc' }, 'c.number'])
    .limit(mostSentences)
    .select('c.row_count', ...changeColumns(db.knex, labels));
}
