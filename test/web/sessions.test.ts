import assert from 'node:assert/strict';
import { firstAdministrator } from '../../plugin/commands/first-administrator.js';
import { type TestApp, type TestWeb, engines, openTestApp, startTestWeb } from '../support/app.js';
import { Visitor } from '../support/visitor.js';

const minute = 60_000;

for (const engine of engines) {
  describe(`a session on ${engine}`, () => {
    let app: TestApp;
    let web: TestWeb;
    let visitor: Visitor;

    before(async () => {
      app = await openTestApp(engine);
      web = await startTestWeb(app);
      visitor = new Visitor(web);
      await visitor.get(`/sign-in/${await firstAdministrator(app)}`);
    });
    after(async () => {
      await web.stop();
      await app.remove();
    });

    const endsInMinutes = async (): Promise<number> => {
      const row: { expires_at: number } = await app.db.knex('sessions').first('expires_at');
      return Math.round((row.expires_at - Date.now()) / minute);
    };
    const letItEndIn = async (minutes: number): Promise<void> => {
      await app.db.knex('sessions').update({ expires_at: Date.now() + minutes * minute });
    };

    it('ends eight hours after it was last used', async () => {
      assert.equal(await endsInMinutes(), 8 * 60);
      await letItEndIn(1);
      assert.equal((await visitor.get('/domains')).status, 200);
      assert.equal(await endsInMinutes(), 8 * 60);
    });

    it('is not written again at every request', async () => {
      await letItEndIn(8 * 60 - 5);
      assert.equal((await visitor.get('/domains')).status, 200);
      assert.equal(await endsInMinutes(), 8 * 60 - 5);
    });

    it('shows another token on each page, and takes it', async () => {
      const seen = new Set<string | undefined>();
      for (let page = 0; page < 3; page += 1) {
        const { text } = await visitor.get('/domains');
        seen.add(/name="csrfToken" value="([^"]+)"/.exec(text)?.[1]);
        assert.equal((await visitor.post('/language', { locale: 'fr' })).status, 303);
      }
      assert.equal(seen.size, 3);
    });

    it('is over when its time is', async () => {
      await letItEndIn(0);
      assert.equal((await visitor.get('/domains')).location, '/sign-in');
    });
  });
}
