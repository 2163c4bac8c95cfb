import assert from 'node:assert/strict';
import { EmailAddress } from '../../../plugin/addresses/index.js';
import { ConflictError } from '../../../plugin/errors.js';
import { engines } from '../../support/app.js';
import { Pages } from './pages.js';
import { type Scene, goodPassword } from './scene.js';
import { useOpened } from '../../support/opened.js';

const list = '/domains/marie.example/mailboxes';

for (const engine of engines) {
  describe(`the removal of mailboxes on ${engine}`, () => {
    const pages = useOpened(() => Pages.open(engine));
    let scene: Scene;
    before(async () => {
      scene = pages.scene;
    });

    const find = (address: string) =>
      scene.app.features.mailboxes.byAddress(scene.marie, EmailAddress.parse(address));
    const remove = async (address: string, expected?: string) => {
      const { domain, mailbox } = await find(address);
      return await scene.app.features.mailboxes.remove(
        scene.marie,
        domain.name,
        mailbox.id,
        expected,
      );
    };

    it('removes their user’s account and the aliases that forward nowhere else', async () => {
      const { app, marie, addMailbox, addAlias, targetsOf, audited } = scene;
      const address = 'leaving@marie.example';
      await addMailbox(marie, address);
      await addMailbox(marie, 'staying@xn--bcher-kva.example');
      await addAlias(marie, 'only@xn--bcher-kva.example', address);
      await addAlias(marie, 'over@marie.example', 'only@xn--bcher-kva.example');
      await addAlias(marie, 'both@marie.example', address, 'staying@xn--bcher-kva.example');
      await app.panel.signIn.withPassword(address, goodPassword, { ip: '198.51.100.1' });

      const { domain, mailbox } = await find(address);
      const { removal } = await app.features.mailboxes.removal(marie, domain.name, mailbox.id);
      assert.deepEqual(addressesOf(removal.removed), [
        'only@xn--bcher-kva.example',
        'over@marie.example',
      ]);
      assert.deepEqual(addressesOf(removal.shortened), ['both@marie.example']);

      await remove(address, removal.expected);
      assert.equal(await scene.mailboxRow(address), undefined);
      assert.equal(await app.panel.accountStore.knownByLogin(address), undefined);
      assert.equal(await targetsOf('only@xn--bcher-kva.example'), undefined);
      assert.equal(await targetsOf('over@marie.example'), undefined);
      assert.deepEqual(await targetsOf('both@marie.example'), ['staying@xn--bcher-kva.example']);
      assert.deepEqual(
        (await audited('over@marie.example')).map(({ action }) => action),
        ['alias.created', 'alias.removed'],
      );
      const [, shortened] = await audited('both@marie.example');
      assert.equal(shortened?.after, '{"targets":"staying@xn--bcher-kva.example","version":2}');
    });

    it('is refused when more would be lost than was shown', async () => {
      const { app, marie, addMailbox, addAlias } = scene;
      const id = await addMailbox(marie, 'precious@marie.example');
      const { removal } = await app.features.mailboxes.removal(marie, 'marie.example', id);
      await addAlias(marie, 'late@marie.example', 'precious@marie.example');

      await assert.rejects(remove('precious@marie.example', removal.expected), ConflictError);
      assert.notEqual(await scene.mailboxRow('precious@marie.example'), undefined);
    });

    it('is refused while a domain forwards to the mailbox, or to an alias removed with it', async () => {
      const { app, marie, addMailbox, addAlias, forwardUnknown, rejectUnknown } = scene;
      const id = await addMailbox(marie, 'catching@marie.example');
      await addAlias(marie, 'to-catching@marie.example', 'catching@marie.example');
      for (const target of ['catching@marie.example', 'to-catching@marie.example']) {
        await forwardUnknown('xn--bcher-kva.example', target);
        const { removal } = await app.features.mailboxes.removal(marie, 'marie.example', id);
        assert.deepEqual(removal.forwarding, ['xn--bcher-kva.example']);
        const { text } = await pages.marie.get(`${list}/${id}/removal`);
        const settings = text.match(/href="[^"]*\/mail-settings">[^<]*</g)?.at(-1);
        assert.equal(
          settings,
          'href="/domains/xn--bcher-kva.example/mail-settings">Open the mail settings of bücher.example<',
        );
        await assert.rejects(
          remove('catching@marie.example'),
          (error) =>
            error instanceof ConflictError && error.key === 'mailboxes.errors.is-forwarded-to',
        );
      }
      await rejectUnknown();
      await remove('catching@marie.example');
    });

    it('is refused on its page while mail for the mailbox would loop without it', async () => {
      const { marie, paul, addMailbox, addAlias, forwardUnknown, rejectUnknown } = scene;
      const one = `${list}/${await addMailbox(marie, 'between@marie.example')}/removal`;
      await addAlias(paul, 'around@paul.example', 'between@marie.example');
      await forwardUnknown('marie.example', 'around@paul.example');
      const { text } = await pages.marie.get(one);
      assert.match(text, /Without between@marie\.example, its mail would loop/);
      assert.doesNotMatch(text, /btn-danger/);
      await rejectUnknown();
      assert.match((await pages.marie.get(one)).text, /btn-danger/);
      await remove('between@marie.example');
    });

    it('leaves aliases outside of the viewer’s scope unchanged', async () => {
      const { marie, paul, addMailbox, addAlias, targetsOf, forwardUnknown, rejectUnknown } = scene;
      await addMailbox(marie, 'hidden@marie.example');
      await addAlias(paul, 'to-marie@paul.example', 'hidden@marie.example');
      await forwardUnknown('paul.example', 'hidden@marie.example');
      await remove('hidden@marie.example');
      assert.deepEqual(await targetsOf('to-marie@paul.example'), ['hidden@marie.example']);
      await rejectUnknown();
    });

    it('lists on its page what is lost, and is refused when that has grown', async () => {
      const { marie } = pages;
      const one = `${list}/${await scene.addMailbox(scene.marie, 'departing@marie.example')}`;
      await scene.addAlias(scene.marie, 'only@marie.example', 'departing@marie.example');
      const before = await marie.get(`${one}/removal`);
      assert.match(before.text, /only@marie\.example/);
      assert.match(before.text, /kept until it is removed for good/);
      const expected = /name="expected" value="([^"]*)"/.exec(before.text)?.[1] ?? '';

      await scene.addAlias(scene.marie, 'more@marie.example', 'departing@marie.example');
      const refused = await marie.post(`${one}/removal`, { expected });
      assert.equal(refused.status, 409);
      assert.match(refused.text, /more@marie\.example/);

      const now = /name="expected" value="([^"]*)"/.exec(refused.text)?.[1] ?? '';
      assert.equal((await marie.post(`${one}/removal`, { expected: now })).location, list);
      assert.match((await marie.get(list)).text, /departing@marie\.example has been removed/);
      assert.equal((await marie.get(one)).status, 404);
    });

    it('is not offered on its page while a domain forwards to the mailbox, which the page says', async () => {
      const { marie } = pages;
      const one = `${list}/${await scene.addMailbox(scene.marie, 'collecting@marie.example')}`;
      await scene.forwardUnknown('marie.example', 'collecting@marie.example');
      const { text } = await marie.get(`${one}/removal`);
      assert.match(text, /is still in use/);
      assert.doesNotMatch(text, /btn-danger|cannot be undone/);
      const page = await marie.post(`${one}/removal`, { expected: '1;;' });
      assert.equal(page.status, 409);
      assert.match(page.text, /is still in use/);
      await scene.rejectUnknown();
    });
  });
}

function addressesOf(all: readonly { readonly address: string }[]): string[] {
  return all.map((each) => each.address);
}
