import assert from 'node:assert/strict';
import { DomainName } from '../../../plugin/addresses/index.js';
import { newAliasForm, newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan } from '../../support/fixtures.js';
import { useServedApp } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';

const password = 'seven tall herons wading';

for (const engine of engines) {
  describe(`a mail service that is switched off on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let marie: Visitor;

    before(async () => {
      const planId = await addPlan(app);
      marie = await Visitor.signedIn(web, app, await addAccount(app, 'marie', { planId }));
      await addAccount(app, 'paul', { planId });
      for (const [domain, owner] of [
        ['marie.example', 'marie'],
        ['also.example', 'marie'],
        ['empty.example', 'marie'],
        ['paul.example', 'paul'],
      ] as const) {
        await addDomain(app, domain, owner);
      }
      for (const name of ['anna', 'bruno', 'clara', 'dirk', 'emma']) {
        await addMailbox('marie.example', name);
      }
      await app.db
        .knex('mailboxes')
        .where({ address: 'emma@marie.example' })
        .update({ suspended: 1 });
      await addAlias('marie.example', 'sales', 'anna@marie.example');
      await addAlias('also.example', 'info', 'anna@marie.example');
      await addAlias('paul.example', 'secret', 'anna@marie.example');
    });

    const addMailbox = async (domain: string, address: string): Promise<void> => {
      const form = parseForm(newMailboxForm(DomainName.parse(domain)), { address, password });
      await app.features.mailboxes.create(app.operator, domain, form);
    };
    const addAlias = async (domain: string, address: string, targets: string): Promise<void> => {
      const form = parseForm(newAliasForm(DomainName.parse(domain)), { address, targets });
      await app.features.aliases.create(app.operator, domain, form);
    };
    const save = async (domain: string, mail: 'on' | 'off') => {
      const path = `/domains/${domain}/mail-settings`;
      const { text } = await marie.get(path);
      const version = /name="version" value="(\d+)"/.exec(text)?.[1] ?? '';
      const fields = { version, policy: 'reject', apply: '1' };
      await marie.post(path, mail === 'on' ? { ...fields, mailEnabled: '1' } : fields);
      return (await marie.get(path)).text;
    };

    it('says beside the switch which mailboxes and aliases would receive nothing', async () => {
      const { text } = await marie.get('/domains/marie.example/mail-settings');
      const note = /id="mailEnabled-unreceived">([^]*?)<\/div>/.exec(text)?.[1] ?? '';
      const names = 'anna@marie.example, bruno@marie.example, clara@marie.example and 1 more';
      assert.ok(note.includes(`These 4 mailboxes receive no mail: ${names}.`), note);
      assert.ok(note.includes('This alias forwards no mail: sales@marie.example.'), note);
      assert.match(note, /href="\/domains\/marie\.example\/mailboxes\?status=active"/);
      assert.match(text, /aria-describedby="mailEnabled-help mailEnabled-unreceived"/);
      const empty = await marie.get('/domains/empty.example/mail-settings');
      assert.doesNotMatch(empty.text, /mailEnabled-unreceived/);
    });

    it('says so again once it is off, with what else forwards there, in the viewer’s scope', async () => {
      const text = await save('marie.example', 'off');
      const notice = /<div class="alert alert-success"[^]*?<\/div>\s*<\/div>/.exec(text)?.[0] ?? '';
      assert.match(notice, /The mail service of marie\.example is off from the next message on\./);
      assert.match(notice, /These 4 mailboxes receive no mail: anna@marie\.example, /);
      assert.match(notice, /alias of another domain forwards here in vain: info@also\.example\./);
      assert.doesNotMatch(text, /secret@paul\.example/);
      assert.match(notice, /href="\/domains\/marie\.example\/mailboxes\?status=active"/);
      assert.match(
        await save('marie.example', 'off'),
        /The mail settings of marie\.example have been saved/,
      );
      assert.match(
        await save('marie.example', 'on'),
        /The mail settings of marie\.example have been saved/,
      );
      assert.match(
        await save('empty.example', 'off'),
        /The mail settings of empty\.example have been saved/,
      );
    });
  });
}
