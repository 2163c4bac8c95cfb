import assert from 'node:assert/strict';
import { parseForm, parseJson } from '../../plugin/web/forms.js';
import { Joi } from '../../plugin/web/lengths-first.js';
import { refusedFields } from '../support/refusals.js';

const form = Joi.object({
  a: Joi.number(),
  list: Joi.array().items(Joi.object({ b: Joi.number() })),
});

describe('unknown field names', () => {
  it('are reported beside all other errors while they are few', async () => {
    assert.deepEqual(await refused({ ...names(2), a: 'x' }), ['a', 'n0', 'n1']);
    assert.equal((await refused({ ...names(10), a: 'x' })).length, 11);
  });

  it('are reported alone when they are many, only the first ones, before fields are validated', async () => {
    let looks = 0;
    const body = {
      ...names(5000),
      list: Array.from({ length: 50 }, () => ({
        get b() {
          looks += 1;
          return 'x';
        },
      })),
    };
    assert.deepEqual(await refused(body), Object.keys(names(10)));
    assert.equal(looks, 0);
  });

  it('are counted at every depth', async () => {
    const fields = await refused({ list: [names(8), { b: 1 }, names(4)], a: 'x' });
    const [first, last] = [Object.keys(names(8)), Object.keys(names(2))];
    assert.deepEqual(fields, [
      ...first.map((name) => `list/0/${name}`),
      ...last.map((name) => `list/2/${name}`),
    ]);
  });

  it('are shown truncated', async () => {
    assert.deepEqual(await refused({ [`/${'x'.repeat(16_000)}`]: 1 }), [`~1${'x'.repeat(199)}…`]);
  });

  it('are ignored in forms, in any number', () => {
    assert.deepEqual(parseForm(form, { ...names(200), a: '1' }), { a: 1 });
  });
});

function names(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, 1]));
}

async function refused(body: object): Promise<readonly string[]> {
  return Object.keys((await refusedFields(async () => parseJson(form, body))) ?? {});
}
