import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { serverFor } from '../../plugin/web/server.js';

describe('the HTTP server', () => {
  it('makes requests and responses as Express wants them, so that it changes none', async () => {
    const app = express();
    const server = serverFor(app);
    const made: unknown[] = [];
    const seen: unknown[] = [];
    server.prependListener('request', (req, res) => made.push(...prototypes(req, res)));
    app.get('/', (req, res) => {
      seen.push(...prototypes(req, res));
      assert.ok(req instanceof IncomingMessage && res instanceof ServerResponse);
      res.json({ app: req.app === app && res.app === app, path: req.path, host: req.hostname });
    });

    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const response = await fetch(`http://127.0.0.1:${port}/?a=1`);
    const answer: unknown = await response.json();
    server.close();

    assert.deepEqual(answer, { app: true, path: '/', host: '127.0.0.1' });
    assert.equal(made.length, 2);
    assert.ok(seen.every((prototype, index) => prototype === made[index]));
  });
});

function prototypes(...objects: readonly object[]): unknown[] {
  return objects.map((object) => Object.getPrototypeOf(object));
}
