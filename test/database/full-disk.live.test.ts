import assert from 'node:assert/strict';
import { type TestApp, type TestWeb, openTestApp, startTestWeb } from '../support/app.js';
import { addAccount, addDomain, addPlan } from '../support/fixtures.js';
import { type SmallDisk, smallDisk } from '../support/small-disk.js';
import { Visitor } from '../support/visitor.js';

describe('on a full disk', () => {
  let disk: SmallDisk;
  let app: TestApp;
  let web: TestWeb;
  let marie: Visitor;

  before(async () => {
    disk = smallDisk(16);
    app = await openTestApp('sqlite', {}, disk.folder);
    web = await startTestWeb(app);
    const id = await addAccount(app, 'marie', { planId: await addPlan(app) });
    await addDomain(app, 'zoo.example', 'marie');
    marie = await Visitor.signedIn(web, app, id);
  });
  after(async () => {
    await web.stop();
    await app.close();
    disk.remove();
  });
  beforeEach(() => disk.fill());
  afterEach(() => disk.empty());

  it('a change says so in the language of whoever makes it, and nothing is changed', async () => {
    const inEnglish = await marie.fill('/preferences', { ...named('a'), locale: 'en' });
    assert.equal(inEnglish.status, 503);
    assert.match(inEnglish.text, /storage is full, read-only or failing/);
    const { text } = await marie.get('/preferences');
    assert.doesNotMatch(text, /aaaa/);
    const inFrench = await marie.post('/preferences/appearance', { locale: 'fr' }, french);
    assert.equal(inFrench.status, 503);
    assert.match(inFrench.text, /stockage du panneau est plein/);
  });

  it('pages are shown as ever', async () => {
    for (const path of [
      '/domains',
      '/domains/zoo.example/mail-settings',
      '/audit',
      '/domains/export?format=csv',
    ]) {
      assert.equal((await marie.get(path)).status, 200, path);
    }
  });

  it('everything is as before once there is room', async () => {
    assert.equal((await marie.fill('/preferences', named('b'))).status, 503);
    disk.empty();
    assert.equal((await marie.fill('/preferences', named('b'))).status, 303);
  });
});

/** More than fits into a page that is free already. */
function named(letter: string): Record<string, string> {
  return { name: letter.repeat(100), email: 'marie@zoo.example' };
}

const french = { 'accept-language': 'fr' };
