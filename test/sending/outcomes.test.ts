import assert from 'node:assert/strict';
import { connectionFailureKey } from '../../plugin/connecting/connection-error.js';
import { outcomeSentences } from '../../plugin/sending/outcome-sentences.js';
import { outcomes } from '../../plugin/sending/outcomes.js';
import { languageFor, locales, readTexts } from '../../plugin/web/locale.js';

describe('the outcomes of sending', () => {
  for (const locale of locales) {
    it(`have a text and an advice each in ${locale}, and the catalogue has no others`, () => {
      const { sending } = readTexts(locale) as { sending: { outcomes: Record<string, object> } };
      assert.deepEqual(Object.keys(sending.outcomes), [...outcomes]);
      for (const [outcome, texts] of Object.entries(sending.outcomes)) {
        const isOwn = connectionFailureKey(outcome) === undefined;
        assert.deepEqual(Object.keys(texts), isOwn ? ['text', 'advice'] : ['advice'], outcome);
      }
    });

    it(`are sentences in ${locale}, each a different one`, () => {
      const words = outcomes.map((outcome) => outcomeSentences(outcome, languageFor(locale)));
      for (const { text, advice } of words) {
        assert.match(text, /^\p{Lu}.*\.$/u);
        assert.match(advice, /^\p{Lu}.*\.$/u);
      }
      assert.equal(new Set(words.map(({ text }) => text)).size, outcomes.length);
    });
  }
});
