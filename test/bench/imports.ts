import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, openApp } from '../../plugin/app.js';
import type { EngineName } from '../../plugin/database/engine.js';
import { hashPassword } from '../../plugin/secrets/passwords.js';
import { viewerOf } from '../support/fixtures.js';
import { longestPauseMs, watchingArguments } from './event-loop.js';
import { type Installation, type Target, createInstallation, startPanel } from './installation.js';
import { cpuMicroseconds } from './load.js';
import { sized } from './options.js';
import { residentMegabytes } from './process-tree.js';
import { type Result, atLeast, atMost, say, tableOf } from './result.js';

const size = { domains: 1000, mailboxesPerDomain: 1 };
const lines = sized(100_000, 300);
/** So many stand for all where they are applied. */
const fewer = sized(5000, 300);
const generated = sized(1000, 60);
const hashes = sized(60, 5);

interface File {
  readonly what: string;
  /** Its kind, with parameters. */
  readonly path: string;
  readonly lines: readonly string[];
  /** Whether its preview is all. */
  readonly isOnlyRead?: boolean;
}

const many = (count: number, line: (n: number) => string): readonly string[] =>
  Array.from({ length: count }, (_none, n) => line(n));

/** Files of domains, mailboxes and aliases, by the API of a panel: upload, preview, and the job that applies it. */
export async function measureImports(engine: EngineName): Promise<readonly Result[]> {
  const installation = await createInstallation(engine, size);
  const { token, names } = await openOnce(installation);
  const at = (n: number): string => names[n % names.length] ?? '';
  const file = join(installation.folder, 'pause');
  const panel = await startPanel(installation, watchingArguments(file));
  const importing = new Importing(installation, { ...panel, file }, token);
  const hash = `"${await hashPassword('six quiet rivers in spring')}"`;
  const files: readonly File[] = [
    {
      what: `${lines} mailboxes with hashes`,
      path: 'mailboxes?',
      lines: ['address,password,name', ...many(lines, (n) => `in${n}@${at(n)},${hash},Name ${n}`)],
      isOnlyRead: true,
    },
    {
      what: `${fewer} mailboxes with hashes`,
      path: 'mailboxes?',
      lines: ['address,password,name', ...many(fewer, (n) => `of${n}@${at(n)},${hash},Name ${n}`)],
    },
    {
      what: `${fewer} aliases`,
      path: 'aliases?',
      lines: ['address,targets', ...many(fewer, (n) => `to${n}@${at(n)},x${n}@elsewhere.test`)],
    },
    {
      what: `${fewer} domains`,
      path: 'domains?',
      lines: ['domain,owner', ...many(fewer, (n) => `d${n}.test,customer${1000 + (n % 1000)}`)],
    },
    {
      what: `${generated} mailboxes, passwords generated`,
      path: 'mailboxes?generate=true&',
      lines: ['address', ...many(generated, (n) => `made${n}@${at(n)}`)],
    },
  ];
  const done: Imported[] = [];
  for (const each of files) {
    const imported = await importing.measure(each);
    say([imported.what, ...imported.shown].join(' · '));
    done.push(imported);
  }
  await panel.stop();
  const hashMs = await msOfHash();
  say(
    tableOf(
      [`on ${engine}`, 'upload s', 'preview s', 'job s', 'processor ms a line', 'pause ms', 'MB'],
      done.map((each) => [each.what, ...each.shown]),
    ),
  );
  say(`A hash takes ${hashMs.toFixed(1)} ms of processor time.`);
  const [, brought, , , made] = done;
  return [
    atMost('memory', Math.max(...done.map(({ megabytes }) => megabytes)), 250, 'MB'),
    atMost(
      'longest pause of the event loop',
      Math.max(...done.map((each) => each.pauseMs)),
      50,
      'ms',
    ),
    atLeast(
      'mailboxes with hashes, of those whose passwords are generated',
      (made?.msOfLine ?? 0) / (brought?.msOfLine ?? 1),
      5,
      '×',
    ),
    atMost(
      'generated passwords, without their hashing',
      (made?.msOfLine ?? 0) - hashMs,
      10,
      'ms a line',
    ),
  ].map((each) => ({ ...each, metric: `${engine}: import, ${each.metric}` }));
}

