import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { Router } from 'express';
import { RouteRooms } from '../../plugin/web/route-rooms.js';

const patterns = [
  '/',
  '/things',
  '/things/new',
  '/things/:thing',
  '/things/:thing/parts',
  '/:page',
];
const paths = [
  '',
  '/',
  '/things',
  '/THINGS/New/',
  '/things/',
  '/things//',
  '//things',
  '/things/a%2Fb',
  '/things/%zz',
  '/things/a/parts',
  '/Page',
  '/things/a/b/c',
  '/%74hings/new',
];

describe('routes in rooms', () => {
  it('share one with the same first part and number of parts', () => {
    const outer = Router();
    const rooms = new RouteRooms(outer);
    assert.equal(rooms.of('/things/new'), rooms.of('/things/:thing'));
    assert.equal(new Set(patterns.map((pattern) => rooms.of(pattern))).size, 5);
    assert.equal(rooms.of('/:page'), outer, 'its first part may be any');
    assert.equal(rooms.of('/things{/:thing}'), outer, 'its parts may be one or two');
  });

  it('are found as Express finds them', async () => {
    const [plain, inRooms] = [Router(), Router()];
    const rooms = new RouteRooms(inRooms);
    for (const pattern of patterns) {
      for (const router of [plain, rooms.of(pattern)]) {
        router.get(pattern, (req, res) => {
          res.json({ pattern, params: req.params, base: req.baseUrl });
        });
      }
    }
    const server = express()
      .set('env', 'production')
      .use('/plain', plain)
      .use('/rooms', inRooms)
      .listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      for (const path of paths) {
        for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
          const [found, expected] = [
            await answer(server, method, `/rooms${path}`),
            await answer(server, method, `/plain${path}`),
          ];
          assert.deepEqual(found, expected, `${method} ${path}`);
        }
      }
    } finally {
      server.close();
    }
  });
});

async function answer(server: Server, method: string, path: string): Promise<readonly unknown[]> {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  const text = await response.text();
  return [response.status, response.headers.get('allow'), text.replaceAll('/rooms', '/plain')];
}
