import assert from 'node:assert/strict';
import { addAccount } from '../../support/fixtures.js';
import { useServedApp } from '../../support/served-app.js';
import { Visitor, noFile } from '../../support/visitor.js';
import { halves, redBox, svgOf } from '../smtp-servers/logo-files.js';

const good = { name: 'Our mail', address: 'https://mail.{domain}/', icon: 'at' };

describe('the pages of webmail applications', () => {
  const { app, web } = useServedApp();
  let admin: Visitor;
  before(async () => {
    const id = await addAccount(app, 'webmaster', { role: 'administrator' });
    admin = await Visitor.signedIn(web, app, id);
  });

  const named = async (name: string) =>
    (await app.features.webmails.list()).find((each) => each.name === name);
  const notice = async (): Promise<string> => (await admin.get('/webmail')).text;

  it('add and change one, and say where its passwords are not safe', async () => {
    const added = await admin.send('/webmail/new', good, noFile, 'picture');
    assert.deepEqual([added.status, added.location], [303, '/webmail']);
    assert.doesNotMatch(await notice(), /travel unencrypted/);
    const { id } = (await named('Our mail')) ?? {};
    const fields = { ...good, address: 'http://mail.{domain}/', version: '1' };
    await admin.send(`/webmail/${id}`, fields, noFile, 'picture');
    assert.match(await notice(), /Our mail has been saved\. .*passwords and messages travel unenc/);
    assert.match((await admin.get(`/webmail/${id}`)).text, /passwords and messages travel unenc/);
    assert.equal((await named('Our mail'))?.address, 'http://mail.{domain}/');
  });

  it('draw a picture instead of the icon, and remove it again', async () => {
    const fields = { ...good, name: 'Pictured' };
    await admin.send('/webmail/new', fields, svgOf(redBox), 'picture');
    const { id = 0 } = (await named('Pictured')) ?? {};
    const { picture } = await app.features.webmails.page(id);
    assert.deepEqual([picture?.type, picture?.width, picture?.height], ['image/png', 48, 24]);
    const path = `/webmail/${id}`;
    assert.match((await admin.get(path)).text, /<img class="present-logo" src="data:image\/png/);
    const without = { ...fields, version: '1', removePicture: '1' };
    assert.equal((await admin.send(path, without, noFile, 'picture')).status, 303);
    assert.equal((await app.features.webmails.page(id)).picture, undefined);
  });

  it('report all errors at once, and keep the picture', async () => {
    const wrong = { name: 'roundcube', address: 'https://{mailbox}.example/', icon: 'at' };
    const picture = await halves(40, 40).png().toBuffer();
    const { status, text } = await admin.send('/webmail/new', wrong, picture, 'picture');
    assert.equal(status, 422);
    for (const error of ['Another application has this name.', 'The picture is kept']) {
      assert.ok(text.includes(error), error);
    }
    assert.match(text, /id="address-error"/);
  });

  it('refuse files that are no pictures', async () => {
    for (const file of [Buffer.from('%PDF-1.4'), Buffer.alloc(300 * 1024, 1)]) {
      const { status, text } = await admin.send('/webmail/new', good, file, 'picture');
      assert.equal(status, 422);
      assert.match(text, /id="picture-error"/);
    }
  });
});
