import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { assert as always, property, string } from 'fast-check';
import { Secrets } from '../../plugin/secrets/secrets.js';

const place = { table: 'smtp_servers', row: 7, column: 'secret' };

describe('a secret', () => {
  const old = randomBytes(32);
  const secrets = new Secrets([old]);

  it('is decrypted to what was encrypted', () => {
    always(
      property(string({ unit: 'binary' }), (text) => {
        assert.equal(secrets.open(secrets.seal(text, place), place), text);
      }),
    );
  });

  it('is encrypted differently each time', () => {
    assert.notEqual(secrets.seal('x', place), secrets.seal('x', place));
  });

  it('cannot be moved to another row, column or table', () => {
    const sealed = secrets.seal('x', place);
    for (const other of [{ row: 8 }, { column: 'token' }, { table: 'accounts' }]) {
      assert.throws(() => secrets.open(sealed, { ...place, ...other }));
    }
  });

  it('cannot be altered', () => {
    const sealed = secrets.seal('secret', place);
    const [format, id, content = ''] = sealed.split('.');
    const bytes = Buffer.from(content, 'base64url');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      assert.throws(() =>
        secrets.open([format, id, changed.toString('base64url')].join('.'), place),
      );
    }
    assert.throws(() => secrets.open('', place));
    assert.throws(() => secrets.open([format, id, ''].join('.'), place));
  });

  it('can be decrypted with a newer key ring, which encrypts with its newest key', () => {
    const newer = new Secrets([randomBytes(32), old]);
    const sealed = secrets.seal('x', place);
    assert.equal(newer.open(sealed, place), 'x');
    assert.equal(newer.isCurrent(sealed), false);
    assert.equal(newer.isCurrent(newer.seal('x', place)), true);
    assert.throws(() => secrets.open(newer.seal('x', place), place));
  });
});
