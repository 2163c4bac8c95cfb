import assert from 'node:assert/strict';
import { listsOf } from '../../plugin/features.js';
import { type Filter, isTyped, keysOf } from '../../plugin/tables/filter.js';
import type { AnyTable } from '../../plugin/tables/table.js';
import { parseTableState, queryIn, tableQuery } from '../../plugin/tables/table-state.js';
import { type Language, languageFor, locales } from '../../plugin/web/locale.js';
import { useTestApp } from '../support/opened.js';

const reserved = ['q', 'sort', 'dir', 'size', 'after', 'before', 'format', 'bom', 'export'];

describe('the filters of a list', () => {
  const app = useTestApp();
  let lists: readonly AnyTable[];
  before(async () => {
    lists = await listsOf(app.registered);
  });

  it('have unique names, and texts in every language', () => {
    for (const list of lists) {
      for (const filter of list.filters ?? []) {
        keysOf(filter).forEach((key) => assert.ok(!reserved.includes(key), key));
        for (const language of locales.map(languageFor)) {
          assert.ok(language.has(filter.label), filter.label);
          assert.deepEqual(textsOf(filter, language).filter(isKey), [], filter.key);
        }
      }
    }
  });

  it('are written to the URL of every page and read from it', () => {
    const list = lists.find(({ key }) => key === 'messages');
    assert.ok(list);
    const state = parseTableState(list, { state: ['failed', 'sent'], account: ' a & b ', q: 'x' });
    assert.deepEqual(state.filters, { state: ['sent', 'failed'], account: ['a & b'] });
    const url = tableQuery(list, state, { size: 25 });
    assert.equal(url, '?q=x&state=sent%2Cfailed&account=a+%26+b&size=25');
    assert.deepEqual(parseTableState(list, queryIn(url.slice(1))).filters, state.filters);
  });

  const hostile: readonly [query: Record<string, unknown>, filters: object, why: string][] = [
    [{ unheard: 'of', constructor: 'x', __proto__: 'y' }, {}, 'no filters'],
    [{ mail: 'maybe' }, {}, 'no option'],
    [{ mail: 'constructor' }, {}, 'what every object has'],
    [{ mail: ['on', 'off'] }, { mail: ['on'] }, 'one of two'],
    [{ mail: 'off,on' }, { mail: ['on'] }, 'one of two in one'],
    [{ mail: { on: 1 } }, {}, 'an object'],
    [{ mail: [] }, {}, 'nothing in an array'],
    [{ mail: '' }, {}, 'nothing'],
    [{ created: '2026-11-01' }, {}, 'a range without its end'],
    [{ 'created-from': ['2026-11-01', '2'] }, { 'created-from': ['2026-11-01'] }, 'two starts'],
    [{ 'created-to': ' ' }, {}, 'an empty end'],
    [{ owner: ['a', 'b'] }, { owner: ['a'] }, 'two names'],
    [{ owner: ' \0\n ' }, {}, 'a name of control characters'],
    [{ owner: 'x'.repeat(100_000) }, { owner: ['x'.repeat(320)] }, 'a huge name'],
    [{ policy: 'reject,'.repeat(100_000) }, { policy: ['reject'] }, 'huge'],
  ];
  for (const [query, filters, why] of hostile) {
    it(`ignore ${why} in a query`, () => {
      const list = lists.find(({ key }) => key === 'domains');
      assert.ok(list);
      assert.deepEqual(parseTableState(list, query).filters, filters);
    });
  }
});

function textsOf(filter: Filter, language: Language): string[] {
  return isTyped(filter)
    ? []
    : Object.keys(filter.options).map((option) => filter.text(option, language));
}

/** Whether a text is a locale key, shown because there is no text for it. */
function isKey(text: string): boolean {
  return /^[\w-]+\.[\w.-]+$/.test(text);
}
