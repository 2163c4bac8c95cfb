import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Child } from '../support/child.js';
import { relais, startRelais } from '../support/cli.js';
import { removeFolder, temporaryFolder } from '../support/processes.js';
import { Visitor } from '../support/visitor.js';

describe('relais demo', () => {
  const visitors = new Map<string, Visitor>();
  let temporary: string;
  let demo: Child;

  before(async () => {
    temporary = temporaryFolder('demos');
    demo = await startRelais(/mail user +\S+/, ['demo', '--port', '0'], { TMPDIR: temporary });
  });
  after(async () => {
    await demo.stop();
    removeFolder(temporary);
  });

  it('prints a link for each role, which signs in as that role', async () => {
    for (const role of ['administrator', 'reseller', 'customer', 'mail user']) {
      const link = new URL(new RegExp(`${role} +(\\S+)`).exec(demo.out)?.[1] ?? '');
      const visitor = new Visitor({ url: link.origin });
      assert.equal((await visitor.post(link.pathname)).location, '/', role);
      const { location = '/' } = await visitor.get('/');
      assert.equal(location, role === 'mail user' ? '/mailbox' : '/', role);
      visitors.set(role, visitor);
    }
  });

  it('shows sixty domains with every policy, and a suspended account', async () => {
    const page = await visitors.get('administrator')?.get('/domains?size=100');
    const text = page?.text ?? '';
    assert.equal(text.match(/href="\/domains\/[^"/]+\/mail-settings(?:\?[^"]*)?"/g)?.length, 60);
    for (const shown of [
      'bäckerei-müller.example',
      'Refused',
      'Returned with a message',
      'Forwarded',
      'Redirected',
      'Suspended',
    ]) {
      assert.ok(text.includes(shown), shown);
    }
  });

  it('adds SMTP servers for every customer', async () => {
    const page = await visitors.get('customer')?.get('/smtp-servers');
    assert.equal(page?.text.match(/\/smtp-servers\/\d+\/removal"/g)?.length, 2);
  });

  it('says that its port is in use before it makes any data', async () => {
    const { port } = new URL(/http:\S+/.exec(demo.out)?.[0] ?? '');
    const other = await relais(temporaryFolder('in-use'), 'demo', '--port', port);
    assert.deepEqual([other.code, other.out], [1, '']);
    assert.match(other.errors, /port \d+, is in use; choose another with --port or RELAIS_PORT/);
  });

  it('removes all its files at the end', async () => {
    assert.equal(readdirSync(temporary).length, 1);
    await demo.stop();
    assert.deepEqual(readdirSync(temporary), []);
  });
});
