import type { ApiPart } from '../../web/operations.js';
import type { RouteTable } from '../../web/route-table.js';
import { apiDocument, documentOperation } from './api-document.js';

interface Parts {
  readonly version: string;
  readonly publicUrl: string | undefined;
  readonly parts: readonly ApiPart[];
}

/** The description of the API. */
export function addDocument(routes: RouteTable, { publicUrl, ...described }: Parts): void {
  routes.api(documentOperation, (req, res) => {
    const server = publicUrl?.replace(/\/$/, '') ?? (req.baseUrl || '/');
    res.json(apiDocument({ ...described, server }));
  });
}
