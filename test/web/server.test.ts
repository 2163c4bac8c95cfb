import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import express from 'express';
import { serverFor } from '../../plugin/web/server.js';

describe('the HTTP server', () => {
  it('creates requests and responses with Express’s prototypes, so that Express changes none', async () => {
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

  describe('with a chunked body', () => {
    const app = express();
    const last = '0\r\n\r\n';
    let read = 0;
    app.post('/read', (req, res) => {
      read = 0;
      req.on('data', () => {
        read += 1;
      });
      req.on('end', () => res.set('Connection', 'close').send('taken'));
    });
    app.post('/unread', (_req, res) => void res.status(401).send('refused'));
    const server = serverFor(app);
    before(async () => {
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
    });
    after(() => server.close());

    /** What was received until the connection closed. */
    const send = async (
      path: string,
      [pieces, bytes]: readonly [number, number],
      end = '',
    ): Promise<string> => {
      const address = server.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      const socket = connect(port, '127.0.0.1');
      const piece = `${bytes.toString(16)}\r\n${'a'.repeat(bytes)}\r\n`;
      const start = `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`;
      // In one write, so that nothing is still being sent when it is refused.
      socket.write(start + piece.repeat(pieces) + end);
      socket.on('error', () => {});
      let answer = '';
      socket.on('data', (received) => {
        answer += received.toString();
      });
      await new Promise((resolve) => {
        socket.once('close', resolve);
      });
      return answer;
    };

    it('accepts thousands of chunks of any size, and any number of large ones', async () => {
      assert.match(await send('/read', [5000, 1], last), /taken/);
      assert.match(await send('/read', [20_000, 600], last), /taken/);
    });

    it('closes the connection after too many small chunks', async () => {
      const answered = await send('/read', [6000, 1]);
      assert.match(answered, /^HTTP\/1.1 400 .*too many small pieces\.\n$/s);
      assert.equal(read, 5000);
      await send('/read', [20_000, 500]);
      assert.ok(read < 10_000, `${read} pieces`);
    });

    it('closes the connection also after an answer whose handler reads no body', async () => {
      const answered = await send('/unread', [6000, 1]);
      assert.match(answered, /^HTTP\/1.1 401 .*refused$/s);
    });
  });
});

function prototypes(...objects: readonly object[]): unknown[] {
  return objects.map((object) => Object.getPrototypeOf(object));
}
