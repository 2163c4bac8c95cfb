import { importAction } from '../../imports/import-action.js';
import { importTable } from '../../imports/import-table.js';
import type { Imports } from '../../imports/imports.js';
import type { AnyImportKind } from '../../imports/kind.js';
import type { FileOptions } from '../../imports/read-lines.js';
import type { Previews } from '../../previews/previews.js';
import type { RequestKey } from '../../previews/store.js';
import type { Viewer } from '../../viewing/viewer.js';

interface Parts {
  readonly imports: Imports;
  readonly previews: Previews;
}

interface FileToImport {
  readonly content: Buffer;
  readonly options: FileOptions;
  /** The key of a program's request. */
  readonly under?: RequestKey | undefined;
}

/** Reads a file, and asks for its preview. @returns the preview's ID. */
export async function startPreview(
  { imports, previews }: Parts,
  viewer: Viewer,
  kind: AnyImportKind,
  { content, options, under }: FileToImport,
): Promise<number> {
  const id = await imports.receive(viewer, kind, content, options);
  const action = importAction(imports, kind);
  const { domain } = options;
  return await previews.create(
    viewer,
    { table: importTable, action },
    {
      under,
      wanted: { import: id },
      selection: { kind: 'lines', import: id },
      list: domain === undefined ? '/domains' : `/domains/${domain}/${kind.key}`,
    },
  );
}
