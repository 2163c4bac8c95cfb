import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { programFolder } from '../../../plugin/runtime/paths.js';
import type { TestWeb } from '../../support/app.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

type Headers = Readonly<Record<string, string>>;

/** A request whose Host header is not the address that it goes to. */
export async function ask(
  web: Pick<TestWeb, 'url'>,
  host: string,
  {
    path = '/',
    method = 'GET',
    headers = {},
  }: { path?: string; method?: string; headers?: Headers } = {},
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, web.url),
      { method, headers: { ...headers, host }, agent: false },
      (res) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (piece: string) => (text += piece));
        res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
      },
    );
    sent.once('error', reject);
    sent.end();
  });
}

/** Names that are none of ours, although most of them hold one of ours. */
export function oddHosts(): readonly string[] {
  const ours = 'example.com';
  const { accepted, refused }: Record<'accepted' | 'refused', readonly string[][]> = JSON.parse(
    readFileSync(join(programFolder, 'test/addresses/domain-name.json'), 'utf8'),
  );
  const names = [...accepted, ...refused].map(([, typed = '']) => typed);
  const around = [...Buffer.alloc(255).keys()]
    .map((code) => code + 1)
    .filter((code) => code !== 10 && code !== 13)
    .map((code) => String.fromCodePoint(code))
    .filter((character) => !/[.:]/.test(character));
  return [
    ...around.flatMap((character) => [
      `${ours}${character}evil.example`,
      `evil${character}${ours}`,
    ]),
    ...names.filter((text) => !/[\r\n]/.test(text)),
    '',
    '.',
    `.${ours}`,
    `${ours}..`,
    `${ours}.evil.example`,
    `evil.example.${ours}`,
    `webmail.${ours}`,
    `${ours}:`,
    `${ours}:a`,
    `${ours}:123456`,
    `${ours}:80:80`,
    `${ours}@evil.example`,
    `${ours}/evil.example`,
    `${ours}\\evil.example`,
    `${ours}, evil.example`,
    'bücher.example',
    '[::1]',
    'a'.repeat(300),
    `${'a.'.repeat(3000)}${ours}`,
    "' OR 1=1 --",
    'constructor',
    '%65xample.com',
  ].map((rest) => `webmail.${rest}`);
}
