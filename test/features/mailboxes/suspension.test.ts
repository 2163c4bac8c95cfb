import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { Pages } from './pages.js';
import { useOpened } from '../../support/opened.js';

for (const engine of engines) {
  describe(`the suspension of mailboxes on ${engine}`, () => {
    const pages = useOpened(() => Pages.open(engine));

    const create = async (name: string): Promise<string> => {
      const { scene } = pages;
      const id = await scene.addMailbox(scene.marie, `${name}@marie.example`);
      return `/domains/marie.example/mailboxes/${id}`;
    };

    it('needs no confirmation without aliases to the mailbox, and can be ended', async () => {
      const one = await create('pausing');
      const { marie } = pages;
      await marie.get(one);
      assert.equal((await marie.post(`${one}/suspension`)).location, one);
      const suspended = await marie.get(one);
      assert.match(suspended.text, /has been suspended\./);
      assert.match(suspended.text, /suspension\/end"/);
      await marie.post(`${one}/suspension/end`);
      assert.match((await marie.get(one)).text, /has been reactivated/);
    });

    it('names the aliases that forward to it, and waits for confirmation', async () => {
      const { scene, marie } = pages;
      const one = await create('followed');
      await scene.addAlias(scene.marie, 'fan@marie.example', 'followed@marie.example');
      const asked = await marie.post(`${one}/suspension`);
      assert.equal(asked.status, 409);
      assert.match(asked.text, /their senders will get an error:[^]*fan@marie\.example/);
      assert.doesNotMatch((await marie.get(one)).text, /suspension\/end"/);
      assert.equal((await marie.post(`${one}/suspension`, { confirmed: '1' })).location, one);
      assert.match((await marie.get(one)).text, /suspension\/end"/);
      const alias = { address: 'late', targets: 'followed@marie.example' };
      const refused = await marie.post('/domains/marie.example/aliases/new', alias);
      assert.match(refused.text, /followed@marie\.example is suspended\. Reactivate it first/);
    });

    it('is refused while a domain forwards to the mailbox, even if confirmed', async () => {
      const { scene, marie } = pages;
      const one = await create('receiving');
      await scene.addAlias(scene.marie, 'step@marie.example', 'receiving@marie.example');
      await scene.forwardUnknown('marie.example', 'step@marie.example');
      const page = await marie.post(`${one}/suspension`, { confirmed: '1' });
      assert.equal(page.status, 409);
      assert.match(page.text, /returned to its senders/);
      assert.match(page.text, /marie\.example\/mail-settings"/);
      assert.doesNotMatch(page.text, /btn-danger/);
      assert.doesNotMatch((await marie.get(one)).text, /suspension\/end"/);
      await scene.rejectUnknown();
    });

    it('leads to the mail settings of the domains that forward to the mailbox, in its own place', async () => {
      const { scene, marie } = pages;
      const one = await create('elsewhere');
      await scene.forwardUnknown('xn--bcher-kva.example', 'elsewhere@marie.example');
      const { text } = await marie.post(`${one}/suspension`, { confirmed: '1' });
      assert.match(
        text,
        /href="\/domains\/xn--bcher-kva\.example\/mail-settings">Open the mail settings of bücher\.example</,
      );
      assert.doesNotMatch(text, /mail-settings">Open the mail settings of marie/);
      await scene.rejectUnknown();
    });
  });
}
