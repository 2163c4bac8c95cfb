import { readFileSync } from 'node:fs';

export interface IsemailCase {
  readonly id: string;
  readonly address: string;
  readonly category: string;
}

/** Dominic Sayers's collection, with its visible control characters replaced by real ones. */
export function isemailCases(): IsemailCase[] {
  const tests = [
    ...read('../vectors/isemail/tests.xml').matchAll(/<test id="(\d+)">(.*?)<\/test>/gs),
  ];
  return tests.map(([, id = '', body = '']) => ({
    id,
    address: withControls(decoded(element(body, 'address'))),
    category: element(body, 'category'),
  }));
}

/** The expected outcome of each: `accepted`, or the reason for rejecting it. */
export function isemailOutcomes(): Record<string, string> {
  return JSON.parse(read('./isemail-outcomes.json')) as Record<string, string>;
}

export function identityCollisions(): { base: string; variants: string[] } {
  return JSON.parse(read('../vectors/identity-collisions.json')) as ReturnType<
    typeof identityCollisions
  >;
}

export function configInjections(): string[] {
  const file = JSON.parse(read('../vectors/config-injection.json')) as { values: string[] };
  return file.values;
}

export function naughtyStrings(): string[] {
  return JSON.parse(read('../vectors/blns/blns.json')) as string[];
}

export function ssrfHosts(): { host: string; expected: string }[] {
  return read('../vectors/ssrf-hosts.txt')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) => {
      const [host = '', expected = ''] = line.split('\t');
      return { host: host.replaceAll(String.raw`\t`, '\t'), expected };
    });
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function element(xml: string, name: string): string {
  return new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1] ?? '';
}

function decoded(xml: string): string {
  return xml
    .replace(/&#x([\da-f]+);/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/** U+2400 and on are pictures of the characters from NUL on. */
function withControls(text: string): string {
  return text.replace(/[\u2400-\u241f]/g, (symbol) =>
    String.fromCodePoint(symbol.charCodeAt(0) - 0x2400),
  );
}
