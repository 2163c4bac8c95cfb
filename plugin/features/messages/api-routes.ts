import { parseJson } from '../../web/forms.js';
import { idIn } from '../../web/ids.js';
import type { Handler, RouteTable } from '../../web/route-table.js';
import {
  type Operation,
  answerOf,
  documentOperation,
  readOperation,
  sendOperation,
} from './api.js';
import { apiDocument } from './api-document.js';
import { messageForm } from './forms.js';
import { idempotencyKeyIn } from './idempotency.js';
import type { Messages } from './messages.js';

/** What programs can ask for, under `/api/v1`. */
export function addMessageApi(
  routes: RouteTable,
  { messages, version }: { readonly messages: Messages; readonly version: string },
): void {
  const add = ({ method, path, access }: Operation, handler: Handler): void =>
    routes.api(method, path, access, handler);

  add(sendOperation, async (req, res) => {
    res.set('Cache-Control', 'no-store');
    const key = idempotencyKeyIn(req.get('idempotency-key'));
    const page = await messages.accept(req.viewer, parseJson(messageForm, req.body), key);
    res.status(202).location(`${req.baseUrl}/api/v1/messages/${page.message.id}`);
    res.json(answerOf(page));
  });
  add(readOperation, async (req, res) => {
    res.set('Cache-Control', 'no-store');
    res.json(answerOf(await messages.page(req.viewer, idIn(req))));
  });
  add(documentOperation, (req, res) => {
    res.json(apiDocument(req.baseUrl || '/', version));
  });
}
