import type { Database } from '../../database/database.js';
import { type Preview, type PreviewKind, kinds } from '../../previews/preview.js';
import type { Language } from '../../web/locale.js';
import type { LabelledThings } from '../audit/index.js';
import { type ChangeRow, changeColumns, shownChange, shownReasonsAlike } from './shown-change.js';

/** The rows of a preview that change, that are so already, or that cannot change, in sentences. */
export interface ShownGroup {
  readonly kind: PreviewKind;
  readonly count: number;
  readonly sentences: readonly { readonly text: string; readonly count: number }[];
  /** Rows with further changes or reasons, which only the table shows. */
  readonly others: number;
}

const mostSentences = 5;
/** Classes that are read for them: rows that differ elsewhere may change alike. */
const mostClasses = 100;

export async function shownGroups(
  { db, previewLabels }: { readonly db: Database; readonly previewLabels: LabelledThings },
  { id, counts, isCounted }: Preview,
  language: Language,
): Promise<readonly ShownGroup[]> {
  const found = kinds.filter((kind) => counts[kind] > 0);
  return await Promise.all(
    found.map(async (kind) => {
      // The page asks again and again until all rows are decided about.
      const rows = isCounted ? await largest(db, previewLabels, { id, kind }) : [];
      const told = merged(
        rows.map((row) => ({
          text:
            kind === 'refused'
              ? shownReasonsAlike(row, language)
              : sharedChange(row, language, previewLabels),
          count: row.row_count,
        })),
      );
      const sentences = told.slice(0, mostSentences);
      const said = sentences.reduce((sum, { count }) => sum + count, 0);
      const others = sentences.length === 0 ? 0 : counts[kind] - said;
      return { kind, count: counts[kind], sentences, others };
    }),
  );
}

/** What changes, or only that something new is added, which differs in each row. */
function sharedChange(row: ChangeRow, language: Language, labels: LabelledThings): string {
  return row.before === '{}' ? language.t('previews.added') : shownChange(row, language, labels);
}

/** Each sentence once, the one about most rows first. */
function merged(told: ShownGroup['sentences']): ShownGroup['sentences'] {
  const counts = new Map<string, number>();
  for (const { text, count } of told.filter((each) => each.text !== '')) {
    counts.set(text, (counts.get(text) ?? 0) + count);
  }
  return Array.from(counts, ([text, count]) => ({ text, count })).toSorted(
    (one, other) => other.count - one.count,
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
    .limit(mostClasses)
    .select('c.row_count', ...changeColumns(db.knex, labels));
}
