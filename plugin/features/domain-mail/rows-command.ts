import { StartError } from '../../errors.js';
import { type Terminal, inOptions } from '../../commands/terminal.js';
import { filtersWhere } from '../../commands/where.js';
import { type Preview, kinds } from '../../previews/preview.js';
import { parseTableState, tableQuery } from '../../tables/table-state.js';
import { type ShownGroup, shownGroups } from '../previews/index.js';
import { type Options, optionsByField, policyFields } from './policy-options.js';
import { policyNamed } from './policies/index.js';
import { policyIn } from './rows-forms.js';
import type { RowsWanted } from './rows-wanted.js';

export interface RowsOptions {
  readonly where: readonly string[];
  readonly dryRun: boolean;
}

/** Changes the mail settings of all domains that match `--where`, or only says what would change. */
export async function setRows(
  { app, viewer, language, print }: Terminal,
  options: Options,
  { where, dryRun }: RowsOptions,
): Promise<void> {
  const { previews, onDomains, previewLabels } = app.features;
  const wanted = await inOptions(optionsByField(), async () => wantedIn(options));
  if (Object.keys(wanted).length === 0) {
    throw new StartError('Nothing to change: name at least one option.');
  }
  const { table, actions } = await onDomains();
  const action = actions.find(({ key }) => key === 'settings');
  if (action === undefined) {
    throw new StartError('This installation has no action on domains.');
  }
  const { db } = app;
  const filters = await filtersWhere(table, where, { db, scope: viewer.scope, language });
  const query = tableQuery(table, { ...parseTableState(table, {}), filters }, {});
  const selection = await previews.matching(
    viewer,
    { table, action },
    { query, parent: undefined },
  );
  const asking = { wanted, selection, list: `/domains${query === '?' ? '' : query}` };
  const id = await previews.create(viewer, { table, action }, asking);
  const preview = await previews.whole(viewer, id);
  const groups = await shownGroups({ db, previewLabels }, preview, language);
  const applied = dryRun ? undefined : await previews.apply(viewer, id);
  print(
    { dryRun, ...countsOf(preview), groups, ...applied },
    [...linesOf(groups, language), ...(await outcomeLines(applied, language))].join('\n') ||
      'Nothing matches.',
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

async function outcomeLines(
  applied: Applied | undefined,
  { t }: Language,
): Promise<readonly string[]> {
  if (applied === undefined) {
    return [];
  }
  return 'jobId' in applied
    ? [`${t('previews.job')} relais job show ${applied.jobId}`]
    : (['changed', 'moved', 'refused'] as const).flatMap((each) =>
        applied.result[each] > 0 ? [t(`jobs.result.${each}`, { count: applied.result[each] })] : [],
      );
}

/** @throws {InvalidInputError} @throws {StartError} */
function wantedIn(options: Options): RowsWanted {
  const { mail, unknown, webmail, relay } = options;
  if (relay !== undefined && !/^(direct|\d{1,15})$/.test(relay)) {
    throw new StartError('--relay takes the ID of an SMTP server, or direct.');
  }
  return {
    ...(mail !== undefined && { enabled: mail === 'on' }),
    ...(unknown !== undefined && {
      policy: policyIn({ policy: unknown, ...policyFields(policyNamed(unknown), options) }),
    }),
    ...(webmail !== undefined && { webmail: webmail === 'none' ? null : webmail }),
    ...(relay !== undefined && { relay: relay === 'direct' ? null : Number(relay) }),
  };
}
