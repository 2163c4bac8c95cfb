import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { NotFoundError } from '../../errors.js';
import { textFields } from '../../exports/csv.js';
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
    await send(req, res, 'passwords', passwordLines(files, preview, languageOf(req)));
    await files.forgetGenerated(preview);
  });
  routes.getFile('/previews/:id/refused-lines', 'signed-in', async (req, res) => {
    const { preview, file } = await asked(req);
    const { columns } = await imports.kind(file.kind);
    const known = columns.map(({ key }) => key).filter((key) => file.columns.includes(key));
    const language = languageOf(req);
    await send(req, res, 'refused-lines', refusedLines(files, preview, { known, language }));
  });
}

/** Rejects if the client does not take all of it. */
async function send(
  req: Request,
  res: Response,
  name: string,
  lines: AsyncIterable<readonly (readonly string[])[]>,
): Promise<void> {
  const { t, locale } = languageOf(req);
  res.attachment(`${t(`imports.files.${name}.name`)}.csv`).type('text/csv');
  res.setHeader('Cache-Control', 'no-store');
  await pipeline(Readable.from(texts(lines, locale === 'fr' ? ';' : ',')), res);
}

/** With a byte order mark, so that spreadsheets read it as UTF-8. */
async function* texts(
  lines: AsyncIterable<readonly (readonly string[])[]>,
  separator: string,
): AsyncGenerator<string> {
  const fieldOf = textFields(separator);
  yield '\uFEFF';
  for await (const some of lines) {
    yield some.map((line) => `${line.map(fieldOf).join(separator)}\r\n`).join('');
  }
}

async function* passwordLines(
  files: ImportFiles,
  preview: Preview,
  { t }: Language,
): AsyncGenerator<readonly (readonly string[])[]> {
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
): AsyncGenerator<readonly (readonly string[])[]> {
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
