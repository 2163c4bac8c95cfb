import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { variables } from '../plugin/config.js';
import { mostContentBytes, mostRecipients } from '../plugin/features/messages/forms.js';
import { periods } from '../plugin/features/messages/message.js';
import { requestsPerAccount } from '../plugin/features/messages/messages.js';
import { listsOf, registrations } from '../plugin/features.js';
import {
  invitationLifetime,
  linkLifetime,
  passwordLinkLifetime,
} from '../plugin/panel/standalone/link-lifetime.js';
import { registrations as standaloneRegistrations } from '../plugin/panel/standalone/registrations.js';
import { loadManifest } from '../plugin/manifest.js';
import { programFolder } from '../plugin/runtime/paths.js';
import { mostAtOnce } from '../plugin/previews/previews.js';
import { largeBytes, mostLargeAtOnce } from '../plugin/web/intake.js';
import { mostJsonBytes } from '../plugin/web/json-body.js';
import { fewPieces, leastBytes } from '../plugin/web/server.js';

const mebibyte = 1024 ** 2;
const readme = readFileSync(join(programFolder, 'README.md'), 'utf8');

describe('the README', () => {
  it('lists every environment variable with its default', () => {
    const documented = tableRows()
      .filter(([name = '']) => name.startsWith('`RELAIS_'))
      .map(([name, , preset]) => [plain(name), plain(preset)]);
    assert.deepEqual(Object.fromEntries(documented), variables);
  });

  it('lists every permission with its roles', () => {
    const documented = tableRows().filter(([id = '']) => /^`[a-z-]+\.[a-z-]+`$/.test(id));
    assert.deepEqual(
      documented.map(([id, roles = '', plan]) => ({
        id: plain(id),
        roles: roles.split(', '),
        plan: plan === 'yes',
      })),
      loadManifest().permissions,
    );
  });

  it('names existing folders and files only, and every feature', () => {
    for (const [, path = ''] of rows(
      /`((?:plugin|views|locales|migrations|test|docs)\/[\w/.-]*)`/g,
    )) {
      assert.ok(existsSync(join(programFolder, path)), path);
    }
    for (const feature of readdirSync(join(programFolder, 'plugin/features'))) {
      assert.ok(readme.includes(`\`${feature}\``), `the layout does not name ${feature}`);
    }
  });

  it('has the limits of the code', () => {
    const text = readme.replaceAll(/\s+/g, ' ');
    for (const sentence of [
      `valid for ${linkLifetime.minutes} minutes`,
      `valid for ${invitationLifetime.days} days`,
      `valid for ${passwordLinkLifetime.minutes} minutes`,
      `more than ${mostAtOnce} selected rows`,
      `retried for ${periods.hours} hours`,
      `deleted ${periods.contentDays} days after a message is sent or given up, and the message after ${periods.messageDays} days`,
      `may send ${requestsPerAccount.most} requests a minute`,
      `${mostLargeAtOnce === 2 ? 'two' : mostLargeAtOnce} bodies of more than ${largeBytes / mebibyte} MB at once`,
      `at most ${mostJsonBytes / mebibyte} MB, of which text, HTML and attachments take ${mostContentBytes / mebibyte} MB`,
      `and ${mostRecipients} recipients`,
      `more than ${fewPieces.toLocaleString('en')} pieces with less than ${leastBytes} bytes`,
    ]) {
      assert.ok(text.includes(sentence), sentence);
    }
    assert.equal(requestsPerAccount.windowMs, 60_000);
  });

  it('lists the filters of every list', async () => {
    const lists = await listsOf([...registrations, ...standaloneRegistrations]);
    const declared = lists
      .map(({ filters = [] }) => filters.map(({ key }) => `\`${key}\``).join(', '))
      .filter((keys) => keys !== '');
    const [, ...documented] = tableRows()
      .slice(tableRows().findIndex(([head, next]) => head === 'List' && next === 'Filters'))
      .slice(1);
    assert.deepEqual(
      documented
        .slice(0, declared.length)
        .map(([, keys = '']) => keys)
        .toSorted(),
      declared.toSorted(),
    );
  });

  it('links only', () => {
    const pictures = rows(/!\[[^\]]*\]\(([^)]+)\)/g);
    assert.equal(pictures.length, 2);
    for (const [, path = ''] of pictures) {
      assert.ok(existsSync(join(programFolder, path)), path);
    }
  });
});

function tableRows(): string[][] {
  return readme
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function plain(code: string | undefined): string {
  return (code ?? '').replaceAll('`', '');
}

function rows(pattern: RegExp): RegExpMatchArray[] {
  return [...readme.matchAll(pattern)];
}
