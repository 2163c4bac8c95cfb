import assert from 'node:assert/strict';
import { Command } from 'commander';
import Joi from 'joi';
import { addTo } from '../../../plugin/features/domain-mail/commands.js';
import { InvalidInputError } from '../../../plugin/errors.js';
import { type AnyPolicy, addPolicy } from '../../../plugin/features/domain-mail/policies/index.js';
import type { Policy } from '../../../plugin/features/domain-mail/policies/policy.js';
import type { DomainRow } from '../../../plugin/panel/directory/domain.js';
import {
  type TestApp,
  type TestWeb,
  engines,
  openTestApp,
  startTestWeb,
} from '../../support/app.js';
import { addAccount, addDomain, addPlan } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';

interface Discard {
  readonly policy: 'discard';
  readonly note: string;
}

/** A policy as a newcomer would add it: CONTRIBUTING.md has the same example. */
const discard: Policy<Discard, { readonly discardNote: string }> = {
  key: 'discard',
  fields: {
    discardNote: {
      rule: Joi.string().trim().max(20).required(),
      option: { flags: '--note <text>', help: 'why it is dropped' },
      preset: ({ displayName }) => `For ${displayName}`,
    },
  },
  view: 'partials/text-field',
  given: { name: 'discardNote', label: 'Note', help: 'Why it is dropped.' },
  wanted: ({ discardNote }) => ({ policy: 'discard', note: discardNote }),
  texts: ({ note }) => ({ discardNote: note }),
  entry: ({ note }) => ({ discardNote: note }),
  columns: ({ note }) => ({ discard_note: note }),
  from: (row: DomainRow & { readonly discard_note?: string | null }) => ({
    policy: 'discard',
    note: row.discard_note ?? '',
  }),
  refusals: ({ note }) => ({
    discardNote: note === 'spam' ? { key: 'domain-mail.errors.discard-spam' } : undefined,
  }),
};

const path = '/domains/marie.example/mail-settings';

for (const engine of engines) {
  describe(`a policy added to the list, on ${engine}`, () => {
    let app: TestApp;
    let web: TestWeb;
    let marie: Visitor;
    let removePolicy: () => void;

    before(async () => {
      removePolicy = addPolicy(discard as unknown as AnyPolicy);
      app = await openTestApp(engine);
      // The policy's migration.
      await app.db.knex.raw('ALTER TABLE domains ADD COLUMN discard_note VARCHAR(20)');
      const accountId = await addAccount(app, 'marie', { planId: await addPlan(app) });
      await addDomain(app, 'marie.example', 'marie');
      web = await startTestWeb(app);
      marie = await Visitor.signedIn(web, app, accountId);
    });
    after(async () => {
      removePolicy();
      await web.stop();
      await app.remove();
    });

    const row = async (): Promise<Record<string, unknown>> =>
      await app.db.knex('domains').where({ name: 'marie.example' }).first();

    const run = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
      const { database, dataFolder } = app.config;
      const where = database.engine === 'mariadb' ? ['--database', database.url] : [];
      const argv = ['--data', dataFolder, ...where, 'domain', 'set', 'marie.example', ...args];
      const write = process.stdout.write.bind(process.stdout);
      let out = '';
      process.stdout.write = (text) => {
        out += String(text);
        return true;
      };
      try {
        await domainCommand().program.parseAsync([...argv, '--json'], { from: 'user' });
      } finally {
        process.stdout.write = write;
      }
      return JSON.parse(out) as Record<string, unknown>;
    };

    it('is on the page, with its texts, fields and presets', async () => {
      const page = (await marie.get(path)).text;
      for (const part of [
        'value="discard"',
        'domain-mail.policies.discard.title',
        'domain-mail.policies.discard.sender-sees',
        'name="discardNote"',
        'For marie.example',
      ]) {
        assert.ok(page.includes(part), part);
      }
    });

    it('has errors at its field, from its form rules and from its refusals', async () => {
      for (const discardNote of ['', 'x'.repeat(21), 'spam']) {
        const { status, text } = await marie.fill(path, { policy: 'discard', discardNote });
        assert.equal(status, 422, discardNote);
        assert.match(text, /id="discardNote-error"/);
      }
      assert.equal((await row())['unknown_policy'], 'reject');
    });

    it('is stored in its column, and shown on the page, in the list and in the audit log', async () => {
      await marie.fill(path, { policy: 'discard', discardNote: 'A closed shop' });
      const { unknown_policy, discard_note } = await row();
      assert.deepEqual([unknown_policy, discard_note], ['discard', 'A closed shop']);
      assert.match((await marie.get(path)).text, /value="discard" checked/);
      assert.match((await marie.get('/domains')).text, /domain-mail\.policies\.discard\.short/);
      const entry = await app.db.knex('audit_entries').orderBy('id', 'desc').first();
      assert.deepEqual(JSON.parse(entry.after), {
        policy: 'discard',
        discardNote: 'A closed shop',
        version: 2,
      });
    });

    it('is set and shown by the command, with errors at its option', async () => {
      const help = domainCommand().set.helpInformation();
      assert.match(help, /--note <text> +with discard: why it is dropped/);
      const { policy, discardNote } = await run('--unknown', 'discard', '--note', 'By command');
      assert.deepEqual([policy, discardNote], ['discard', 'By command']);
      await assert.rejects(run('--note', 'spam'), (error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.deepEqual(Object.keys(error.fields), ['--note']);
        return true;
      });
      await assert.rejects(run('--text', 'x'), /--text does not apply to the policy discard/);
      assert.equal((await row())['discard_note'], 'By command');
    });

    it('keeps its fields while another is selected', async () => {
      await run('--unknown', 'reject');
      assert.match((await marie.get(path)).text, /By command/);
      assert.equal((await run('--unknown', 'discard'))['discardNote'], 'By command');
    });
  });
}

function domainCommand(): { readonly program: Command; readonly set: Command } {
  const program = new Command('relais').option('--data <folder>').option('--database <where>');
  const domain = program.command('domain');
  addTo(domain);
  const set = domain.commands.find((each) => each.name() === 'set');
  assert.ok(set !== undefined);
  return { program, set };
}
