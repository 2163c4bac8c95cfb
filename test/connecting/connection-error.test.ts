import assert from 'node:assert/strict';
import {
  ConnectionError,
  connectionFailureKey,
  connectionFailures,
} from '../../plugin/connecting/connection-error.js';
import { Deadline } from '../../plugin/connecting/deadline.js';
import { languageFor, locales, readTexts } from '../../plugin/web/locale.js';

describe('the failures of a connection', () => {
  for (const locale of locales) {
    it(`have a sentence each in ${locale}, and the catalogue has no others`, () => {
      const { connecting } = readTexts(locale) as { connecting: { failures: object } };
      assert.deepEqual(Object.keys(connecting.failures), [...connectionFailures]);
      for (const failure of connectionFailures) {
        const key = connectionFailureKey(failure) ?? '';
        assert.match(languageFor(locale).t(key), /^\p{Lu}.*\.$/u);
      }
    });
  }

  it('exclude those of a protocol', () => {
    assert.equal(connectionFailureKey('login-refused'), undefined);
  });

  it('quote the server in one short line without control characters', () => {
    const said = `no\u0007\r\n  such \u202Etoken ${'x'.repeat(300)}`;
    const { reply = '' } = new ConnectionError('token-refused', { reply: said });
    assert.match(reply, /^no such token x+$/);
    assert.equal(reply.length, 200);
    assert.equal(new ConnectionError('token-refused', { reply: ' \n' }).reply, undefined);
  });
});

describe('an attempt past its deadline', () => {
  const cases: [failure: string, reported: string, why: string][] = [
    ['connection-lost', 'timed-out', 'the deadline closed the connection'],
    ['token-unavailable', 'timed-out', 'the deadline aborted the request'],
    ['address-forbidden', 'address-forbidden', 'more time would not have helped'],
    ['login-refused', 'login-refused', 'a protocol’s own failure is an answer'],
  ];
  for (const [failure, reported, why] of cases) {
    it(`reports ${reported} after ${failure}: ${why}`, async () => {
      const deadline = new Deadline(1);
      await new Promise((resolve) => {
        deadline.signal.addEventListener('abort', resolve, { once: true });
      });
      const failed = deadline.failureOf(new ConnectionError<string>(failure));
      assert.ok(failed instanceof ConnectionError);
      assert.equal(failed.failure, reported);
    });
  }

  it('keeps a programming error from before the deadline', () => {
    const error = new TypeError('x');
    assert.equal(new Deadline(60_000).failureOf(error), error);
  });
});
