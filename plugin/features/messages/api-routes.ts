import type { Request } from 'express';
import type { Viewer } from '../../viewing/viewer.js';
import { idIn } from '../../web/ids.js';
import { longTextOf } from '../../web/json-body.js';
import type { Handler, RouteTable } from '../../web/route-table.js';
import { idempotencyKeyIn } from '../../web/idempotency.js';
import { answerOf, readOperation, sendOperation } from './api.js';
import { longFields, parseMessage } from './message-form.js';
import type { Messages } from './messages.js';

/** Messages in the API for programs. */
export function addMessageApi(routes: RouteTable, messages: Messages): void {
  const send: Handler = async (req, res) => {
    const key = idempotencyKeyIn(req.get('idempotency-key'));
    const form = await parseMessage(req.body, {
      longText: (name) => longTextOf(req, name),
      first: (fields) => messages.assertCanLeave(req.viewer, fields, key),
    });
    const page = await messages.accept(ownMessages(req), form, key);
    res.status(202).location(`${req.baseUrl}/api/v1/messages/${page.message.id}`);
    res.json(answerOf(page));
  };
  routes.api(sendOperation, send, {
    longFields,
    first: (req) => messages.count(req.viewer),
    charge: (req, requests) => messages.charge(req.viewer, requests),
  });
  routes.api(readOperation, async (req, res) => {
    res.json(answerOf(await messages.page(ownMessages(req), idIn(req))));
  });
}

/** Programs see their account's messages alone, whatever else it may see. */
function ownMessages({ viewer }: Request): Viewer {
  return { ...viewer, scope: { kind: 'owner', accountId: viewer.accountId } };
}
