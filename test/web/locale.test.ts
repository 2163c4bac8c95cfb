import assert from 'node:assert/strict';
import { languageFor } from '../../plugin/web/locale.js';

describe('a text', () => {
  const en = languageFor('en');
  const fr = languageFor('fr');

  it('has plural forms, and formats counts', () => {
    assert.equal(en.t('table.count', { count: 0 }), '0 rows');
    assert.equal(en.t('table.count', { count: 1 }), '1 row');
    assert.equal(en.t('table.count', { count: 1234 }), '1,234 rows');
    assert.equal(en.t('table.count', { count: 1 }), '1 row');
    assert.equal(fr.t('table.count', { count: 0 }), '0 ligne');
    assert.equal(fr.t('table.count', { count: 1234 }), '1\u202f234 lignes');
  });

  it('shows its arguments unchanged', () => {
    for (const search of ['$&', '{search}', '$t(table.search)', '<b>']) {
      assert.equal(en.t('table.no-match', { search }), `No results for “${search}”.`);
    }
  });

  it('can include another text with the same arguments', () => {
    const reason = 'table.no-match';
    assert.equal(
      en.t('settings.errors.line', { line: 2, reason, search: 'x' }),
      'Line 2: No results for “x”.',
    );
  });

  it('defaults to its key', () => {
    assert.equal(en.t('nothing.here'), 'nothing.here');
    assert.equal(en.t('nothing.here', { count: 2 }), 'nothing.here');
    assert.equal(en.has('nothing.here'), false);
  });
});