/** A token of the administrator, and the names of domains. */
async function openOnce({
  config,
}: Installation): Promise<{ readonly token: string; readonly names: readonly string[] }> {
  const app: App = await openApp(config);
  try {
    await app.maps.rebuild();
    const { id } = await app.db.knex('accounts').where({ role: 'administrator' }).first('id');
    const administrator = await viewerOf(app, id);
    const token = await app.features.apiTokens.create(administrator, {
      title: 'Bench',
      scopes: ['imports.use', 'mailboxes.manage', 'aliases.manage', 'domains.manage'],
    });
    return { token, names: await app.db.knex('domains').orderBy('id').pluck('name') };
  } finally {
    await app.close();
  }
}

interface Imported {
  readonly what: string;
  readonly shown: readonly string[];
  readonly msOfLine: number;
  readonly pauseMs: number;
  readonly megabytes: number;
}

class Importing {
  readonly #installation: Installation;
  readonly #panel: Target & { readonly file: string };
  readonly #token: string;

  constructor(
    installation: Installation,
    panel: Target & { readonly file: string },
    token: string,
  ) {
    this.#installation = installation;
    this.#panel = panel;
    this.#token = token;
  }

  async measure({ what, path, lines: all, isOnlyRead = false }: File): Promise<Imported> {
    const { pid, file } = this.#panel;
    const body = all.join('\n');
    await longestPauseMs(pid, file);
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, residentMegabytes(pid))), 50);
    const pids = [pid, ...this.#installation.databasePids];
    const before = cpuMicroseconds(pids);
    const began = performance.now();
    const plan = await this.#ask(`imports/${path}dry_run=true`, { body, type: 'text/csv' });
    const read = performance.now();
    await this.#counted(Number(plan['id']));
    const counted = performance.now();
    if (!isOnlyRead) {
      await this.#apply(Number(plan['id']), all.length - 1);
    }
    const ended = performance.now();
    clearInterval(timer);
    const msOfLine = (cpuMicroseconds(pids) - before) / 1000 / (all.length - 1);
    const pauseMs = await longestPauseMs(pid, file);
    const seconds = [read - began, counted - read, ended - counted].map((ms) => ms / 1000);
    return {
      what,
      msOfLine,
      pauseMs,
      megabytes: most,
      shown: [
        ...seconds.map((each) => each.toFixed(1)),
        msOfLine.toFixed(2),
        pauseMs.toFixed(0),
        most.toFixed(0),
      ],
    };
  }

  /** As the preview's page asks for itself. */
  async #counted(id: number): Promise<void> {
    const url = `http://127.0.0.1:${this.#panel.port}/previews/${id}`;
    for (let isOpen = true; isOpen;) {
      await sleep(100);
      const page = await fetch(url, { headers: { cookie: this.#installation.cookie } });
      isOpen = (await page.text()).includes('hx-trigger="load');
    }
  }

  async #apply(preview: number, total: number): Promise<void> {
    const body = JSON.stringify({ preview });
    const { id } = await this.#ask('bulk', { body, type: 'application/json' });
    await this.#done(Number(id), total);
  }

  async #done(id: number, total: number): Promise<void> {
    for (;;) {
      await sleep(200);
      const { state, counts } = await this.#ask(`jobs/${id}`);
      if (state === 'done' && Number(Object(counts)['changed']) === total) {
        return;
      }
      if (state !== 'queued' && state !== 'running') {
        const { rows } = await this.#ask(`jobs/${id}/outcomes?limit=3&only=not-allowed`);
        throw new Error(`${String(state)}: ${JSON.stringify(counts)} ${JSON.stringify(rows)}`);
      }
    }
  }

  async #ask(
    path: string,
    sent?: { readonly body: string; readonly type: string },
  ): Promise<Record<string, unknown>> {
    const response = await fetch(`http://127.0.0.1:${this.#panel.port}/api/v1/${path}`, {
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(sent && { 'content-type': sent.type }),
      },
      ...(sent && { method: 'POST', body: sent.body }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) {
      throw new Error(JSON.stringify(answer));
    }
    return answer;
  }
}

async function msOfHash(): Promise<number> {
  const before = cpuMicroseconds([process.pid]);
  for (let n = 0; n < hashes; n += 1) {
    await hashPassword(`password ${n}`);
  }
  return (cpuMicroseconds([process.pid]) - before) / 1000 / hashes;
}
