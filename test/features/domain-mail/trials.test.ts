import assert from 'node:assert/strict';
import { InvalidInputError, NotFoundError } from '../../../plugin/errors.js';
import { trialInWords } from '../../../plugin/features/domain-mail/trial-words.js';
import { keptFields, mailSettingsForm } from '../../../plugin/features/domain-mail/forms.js';
import type { Viewer } from '../../../plugin/panel/viewer.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { languageFor } from '../../../plugin/web/locale.js';
import {
  type TestApp,
  type TestWeb,
  engines,
  openTestApp,
  startTestWeb,
} from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';

for (const engine of engines) {
  describe(`trying an address on ${engine}`, () => {
    let app: TestApp;
    let web: TestWeb;
    let marie: Viewer;

    before(async () => {
      app = await openTestApp(engine);
      web = await startTestWeb(app);
      const planId = await addPlan(app);
      marie = await viewerOf(app, await addAccount(app, 'marie', { planId }));
      await addAccount(app, 'paul', { planId });
      await addDomain(app, 'marie.example', 'marie');
      await addDomain(app, 'paul.example', 'paul');
      await set('paul.example', { policy: 'bounce', bounceText: 'a secret of Paul' });
    });
    after(async () => {
      await web.stop();
      await app.remove();
    });

    const set = async (domain: string, fields: Record<string, string>): Promise<void> => {
      const { version } = await app.features.domainMail.page(app.operator, domain);
      const body = { version: String(version), mailEnabled: '1', ...fields };
      const form = parseForm(mailSettingsForm, body);
      await app.features.domainMail.change(
        app.operator,
        domain,
        form,
        keptFields(form.policy, body),
      );
    };

    const sentences = async (typed: string): Promise<string> => {
      const trial = await app.features.trials.of(marie, 'marie.example', typed);
      return trialInWords(trial, languageFor('en'))
        .map(({ text }) => text)
        .join(' ');
    };

    it('tells what each policy does with a recipient that there is not', async () => {
      await set('marie.example', { policy: 'reject' });
      assert.match(
        await sentences('nobody'),
        /refused.*550 5\.1\.1 User unknown in virtual mailbox table/,
      );
      await set('marie.example', { policy: 'bounce', bounceText: 'Write to the shop' });
      assert.match(await sentences('nobody'), /Returned to the sender: “Write to the shop”/);
      await set('marie.example', { policy: 'forward', forwardTo: 'shop@out.example' });
      assert.match(await sentences('nobody'), /Sent on to shop@out\.example/);
      await set('marie.example', {
        policy: 'redirect',
        redirectIp: '8.8.8.8',
        redirectPort: '2525',
      });
      assert.match(await sentences('nobody'), /\[8\.8\.8\.8\]:2525 is asked first/);
      await set('marie.example', { mailEnabled: '', policy: 'reject' });
      assert.match(await sentences('nobody'), /Relay access denied/);
    });

    it("does not look into other people's domains", async () => {
      await set('marie.example', { policy: 'forward', forwardTo: 'nobody@paul.example' }).catch(
        () => undefined,
      );
      await app.db
        .knex('domains')
        .where({ name: 'marie.example' })
        .update({ mail_enabled: 1, unknown_policy: 'forward', forward_to: 'nobody@paul.example' });
      assert.match(await sentences('nobody'), /Sent on to nobody@paul\.example/);
      assert.doesNotMatch(await sentences('nobody'), /secret/);
    });

    it("wants an address of this domain, which must be the viewer's", async () => {
      const { trials } = app.features;
      await assert.rejects(trials.of(marie, 'marie.example', 'a@paul.example'), InvalidInputError);
      await assert.rejects(trials.of(marie, 'marie.example', 'a b'), InvalidInputError);
      await assert.rejects(trials.of(marie, 'paul.example', 'a'), NotFoundError);
    });

    it('answers on its page, and says at the field what is wrong', async () => {
      const visitor = await Visitor.signedIn(web, app, marie.accountId);
      const good = await visitor.get('/domains/marie.example/trial?recipient=nobody');
      assert.equal(good.status, 200);
      assert.match(good.text, /Sent on to/);
      const bad = await visitor.get('/domains/marie.example/trial?recipient=%3Cscript%3E');
      assert.equal(bad.status, 422);
      assert.match(bad.text, /id="recipient-error"/);
      assert.equal((await visitor.get('/domains/paul.example/trial?recipient=a')).status, 404);
    });
  });
}
