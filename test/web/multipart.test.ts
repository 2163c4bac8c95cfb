import assert from 'node:assert/strict';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Scene, good, png } from '../features/smtp-servers/scene.js';
import { useOpened } from '../support/opened.js';

const boundary = 'boundary';
const type = `multipart/form-data; boundary=${boundary}`;

describe('a form with a file', () => {
  const scene = useOpened(() => Scene.open('sqlite'));
  let cookie: string;
  let token: string;

  before(async () => {
    const { text, headers } = await scene.paulsBrowser.get('/smtp-servers/new');
    token = /\/smtp-servers\/new\?csrfToken=([\w-]+)"/.exec(text)?.[1] ?? '';
    cookie = [...scene.paulsBrowser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    assert.equal(headers.get('location'), null);
    assert.notEqual(token, '');
  });

  /** A form of which only the beginning has been sent. */
  const begin = (path: string, bytes = 500_000): ClientRequest => {
    const begun = request(scene.web.url + path, {
      method: 'POST',
      headers: { cookie, 'content-type': type, 'content-length': String(bytes) },
    });
    begun.on('error', () => {});
    begun.write(`--${boundary}\r\n`);
    return begun;
  };
  it('works without JavaScript, with its token in the URL', async () => {
    const body = new FormData();
    for (const [name, value] of Object.entries(good)) {
      body.append(name, value);
    }
    body.append('logo', new Blob([new Uint8Array(png)]), 'logo.png');
    const saved = await fetch(`${scene.web.url}/smtp-servers/new?csrfToken=${token}`, {
      method: 'POST',
      body,
      headers: { cookie },
      redirect: 'manual',
    });
    assert.equal(saved.status, 303);
    assert.equal((await scene.app.db.knex('smtp_server_logos').select('*')).length, 1);
  });

  it('is not read with an invalid token', async () => {
    assert.equal(await statusOf(begin('/smtp-servers/new?csrfToken=x')), 403);
  });

  it('is not read on routes without a file field', async () => {
    assert.equal(await statusOf(begin('/preferences/appearance')), 403);
    const paths = scene.web.extension.routes.routes
      .filter(({ takesFile }) => takesFile)
      .map(({ path }) => path);
    assert.deepEqual(paths, [
      '/smtp-servers/new',
      '/smtp-servers/preview',
      '/smtp-servers/:id',
      '/imports/mailboxes',
      '/imports/aliases',
      '/imports/domains',
      '/webmail/new',
      '/webmail/:id',
    ]);
  });

  it('is not read beyond 1 MB', async () => {
    const path = `/smtp-servers/new?csrfToken=${token}`;
    assert.equal(await statusOf(begin(path, 1024 * 1024 + 1)), 413);
  });

  it('is rejected when its texts exceed any form’s, all together', async () => {
    const path = `/smtp-servers/new?csrfToken=${token}`;
    for (const [kilobytes, status] of [
      [60, 422],
      [70, 413],
    ] as const) {
      const body = new FormData();
      for (const name of ['title', 'user', 'signature']) {
        body.append(name, '<'.repeat(kilobytes * 1024));
      }
      const answer = await fetch(scene.web.url + path, {
        method: 'POST',
        body,
        headers: { cookie },
      });
      assert.equal(answer.status, status);
    }
  });

  it('is read two at a time', async () => {
    const begun = [1, 2, 3].map(() => begin(`/smtp-servers/new?csrfToken=${token}`));
    assert.equal(await Promise.race(begun.map(statusOf)), 429);
    begun.forEach((each) => each.destroy());
  });
});

async function statusOf(begun: ClientRequest): Promise<number | undefined> {
  const response: IncomingMessage = await new Promise((resolve) => {
    begun.once('response', resolve);
  });
  response.resume();
  begun.destroy();
  return response.statusCode;
}
