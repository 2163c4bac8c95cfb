import type { RowsAction } from '../previews/action.js';
import { shownText } from './headings.js';
import type { Import } from './import-store.js';
import { ImportVerb, type LineChange, type WantedImport } from './import-verb.js';
import { type Imports, importList } from './imports.js';
import { type AnyImportKind, type FoundLine, lineOf } from './kind.js';

type ImportAction = RowsAction<FoundLine<unknown>, WantedImport, LineChange, Import>;

/** Hashing keeps a processor busy: a job hashes more than these. */
const mostHashedAtOnce = 10;

/** Applies the lines of a file. */
export function importAction(imports: Imports, kind: AnyImportKind): ImportAction {
  const verb = new ImportVerb(imports, kind);
  const nameColumn = kind.columns[0]?.key ?? '';
  return {
    key: kind.key,
    noun: kind.key,
    icon: 'upload',
    permission: kind.permission,
    texts: `imports.selected.${kind.key}`,
    thing: kind.thing,
    verb,
    // Passwords are hashed.
    ...(kind.columns.some(({ isSecret }) => isSecret === true) && {
      prepare: (ids: readonly number[]) => verb.prepare(ids),
      mostAtOnce: mostHashedAtOnce,
    }),
    idOf: ({ line }) => line.id,
    nameOf: ({ line }) => shownText(line.values[nameColumn] ?? '') || '–',
    auditedAs: ({ line }) => line.about?.name ?? '–',
    orderOf: ({ line }) => String(lineOf(line.id)).padStart(6, '0'),
    versionOf: ({ found }) => kind.versionOf(found),
    async effects(viewer, preview, { t }) {
      const { unknown } = (await imports.known(viewer, preview)) ?? { unknown: [] };
      return unknown.length === 0
        ? []
        : [t('imports.unknown', { count: unknown.length, headings: unknown.join(', ') })];
    },
    files: (preview) => imports.files.offered(preview),
    changeOf: ({ change }) => kind.changeOf(change),
  };
}

/** The line of a file that a row of a preview is, if it is one. */
export function lineIn(action: string, rowId: number): number | undefined {
  return action.startsWith(`${importList}.`) ? lineOf(rowId) : undefined;
}
