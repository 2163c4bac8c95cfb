import assert from 'node:assert/strict';
import { readConfig } from '../plugin/config.js';
import { StartError } from '../plugin/errors.js';

describe('the configuration', () => {
  it('prefers options to the environment, and that to defaults', () => {
    const env = { RELAIS_PORT: '81', RELAIS_HOST: '127.0.0.2' };
    const { port, host, basePath } = readConfig({ port: '82' }, env);
    assert.deepEqual({ port, host, basePath }, { port: 82, host: '127.0.0.2', basePath: '/' });
  });

  const accepted: [variable: string, text: string][] = [
    ['RELAIS_TRUST_PROXY', '2'],
    ['RELAIS_TRUST_PROXY', 'loopback, 10.0.0.0/8'],
    ['RELAIS_RESOLVERS', '127.0.0.1, [::1]:5353'],
    ['RELAIS_BASE_PATH', '/modules/mail/'],
    ['RELAIS_PUBLIC_URL', 'https://panel.example.com/mail'],
    ['RELAIS_DATABASE', 'mariadb://u:p@localhost/relais?socket=/run/mysqld/mysqld.sock'],
  ];
  for (const [variable, text] of accepted) {
    it(`accepts ${variable}=${text}`, () => {
      assert.ok(readConfig({}, { [variable]: text }));
    });
  }

  const refused: [variable: string, text: string][] = [
    ['RELAIS_TRUST_PROXY', 'everybody!'],
    ['RELAIS_TRUST_PROXY', '10.0.0.0/99'],
    ['RELAIS_RESOLVERS', 'nonsense'],
    ['RELAIS_BASE_PATH', 'modules'],
    ['RELAIS_BASE_PATH', '//evil.example/'],
    ['RELAIS_PORT', '-1'],
    ['RELAIS_PUBLIC_URL', 'panel.example.com'],
    ['RELAIS_PUBLIC_URL', 'javascript:alert(1)'],
    ['RELAIS_PUBLIC_URL', 'https://user:pass@panel.example.com/'],
    ['RELAIS_PUBLIC_URL', 'https://panel.example.com/?a=b'],
    ['RELAIS_SMTP_CA', '/nowhere/at/all.pem'],
    ['RELAIS_SMTP_CA', 'package.json'],
    ['RELAIS_LOG_LEVEL', 'loud'],
    ['RELAIS_DATABASE', 'oracle://x'],
  ];
  for (const [variable, text] of refused) {
    it(`refuses ${variable}=${text} in one line`, () => {
      assert.throws(
        () => readConfig({}, { [variable]: text }),
        (error) => error instanceof StartError && !error.message.includes('\n'),
      );
    });
  }
});
