import assert from 'node:assert/strict';
import { hashPassword } from '../../plugin/secrets/passwords.js';
import { endSessions } from '../../plugin/web/end-sessions.js';
import { type TestApp, type TestWeb, openTestApp, startTestWeb } from '../support/app.js';
import { addAccount, addDomain, addPlan } from '../support/fixtures.js';
import { until } from '../support/processes.js';
import { type SmallDisk, smallDisk } from '../support/small-disk.js';
import { Visitor } from '../support/visitor.js';

describe('on a full disk', () => {
  let disk: SmallDisk;
  let app: TestApp;
  let web: TestWeb;
  let id: number;
  let marie: Visitor;

  before(async () => {
    disk = smallDisk(16);
    app = await openTestApp('sqlite', {}, disk.folder);
    web = await startTestWeb(app);
    const passwordHash = await hashPassword(password);
    id = await addAccount(app, 'marie', { planId: await addPlan(app), passwordHash });
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

  const signedIn = async (): Promise<Visitor> => {
    const visitor = new Visitor(web);
    await visitor.get('/sign-in');
    const { status } = await visitor.post('/sign-in', { login: 'marie', password });
    assert.equal(status, 303);
    await visitor.get('/preferences');
    return visitor;
  };

  it('a change is refused in the viewer’s language, and changes nothing', async () => {
    const inEnglish = await marie.fill('/preferences', { ...named('a'), locale: 'en' });
    assert.equal(inEnglish.status, 503);
    assert.match(inEnglish.text, /storage is full, read-only or failing/);
    const { text } = await marie.get('/preferences');
    assert.doesNotMatch(text, /aaaa/);
    const inFrench = await marie.post('/preferences/appearance', { locale: 'fr' }, french);
    assert.equal(inFrench.status, 503);
    assert.match(inFrench.text, /stockage du panneau est plein/);
  });

  it('pages are shown as usual', async () => {
    for (const path of [
      '/domains',
      '/domains/zoo.example/mail-settings',
      '/audit',
      '/domains/export?format=csv',
    ]) {
      assert.equal((await marie.get(path)).status, 200, path);
    }
  });

  it('people can sign in, look at pages, and sign out', async () => {
    const somebody = await signedIn();
    assert.equal((await somebody.get('/domains')).status, 200);
    assert.equal((await somebody.get('/domains/zoo.example/mail-settings')).status, 200);
    assert.equal((await somebody.fill('/preferences', named('c'))).status, 503);
    assert.equal((await somebody.post('/sign-out')).status, 303);
    assert.equal(
      (await somebody.get('/domains')).location?.split('&')[0],
      '/sign-in?to=%2Fdomains',
    );
    assert.equal((await marie.get('/domains')).status, 200);
  });

  it('signing out lasts, also for sessions from before', async () => {
    disk.empty();
    const somebody = await signedIn();
    const cookies = somebody.cookies;
    disk.fill();
    await somebody.post('/sign-out');
    const thief = new Visitor(web, cookies);
    assert.equal((await thief.get('/domains')).location?.split('&')[0], '/sign-in?to=%2Fdomains');
    disk.empty();
    assert.equal((await thief.get('/domains')).location?.split('&')[0], '/sign-in?to=%2Fdomains');
  });

  it('sessions from before stay valid once there is space, until they are ended', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    disk.empty();
    assert.equal((await one.get('/domains')).status, 200);
    const stored = await app.db.knex('sessions').count({ rows: '*' }).first();
    assert.ok(Number(stored?.['rows']) >= 1);
    await app.db.transaction((tx) => endSessions(tx, id));
    for (const visitor of [one, other]) {
      assert.equal(
        (await visitor.get('/domains')).location?.split('&')[0],
        '/sign-in?to=%2Fdomains',
      );
    }
    marie = await signedIn();
  });

  it('sign-in attempts are still limited', async () => {
    const guesser = new Visitor(web);
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess += 1) {
      statuses.push((await guesser.post('/sign-in', { login: 'nobody', password: 'x' })).status);
    }
    assert.deepEqual(new Set(statuses.slice(0, 10)), new Set([422]));
    assert.deepEqual(statuses.slice(10), [429, 429]);
  });

  it('the health check fails, and passes again once there is space', async () => {
    await until(async () => (await marie.get('/readyz')).status === 503);
    disk.empty();
    await until(async () => (await marie.get('/readyz')).status === 200);
  });

  it('changes can be saved again once there is space', async () => {
    assert.equal((await marie.fill('/preferences', named('b'))).status, 503);
    disk.empty();
    assert.equal((await marie.fill('/preferences', named('b'))).status, 303);
  });
});

/** More than a page's free space holds. */
function named(letter: string): Record<string, string> {
  return { name: letter.repeat(100), email: 'marie@zoo.example' };
}

const password = 'correct horse battery staple';
const french = { 'accept-language': 'fr' };
