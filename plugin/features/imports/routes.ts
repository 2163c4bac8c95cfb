import type { Request } from 'express';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import { mostFileBytes, mostLines } from '../../imports/import-file.js';
import { type Imports, importPermission } from '../../imports/imports.js';
import { NotFoundError } from '../../errors.js';
import type { AnyImportKind, ImportKey } from '../../imports/kind.js';
import { hashSchemes } from '../../secrets/password-hashes.js';
import { previewPath } from '../../previews/preview.js';
import type { Previews } from '../../previews/previews.js';
import { formHandlers, parseForm } from '../../web/forms.js';
import { type PageContent, type Pages, languageOf } from '../../web/pages.js';
import { queryText } from '../../web/query-text.js';
import type { RouteTable } from '../../web/route-table.js';
import { contentIn, importForm } from './forms.js';
import { addFileRoutes } from './file-routes.js';
import { sampleOf } from './sample.js';
import { startPreview } from './start-preview.js';

interface Parts {
  readonly imports: Imports;
  readonly previews: Previews;
  readonly domains: DomainStore;
}

interface Loaded {
  readonly kind: AnyImportKind;
  /** All that the viewer may import. */
  readonly kinds: readonly ImportKey[];
  /** The only domain that the file may be about. */
  readonly domain: { readonly name: string; readonly displayName: string } | undefined;
}

/** The page where a file is chosen, for each kind, and its sample. */
export async function addImportRoutes(
  routes: RouteTable,
  pages: Pages,
  parts: Parts,
): Promise<void> {
  for (const kind of await parts.imports.kinds()) {
    addKind(routes, pages, parts, kind);
  }
  addFileRoutes(routes, parts);
  routes.get('/imports', importPermission, async (req, res) => {
    const [first] = await parts.imports.kindsFor(req.viewer);
    if (first === undefined) {
      throw new NotFoundError();
    }
    res.redirect(303, `${req.baseUrl}/imports/${first}`);
  });
}

function addKind(routes: RouteTable, pages: Pages, parts: Parts, kind: AnyImportKind): void {
  const path = `/imports/${kind.key}`;
  const form = formHandlers(pages, {
    view: 'imports/new',
    load: (req) => loaded(parts, req, kind),
    content: (page, req) => contentOf(page, req),
    values: () => ({ text: '', changes: '', generates: '1' }),
    async submit(req, res) {
      const { domain } = await loaded(parts, req, kind);
      const typed = parseForm(importForm, req.body);
      const id = await startPreview(parts, req.viewer, kind, {
        content: contentIn(req, typed),
        options: { ...typed, domain: domain?.name },
      });
      res.redirect(303, req.baseUrl + previewPath(id));
    },
  });
  routes.get(path, kind.permission, form.show);
  routes.postFile(path, kind.permission, form.submit, {
    // One more tells a longer file from one that has been cut.
    mostFileBytes: mostFileBytes + 1,
  });
  routes.getFile(`${path}/sample`, kind.permission, (req, res) => {
    const language = languageOf(req);
    const name = language.t(`imports.samples.${kind.key}`);
    res.attachment(`${name}.csv`).type('text/csv').send(sampleOf(kind, language));
  });
}

/** @throws {NotFoundError} also for what the viewer may not import. */
async function loaded(
  { imports, domains }: Parts,
  req: Request,
  kind: AnyImportKind,
): Promise<Loaded> {
  const kinds = await imports.kindsFor(req.viewer);
  if (!kinds.includes(kind.key)) {
    throw new NotFoundError();
  }
  const name = queryText(req.query['domain']);
  if (name === '' || kind.key === 'domains') {
    return { kind, kinds, domain: undefined };
  }
  const row = await domains.require(req.viewer.scope, name);
  return { kind, kinds, domain: { name: row.name, displayName: row.utf8_name ?? row.name } };
}

function contentOf({ kind, kinds, domain }: Loaded, req: Request): PageContent {
  const { t } = languageOf(req);
  const list = domain === undefined ? '/domains' : `/domains/${domain.name}/${kind.key}`;
  return {
    title:
      domain === undefined
        ? t(`imports.new.${kind.key}`)
        : t(`imports.new.${kind.key}-of`, { domain: domain.displayName }),
    section: 'domains',
    kind: kind.key,
    kinds: domain === undefined ? kinds : kinds.filter((each) => each !== 'domains'),
    domain,
    columns: kind.columns,
    options: optionsOf(kind),
    schemes: hashSchemes.map((name) => `{${name}}`).join(', '),
    list,
    listTitle: t(domain === undefined ? 'domains.title' : `${kind.key}.title`),
    mostMegabytes: mostFileBytes / 1024 ** 2,
    mostFileBytes,
    mostLines,
  };
}

/** The boxes of its form. */
function optionsOf({ columns, isOnlyAdded }: AnyImportKind): readonly string[] {
  return [
    ...(columns.some(({ isSecret }) => isSecret === true) ? ['generates'] : []),
    ...(isOnlyAdded === true ? [] : ['changes']),
  ];
}
