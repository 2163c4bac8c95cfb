import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { ownPath } from '../../plugin/web/own-locations.js';
import { type TestWeb } from '../support/app.js';
import { addAccount } from '../support/fixtures.js';
import { Visitor } from '../support/visitor.js';
import { useServedApp } from '../support/served-app.js';

describe('the location of a redirect', () => {
  for (const [url, path, reason] of [
    ['/domains?q=a%20b#x', '/domains?q=a%20b#x', 'an ordinary path stays'],
    ['/modules/mail/', '/modules/mail/', 'a mount stays as well'],
    ['//evil.example/x', '/x', 'a host without a scheme'],
    ['///evil.example', '/', 'browsers skip slashes'],
    ['/\\evil.example', '/', 'a backslash is a slash to browsers'],
    ['\\\\evil.example', '/', 'two backslashes as well'],
    ['/\t/evil.example', '/', 'browsers leave out tabs'],
    ['\u0001//evil.example', '/', 'browsers drop leading control characters'],
    ['/.//evil.example', '/evil.example', 'two slashes after a dot segment'],
    ['/x/..//evil.example', '/evil.example', 'two slashes after a parent segment'],
    ['https://evil.example/a?b', '/a?b', 'another site'],
    ['javascript:alert(1)', '/alert(1)', 'another scheme'],
    ['http://[', '/', 'no URL'],
    ['', '/', 'nothing'],
  ] as const) {
    it(`is ${path} for ${JSON.stringify(url)}: ${reason}`, () => {
      const own = ownPath(url);
      assert.equal(own, path);
      assert.equal(new URL(own, 'https://panel.example/a/b').origin, 'https://panel.example');
      assert.doesNotMatch(own, /^[/\\]{2}/);
    });
  }

  for (const mount of ['/', '/modules/mail/']) {
    describe(`mounted under ${mount}`, () => {
      const { app, web } = useServedApp('sqlite', { RELAIS_BASE_PATH: mount });
      let visitor: Visitor;

      before(async () => {
        const id = await addAccount(app, 'root', { role: 'administrator' });
        visitor = await Visitor.signedIn(web, app, id);
      });

      it('stays on this site, whatever path is requested', async () => {
        const prefix = mount.replace(/\/$/, '');
        for (const path of [
          '//evil.example',
          '//evil.example/',
          '//evil.example/domains',
          '//evil.example/..',
          '/\\evil.example/domains',
          '/%2f%2fevil.example',
          'http://evil.example/domains',
          `${prefix}//evil.example/`,
          `${prefix}//evil.example/domains`,
          `${prefix}/\\evil.example`,
          `/${prefix}/domains`,
          `http://evil.example${prefix}/domains`,
          `http://evil.example${prefix}//domains`,
        ]) {
          assertOwn(await locationOf(web, path), path);
        }
      });

      it('stays on this site, whatever referrer the browser sends', async () => {
        for (const path of ['//evil.example', '/\\evil.example', '/.//evil.example/', '///x']) {
          const { headers } = await visitor.post(
            '/preferences/appearance',
            { theme: 'dark' },
            { referer: new URL(web.url).origin + path },
          );
          assertOwn(headers.get('location') ?? undefined, path);
        }
      });
    });
  }
});

function assertOwn(location: string | undefined, path: string): void {
  if (location !== undefined) {
    assert.match(location, /^\/(?![/\\])/, path);
  }
}

/** The `Location` in the answer to a request that no client library would send. */
async function locationOf({ url }: TestWeb, path: string): Promise<string | undefined> {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
  }
  assert.match(answer, /^HTTP\/1\.1 [34]/, path);
  return /^location: (.*)\r$/im.exec(answer)?.[1];
}
