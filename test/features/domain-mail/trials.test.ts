import assert from 'node:assert/strict';
import { domainToASCII } from 'node:url';
import { InvalidInputError, NotFoundError } from '../../../plugin/errors.js';
import { trialSentences } from '../../../plugin/features/domain-mail/trial-sentences.js';
import { parseMailSettings } from '../../../plugin/features/domain-mail/forms.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { languageFor } from '../../../plugin/web/locale.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';
import { useServedApp } from '../../support/served-app.js';

for (const engine of engines) {
  describe(`the preview of the next message on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let marie: Viewer;

    before(async () => {
      const planId = await addPlan(app);
      marie = await viewerOf(app, await addAccount(app, 'marie', { planId }));
      await addAccount(app, 'paul', { planId });
      await addDomain(app, 'marie.example', 'marie');
      await addDomain(app, 'paul.example', 'paul');
      await set('paul.example', { policy: 'bounce', bounceText: 'a secret of Paul' });
    });

    const set = async (domain: string, fields: Record<string, string>): Promise<void> => {
      const { version } = await app.features.domainMail.page(app.operator, domain);
      const body = { version: String(version), mailEnabled: '1', ...fields };
      const wanted = parseMailSettings(body);
      await app.features.domainMail.change(app.operator, domain, wanted);
    };

    const sentences = async (typed: string, domain = 'marie.example'): Promise<string> => {
      const trial = await app.features.trials.of(marie, domain, typed);
      return trialSentences(trial, languageFor('en'))
        .map(({ text }) => text)
        .join(' ');
    };

    it('tells what each policy does with an unknown recipient', async () => {
      await set('marie.example', { policy: 'reject' });
      assert.match(
        await sentences('nobody'),
        /refused.*550 5\.1\.1 User unknown in virtual mailbox table/,
      );
      await set('marie.example', { policy: 'bounce', bounceText: 'Write to the shop' });
      assert.match(await sentences('nobody'), /Returned to the sender: “Write to the shop”/);
      await set('marie.example', { policy: 'forward', forwardTo: 'shop@out.example' });
      assert.match(await sentences('nobody'), /Forwarded to shop@out\.example/);
      await set('marie.example', {
        policy: 'redirect',
        redirectIp: '8.8.8.8',
        redirectPort: '2525',
      });
      assert.match(await sentences('nobody'), /\[8\.8\.8\.8\]:2525 is first asked/);
      await set('marie.example', { mailEnabled: '', policy: 'reject' });
      assert.match(await sentences('nobody'), /Relay access denied/);
    });

    it('depends on the form in which the address was typed', async () => {
      await addDomain(app, 'fünf.example', 'marie');
      const said = async (typed: string): Promise<string> => {
        const trial = await app.features.trials.of(marie, 'xn--fnf-hoa.example', typed);
        return trialSentences(trial, languageFor('en'))
          .map(({ text }) => text)
          .join(' ');
      };
      for (const [typed, reply] of Object.entries({
        'nobody@fünf.example': /550 5\.1\.1/,
        '"nobody"@fünf.example.': /550 5\.1\.1/,
        '@relay.example:nobody@fünf.example': /550 5\.1\.1/,
        'nobody@FÜNF.example': /554 5\.7\.1/,
        'nobody@fu\u0308nf.example': /554 5\.7\.1/,
        'nobody@fünf\u3002example': /554 5\.7\.1/,
        'nobody@xn--fnf-hoa.example..': /501 5\.1\.3/,
        'a%b@fünf.example': /554 5\.7\.1/,
        [`a+${'t'.repeat(300)}`]: /501 5\.5\.4/,
      })) {
        assert.match(await said(typed), reply, typed);
      }
      for (const typed of ['nobody@fuenf.example', 'a b@fünf.example', '"a"b"@fünf.example']) {
        await assert.rejects(said(typed), InvalidInputError, typed);
      }
    });

    it('shows domains in U-labels', async () => {
      await addDomain(app, 'zwölf.example', 'marie');
      const name = domainToASCII('zwölf.example');
      assert.match(await sentences('nobody', name), /nobody@zwölf\.example is refused/);
      const row = {
        unknown_policy: 'forward',
        forward_to: `box@${domainToASCII('größe.example')}`,
      };
      await app.db.knex('domains').where({ name }).update(row);
      assert.match(await sentences('nobody', name), /Forwarded to box@größe\.example/);
    });

    it('tells that a message leaves the viewer’s domains, but not who hosts its destination', async () => {
      const forwardTo = async (forward_to: string): Promise<string> => {
        const row = { mail_enabled: 1, unknown_policy: 'forward', forward_to };
        await app.db.knex('domains').where({ name: 'marie.example' }).update(row);
        return await sentences('nobody');
      };
      const inside = await forwardTo('box@paul.example');
      const outside = await forwardTo('box@elsewhere.example');
      assert.equal(inside, 'Forwarded to box@paul.example, outside your domains.');
      assert.equal(outside, inside.replace('paul', 'elsewhere'));

      const trial = await app.features.trials.of(app.operator, 'marie.example', 'nobody');
      const [{ text } = { text: '' }] = trialSentences(trial, languageFor('en'));
      assert.match(text, /to the server that its MX records name/);
    });

    it('does not reveal other accounts’ domains', async () => {
      await set('marie.example', { policy: 'forward', forwardTo: 'nobody@paul.example' }).catch(
        () => undefined,
      );
      await app.db
        .knex('domains')
        .where({ name: 'marie.example' })
        .update({ mail_enabled: 1, unknown_policy: 'forward', forward_to: 'nobody@paul.example' });
      assert.match(await sentences('nobody'), /Forwarded to nobody@paul\.example, outside/);
      assert.doesNotMatch(await sentences('nobody'), /secret/);
    });

    it('requires an address of the domain, within the viewer’s scope', async () => {
      const { trials } = app.features;
      await assert.rejects(trials.of(marie, 'marie.example', 'a@paul.example'), InvalidInputError);
      await assert.rejects(trials.of(marie, 'marie.example', 'a b'), InvalidInputError);
      await assert.rejects(trials.of(marie, 'paul.example', 'a'), NotFoundError);
    });

    it('is shown on its page, with an error at the field', async () => {
      const visitor = await Visitor.signedIn(web, app, marie.accountId);
      const good = await visitor.get('/domains/marie.example/trial?recipient=nobody');
      assert.equal(good.status, 200);
      assert.match(good.text, /Forwarded to/);
      const bad = await visitor.get('/domains/marie.example/trial?recipient=%3Cscript%3E');
      assert.equal(bad.status, 422);
      assert.match(bad.text, /id="recipient-error"/);
      assert.equal((await visitor.get('/domains/paul.example/trial?recipient=a')).status, 404);
    });
  });
}
