import assert from 'node:assert/strict';
import { languageFor } from '../../../plugin/web/locale.js';

describe('the error for an alias’s targets', () => {
  const args = {
    count: 2,
    line: 2,
    text: '<b>nobody@marie.example</b>',
    reason: 'mailboxes.errors.target-unknown',
    address: 'nobody@marie.example',
    others: '4',
  };
  for (const locale of ['en', 'fr'] as const) {
    it(`is a sentence that includes the reason (${locale})`, () => {
      const text = languageFor(locale).t('aliases.errors.targets', args);
      assert.match(text, /2/);
      assert.match(text, /nobody@marie\.example/);
      assert.doesNotMatch(text, /[{}$]|errors\./);
    });
  }
});
