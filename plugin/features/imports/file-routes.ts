import type { Request } from 'express';
import { NotFoundError } from '../../errors.js';
import { type Lines, sendLines } from '../../exports/send-lines.js';
import type { ImportFiles } from '../../imports/import-files.js';
import type { Import } from '../../imports/import-store.js';
import type { Imports } from '../../imports/imports.js';
import type { ImportLine } from '../../imports/kind.js';
import type { Preview } from '../../previews/preview.js';
import type { Previews } from '../../previews/previews.js';
import { idIn } from '../../web/ids.js';
import { languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { Language } from '../../web/locale.js';
import { shownReasons } from '../previews/index.js';

interface Parts {
  readonly imports: Imports;
  readonly previews: Previews;
}

interface Asked {
  readonly preview: Preview;
  readonly file: Import;
}

/** Files of a preview of lines: generated passwords, once, and the lines that are not imported. */
export function addFileRoutes(routes: RouteTable, { imports, previews }: Parts): void {
  const { files } = imports;
  const asked = async (req: Request): Promise<Asked> => {
    const preview = await previews.find(req.viewer, idIn(req));
    const file = await imports.known(req.viewer, preview);
    if (file === undefined) {
      throw new NotFoundError();
    }
    return { preview, file };
  };
  routes.post('/previews/:id/passwords', 'signed-in', async (req, res) => {
    const { preview } = await asked(req);
    const language = languageOf(req);
    await sendLines(
      req,
      res,
      fileName('passwords', language),
      passwordLines(files, preview, language),
    );
    await files.forgetGenerated(preview);
  });
  routes.getFile('/previews/:id/refused-lines', 'signed-in', async (req, res) => {
    const { preview, file } = await asked(req);
    const { columns } = await imports.kind(file.kind);
    const known = columns.map(({ key }) => key).filter((key) => file.columns.includes(key));
    const language = languageOf(req);
    const lines = refusedLines(files, preview, { known, language });
    await sendLines(req, res, fileName('refused-lines', language), lines);
  });
}

function fileName(name: string, { t }: Language): string {
  return t(`imports.files.${name}.name`);
}

async function* passwordLines(files: ImportFiles, preview: Preview, { t }: Language): Lines {
  const keys = ['address', 'password'];
  yield [keys.map((key) => t(`imports.columns.${key}`))];
  for await (const lines of files.generated(preview)) {
    yield lines.map(({ values, secret }) => [values['address'] ?? '', secret.password ?? '']);
  }
}

async function* refusedLines(
  files: ImportFiles,
  preview: Preview,
  { known, language }: { readonly known: readonly string[]; readonly language: Language },
): Lines {
  const { t } = language;
  yield [[...known.map((key) => t(`imports.columns.${key}`)), t('imports.files.reason')]];
  for await (const lines of files.refused(preview)) {
    yield lines.map(({ line, reasons }) => [
      ...known.map((key) => cellOf(line, key)),
      shownReasons({ reasons }, language),
    ]);
  }
}

/** As it was in the file. */
function cellOf({ values, secret }: ImportLine, key: string): string {
  const given = secret.isGenerated ? '' : (secret.passwordHash ?? secret.password ?? '');
  return key === 'password' ? given : (values[key] ?? '');
}
