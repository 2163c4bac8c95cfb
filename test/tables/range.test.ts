import assert from 'node:assert/strict';
import type { RangeFilter } from '../../plugin/tables/filter.js';
import { type Measure, endsSet, rangeRefusal, rangeText } from '../../plugin/tables/range.js';
import { languageFor, locales } from '../../plugin/web/locale.js';

const gigabyte = 1024 ** 3;
const range = (measure: Measure): RangeFilter => ({
  key: 'x',
  kind: 'range',
  measure,
  label: 'x',
  sql: 'x',
});

function words(measure: Measure, from?: string, to?: string): (string | undefined)[] {
  const state = { ...(from && { 'x-from': [from] }), ...(to && { 'x-to': [to] }) };
  return locales.map((locale) =>
    rangeText(range(measure), state, languageFor(locale))?.replaceAll(/\s/g, ' '),
  );
}

describe('a range', () => {
  const cases: [measure: Measure, text: string, value: number | undefined][] = [
    ['number', '0', 0],
    ['number', '1200', 1200],
    ['number', '1.5', undefined],
    ['number', '-1', undefined],
    ['number', '9'.repeat(16), undefined],
    ['bytes', '2GB', 2 * gigabyte],
    ['bytes', '2 gb', 2 * gigabyte],
    ['bytes', '1,5 Go', 1.5 * gigabyte],
    ['bytes', '0.5\u00a0Go', 0.5 * gigabyte],
    ['bytes', '100 b', 100],
    ['bytes', '3k', 3072],
    ['bytes', '2048', 2 * gigabyte],
    ['bytes', 'much', undefined],
    ['bytes', '-1GB', undefined],
    ['bytes', '', undefined],
    ['date', '2026-11-01', new Date(2026, 10, 1).getTime()],
    ['date', '2024-02-29', new Date(2024, 1, 29).getTime()],
    ['date', '2026-02-29', undefined],
    ['date', '01/11/2026', undefined],
  ];
  for (const [measure, text, value] of cases) {
    it(`${value === undefined ? 'refuses' : 'understands'} the ${measure} “${text}”`, () => {
      const set = endsSet(range(measure), { 'x-from': [text] });
      assert.deepEqual(set, [{ end: 'from', text, value }]);
      const refusal = rangeRefusal(range(measure), { 'x-to': [text] });
      assert.equal(refusal === undefined, value !== undefined);
    });
  }

  it('of dates includes its last day', () => {
    const [set] = endsSet(range('date'), { 'x-to': ['2026-10-25'] });
    assert.equal(set?.value, new Date(2026, 9, 26).getTime() - 1);
  });

  it('is refused when it ends before it begins', () => {
    const filters = { 'x-from': ['2GB'], 'x-to': ['1GB'] };
    assert.equal(rangeRefusal(range('bytes'), filters)?.key, 'table.range.errors.reversed');
    assert.equal(rangeRefusal(range('bytes'), { ...filters, 'x-to': ['2 GB'] }), undefined);
  });

  it('is shown in words, with an invalid text as it was typed', () => {
    assert.deepEqual(words('bytes', '1GB', '2GB'), ['from 1 GB to 2 GB', 'de 1 Go à 2 Go']);
    assert.deepEqual(words('date', '2026-11-01'), ['from 1 Nov 2026', 'à partir du 1 nov. 2026']);
    assert.deepEqual(words('date', undefined, 'x'), ['until x', 'jusqu’au x']);
    assert.deepEqual(words('number'), [undefined, undefined]);
  });
});
