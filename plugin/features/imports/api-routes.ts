import { finished } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { NotFoundError } from '../../errors.js';
import { mostFileBytes } from '../../imports/import-file.js';
import type { Imports } from '../../imports/imports.js';
import type { AnyImportKind } from '../../imports/kind.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import type { Previews } from '../../previews/previews.js';
import { idIn } from '../../web/ids.js';
import type { RouteTable } from '../../web/route-table.js';
import { type BulkAnswering, answerPlan, answerStarted } from '../previews/index.js';
import { importOperation, mostPasswords, passwordsOperation } from './api.js';
import { keyOf, queryOf } from './api-form.js';
import { startPreview } from './start-preview.js';

interface Parts extends BulkAnswering {
  readonly imports: Imports;
  readonly previews: Previews;
  readonly domains: DomainStore;
}

/** Files in the API for programs. */
export function addImportApi(
  routes: RouteTable,
  parts: Parts,
  kinds: readonly AnyImportKind[],
): void {
  const { bulk, imports, previews } = parts;
  for (const kind of kinds) {
    const answer = async (req: Request, res: Response, content: Buffer): Promise<void> =>
      await answerFile(parts, kind, { req, res, content });
    routes.apiFile(importOperation(kind), answer, {
      type: 'text/csv',
      mostBytes: mostFileBytes,
      first: (req) => bulk.count(req.viewer),
      charge: (req, requests) => bulk.charge(req.viewer, requests),
    });
  }
  routes.api(passwordsOperation, async (req, res) => {
    await bulk.count(req.viewer);
    const preview = await previews.find(req.viewer, idIn(req));
    if ((await imports.known(req.viewer, preview)) === undefined) {
      throw new NotFoundError();
    }
    const taken = await imports.files.generatedNext(preview, mostPasswords);
    res.json({
      passwords: taken.map(({ values, secret }) => ({
        address: values['address'] ?? '',
        password: secret.password ?? '',
      })),
    });
    await finished(res);
    await imports.files.forget(taken);
  });
}

interface Sent {
  readonly req: Request;
  readonly res: Response;
  readonly content: Buffer;
}

async function answerFile(
  parts: Parts,
  kind: AnyImportKind,
  { req, res, content }: Sent,
): Promise<void> {
  const { bulk, imports, previews, domains } = parts;
  const query = queryOf(kind, req);
  const { domain, change: changes, generate: generates } = query;
  await imports.assertMay(req.viewer, kind);
  const { name } =
    domain === '' ? { name: undefined } : await domains.require(req.viewer.scope, domain);
  const under = keyOf(kind, req, { query, content });
  const options = { domain: name, changes, generates };
  const id = await bulk.under(
    req.viewer,
    under,
    async () => await startPreview(parts, req.viewer, kind, { content, options, under }),
  );
  if (query.dry_run) {
    await answerPlan(parts, req, res, await bulk.plan(req.viewer, id));
    return;
  }
  const { wanted } = await previews.find(req.viewer, id);
  const lines = await imports.store.count(Number(Object(wanted).import));
  await answerStarted(parts, req, res, await bulk.apply(req.viewer, id, lines));
}
