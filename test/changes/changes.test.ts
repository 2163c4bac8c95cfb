import assert from 'node:assert/strict';
import Sqlite from 'better-sqlite3';
import { openApp } from '../../plugin/app.js';
import { mailFileOf } from '../../plugin/mail-server/data-files.js';
import { type TestApp, openTestApp } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';

describe('a committed change that has not been copied', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await openTestApp('sqlite');
    await addAccount(app, 'marie');
    await addDomain(app, 'marie.example', 'marie');
  });
  afterEach(() => app.remove());

  const isOn = (): boolean => {
    const file = new Sqlite(mailFileOf(app.config), { readonly: true });
    const rows = file
      .prepare("SELECT 1 FROM postfix_mailbox_domains WHERE lookup_key = 'marie.example'")
      .all();
    file.close();
    return rows.length > 0;
  };

  /** As a process that is killed right after its commit. */
  const switchOffAndDie = async (): Promise<void> => {
    await app.db.transaction(async (tx) => {
      const { id }: { id: number } = await tx('domains')
        .where({ name: 'marie.example' })
        .first('id');
      await tx('domains').where({ id }).update({ mail_enabled: 0 });
      await tx('mail_map_changes').insert({ domain_id: id });
    });
  };

  it("reaches the mail servers at the panel's next start", async () => {
    await switchOffAndDie();
    assert.equal(isOn(), true);
    await app.close();
    await (await openApp(app.config)).close();
    assert.equal(isOn(), false);
  });

  it('of another process reaches the mail servers while the panel runs', async () => {
    await switchOffAndDie();
    await app.changes.publish();
    assert.equal(isOn(), false);
  });

  it('succeeds although copying fails, and is copied later', async () => {
    const { id }: { id: number } = await app.db.knex('domains').first('id');
    const other = new Sqlite(mailFileOf(app.config));
    other.exec('BEGIN IMMEDIATE');
    await app.changes.make(app.operator, async ({ tx, touch }) => {
      await tx('domains').where({ id }).update({ mail_enabled: 0 });
      await touch([id]);
    });
    assert.equal(isOn(), true);
    other.exec('ROLLBACK').close();
    await app.close();
    await (await openApp(app.config)).close();
    assert.equal(isOn(), false);
    app = await openTestApp('sqlite');
  });
});
