import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { exampleOf } from '../../../plugin/features/api-tokens/example.js';
import { languageFor } from '../../../plugin/web/locale.js';

/** What a shell passes to curl. */
function argumentsOf(command: string): readonly string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('the example of a token', () => {
  const called = { at: 'https://panel.example/mail/', token: 'relais_x', to: "o'brien@x.example" };

  for (const [locale, subject, text] of [
    ['en', 'Hello', 'It works.'],
    ['fr', 'Bonjour', 'L’envoi fonctionne.'],
  ] as const) {
    it(`sends the reader a message in their language: ${locale}`, () => {
      const command = exampleOf({ ...called, scopes: ['messages.send'] }, languageFor(locale));
      const [, authorization, , type, , body = '', address] = argumentsOf(command);
      assert.equal(authorization, 'Authorization: Bearer relais_x');
      assert.equal(type, 'Content-Type: application/json');
      assert.equal(address, 'https://panel.example/mail/api/v1/messages');
      assert.deepEqual(JSON.parse(body), {
        service: 'sales',
        to: ["o'brien@x.example"],
        subject,
        text,
      });
    });
  }

  it('reads a message if the token may not send', () => {
    const command = exampleOf({ ...called, scopes: ['messages.view'] }, languageFor('fr'));
    assert.deepEqual(argumentsOf(command).slice(2), [
      'https://panel.example/mail/api/v1/messages/1',
    ]);
  });
});
