import type { RowsFlags } from '../../commands/on-rows.js';
import { StartError } from '../../errors.js';
import type { Terminal } from '../../commands/terminal.js';
import { filtersWhere } from '../../commands/where.js';
import { type Preview, kinds } from '../../previews/preview.js';
import { parseTableState, tableQuery } from '../../tables/table-state.js';
import { type ShownGroup, shownGroups } from './shown-groups.js';

/** An action on all rows that match. */
interface OnRows {
  /** The action's key with its list's. */
  readonly action: string;
  readonly wanted: Preview['wanted'];
}

export type ChangeRows = (terminal: Terminal, onRows: OnRows, flags: RowsFlags) => Promise<void>;

/** Carries out an action on all rows that match `--where`, or only says what would change. */
export async function changeRows(
  terminal: Terminal,
  { action: key, wanted }: OnRows,
  { where = [], dryRun = false }: RowsFlags,
): Promise<void> {
  const { app, viewer, language } = terminal;
  const { db } = app;
  const { previews } = app.features;
  const offered = await previews.offered.named(key);
  if (offered === undefined) {
    throw new StartError(`This installation has no action ${key}.`);
  }
  const { table, path = `/${table.key}` } = offered;
  const filters = await filtersWhere(table, where, { db, scope: viewer.scope, language });
  const query = tableQuery(table, { ...parseTableState(table, {}), filters }, {});
  const selection = await previews.matching(viewer, offered, { query, parent: 'every' });
  const asking = { wanted, selection, list: `${path}${query === '?' ? '' : query}` };
  await applyAndTell(terminal, await previews.create(viewer, offered, asking), { dryRun });
}

interface Telling {
  readonly dryRun: boolean;
  /** Further lines about the preview. */
  further?(preview: Preview): Promise<readonly string[]>;
}

/** Applies a preview, and says what it changes, or only what it would change. */
export async function applyAndTell(
  { app, viewer, language, print }: Terminal,
  id: number,
  telling: Telling,
): Promise<void> {
  const { dryRun } = telling;
  const { db } = app;
  const { previews, previewLabels } = app.features;
  const preview = await previews.whole(viewer, id);
  const offered = await previews.offered.actionOf(preview);
  const lines = (await telling.further?.(preview)) ?? [];
  const groups = await shownGroups({ db, previewLabels }, preview, language);
  const effects = (await offered?.action.effects?.(viewer, preview, language)) ?? [];
  const applied = dryRun ? undefined : await previews.apply(viewer, id);
  print(
    { dryRun, preview: id, ...countsOf(preview), groups, effects, lines, ...applied },
    [...linesOf(groups, language), ...lines, ...effects, ...outcomeLines(applied, language)].join(
      '\n',
    ) || 'Nothing matches.',
  );
}

type Applied = Awaited<ReturnType<Terminal['app']['features']['previews']['apply']>>;
type Language = Terminal['language'];

function countsOf({ counts }: Preview): object {
  return Object.fromEntries(kinds.map((kind) => [kind, counts[kind]]));
}

function linesOf(groups: readonly ShownGroup[], { t, number }: Language): readonly string[] {
  return groups.flatMap(({ kind, count, sentences, others }) => [
    t(`previews.groups.${kind}`, { count }),
    ...sentences.map((each) => `  ${number(each.count)}  ${each.text}`),
    ...(others > 0 ? [`  ${t('previews.others', { count: others })}`] : []),
  ]);
}

function outcomeLines(applied: Applied | undefined, { t }: Language): readonly string[] {
  if (applied === undefined) {
    return [];
  }
  return 'jobId' in applied
    ? [`${t('previews.job')} relais job show ${applied.jobId}`]
    : (['changed', 'moved', 'refused'] as const).flatMap((each) =>
        applied.result[each] > 0 ? [t(`jobs.result.${each}`, { count: applied.result[each] })] : [],
      );
}
