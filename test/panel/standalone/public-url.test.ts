import assert from 'node:assert/strict';
import { type TestApp, type TestWeb, openTestApp, startTestWeb } from '../../support/app.js';
import { addAccount } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';

describe('a sign-in link that is shown', () => {
  it('begins with the public address of the installation', async () => {
    const env = { RELAIS_PUBLIC_URL: 'https://panel.example.com/mail' };
    assert.equal(await shownTo(env), 'https://panel.example.com/mail/sign-in/');
  });

  it('begins with where the request was sent, if none is given', async () => {
    assert.equal(await shownTo({}), 'where-it-was-asked/sign-in/');
  });
});

async function shownTo(env: Readonly<Record<string, string>>): Promise<string> {
  const app: TestApp = await openTestApp('sqlite', env);
  const web: TestWeb = await startTestWeb(app);
  try {
    const adminId = await addAccount(app, 'root', { role: 'administrator' });
    const customerId = await addAccount(app, 'marie');
    const admin = await Visitor.signedIn(web, app, adminId);
    const { text } = await admin.post(`/accounts/${customerId}/sign-in-link`);
    const link = /https?:\/\/[^\s"<]+\/sign-in\//.exec(text)?.[0] ?? '';
    return link.replace(web.url, 'where-it-was-asked');
  } finally {
    await web.stop();
    await app.remove();
  }
}
