import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { keysFor } from '../../plugin/secrets/key-file.js';
import { sealedIn } from '../../plugin/feature.js';
import { lostKeyIds, sealedKeyIds } from '../../plugin/secrets/sealed-columns.js';
import { SmtpServerStore } from '../../plugin/features/smtp-servers/store.js';
import { Secrets } from '../../plugin/secrets/secrets.js';
import { type CliResult, relais } from '../support/cli.js';
import { addConfirmedServer } from '../support/confirmed-server.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

describe('relais key', () => {
  const app = useTestApp();
  let id: number;

  before(async () => {
    await addAccount(app, 'marie');
    await addDomain(app, 'marie.example', 'marie');
    id = await addConfirmedServer(app, 'marie.example', { password: 'a secret' });
  });

  const run = (verb: string): Promise<CliResult> => relais(app.config.dataFolder, 'key', verb);
  const keys = (): string[] =>
    readFileSync(join(app.config.dataFolder, 'relais.key'), 'utf8').trim().split('\n');
  /** The keys as a process that starts now reads them. */
  const secrets = (): Secrets => new Secrets(keysFor('smtp servers', app.config.dataFolder));
  const store = (): SmtpServerStore => new SmtpServerStore(app.db, secrets());
  const lost = (): Promise<readonly string[]> =>
    lostKeyIds(app.db.knex, secrets(), sealedIn(app.registered));
  const password = async (): Promise<string | undefined> =>
    (await store().secretOf(app.db.knex, id)).password;

  it('rotates the key in two steps without losing a password', async () => {
    const [old] = keys();
    assert.match((await run('add')).out, /Restart Relais/);
    assert.equal(keys().length, 2);
    assert.equal(keys()[1], old);
    assert.equal(await password(), 'a secret');
    assert.match((await run('finish')).out, /Encrypted with the newest key: 1\./);
    assert.equal(keys().length, 1);
    assert.notEqual(keys()[0], old);
    assert.equal(await password(), 'a secret');
    assert.match((await run('finish')).out, /Encrypted with the newest key: 0\./);
  });

  it('recreates a lost key file only with `relais key add`', async () => {
    const file = join(app.config.dataFolder, 'relais.key');
    renameSync(file, `${file}.lost`);
    const [keyId] = await sealedKeyIds(app.db.knex, sealedIn(app.registered));
    const { code, errors } = await relais(app.config.dataFolder, 'plan', 'list');
    assert.equal(code, 1);
    assert.match(
      errors,
      new RegExp(`^The key file .* is missing, .* with the key ${keyId}: .*\n$`),
    );
    assert.equal(existsSync(file), false);

    assert.equal((await run('add')).code, 0);
    assert.equal((await relais(app.config.dataFolder, 'plan', 'list')).code, 0);
    assert.deepEqual(await lost(), [keyId]);
    renameSync(`${file}.lost`, file);
    assert.equal(await password(), 'a secret');
    assert.deepEqual(await lost(), []);
  });
});
