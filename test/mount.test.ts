import assert from 'node:assert/strict';
import { addAccount, addDomain, addPlan } from './support/fixtures.js';
import { Visitor } from './support/visitor.js';
import { useServedApp } from './support/served-app.js';

for (const mount of ['/', '/modules/mail/']) {
  describe(`mounted under ${mount}`, () => {
    const { app, web } = useServedApp('sqlite', { RELAIS_BASE_PATH: mount });

    before(async () => {
      await addAccount(app, 'root', { role: 'administrator' });
      await addAccount(app, 'marie', { planId: await addPlan(app) });
      await addDomain(app, 'marie.example', 'marie');
    });

    it('has every link, form and asset below the mount, and every linked page answers', async () => {
      const admin = await app.panel.accountStore.knownByLogin('root');
      const visitor = await Visitor.signedIn(web, app, admin?.account.id ?? 0);
      const seen = new Set<string>();
      const waiting = ['/'];
      const prefix = mount.replace(/\/$/, '');

      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
        if (seen.has(path)) {
          continue;
        }
        seen.add(path);
        const page = await visitor.get(path);
        assert.ok([200, 303].includes(page.status), `${path}: ${page.status}`);
        waiting.push(...(page.location === undefined ? [] : [page.location]));
        for (const target of targetsIn(page.text, 'href|src|action|hx-get|hx-post')) {
          assert.ok(isBelow(target, prefix), `${path} leads to ${target}`);
        }
        for (const target of targetsIn(page.text, 'href|src|hx-get')) {
          waiting.push(...pathsToFollow(target, prefix));
        }
      }
      assert.ok(seen.has('/domains/marie.example/mail-settings'));
      assert.ok(seen.has('/domains/export?format=csv'));
      assert.ok(seen.size > 10, `only ${seen.size} pages`);
    });

    it('redirects visitors to its own sign-in page', async () => {
      const visitor = new Visitor(web);
      const page = await visitor.get('/domains');
      assert.equal(
        page.headers.get('location'),
        `${mount.replace(/\/$/, '')}/sign-in?to=%2Fdomains`,
      );
    });
  });
}

function targetsIn(html: string, attributes: string): string[] {
  return [...html.matchAll(new RegExp(`\\s(?:${attributes})="([^"]*)"`, 'g'))].map(
    ([, target = '']) => target.replaceAll('&amp;', '&'),
  );
}

function isBelow(target: string, prefix: string): boolean {
  return (
    target === '' ||
    /^[?#]/.test(target) ||
    (target.startsWith(`${prefix}/`) && !target.startsWith('//'))
  );
}

/** Only one export: each runs in a thread of its own. */
function pathsToFollow(target: string, prefix: string): string[] {
  const path = target.slice(prefix.length).replace(/#.*/, '');
  const isOtherExport = /\/export\?/.test(path) && path !== '/domains/export?format=csv';
  return target.startsWith(`${prefix}/`) && !isOtherExport ? [path] : [];
}
