import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openApp } from '../../plugin/app.js';
import { epochFolderOf } from '../../plugin/mail-server/data-files.js';
import type { EngineName } from '../../plugin/database/engine.js';
import { type MailHost, startMailHost } from '../support/mail/mail-host.js';
import { mapSourceOf } from '../support/mail/map-source.js';
import { startResolver } from '../support/mail/resolver.js';
import { programPath } from '../support/packages.js';
import { startedProcesses } from '../support/processes.js';
import { cdbMaps } from './cdb-maps.js';
import { createInstallation } from './installation.js';
import { sized } from './options.js';
import { processorMilliseconds } from './process-tree.js';
import { type Result, median, say, spread, tableOf } from './result.js';

const size = { domains: 1000, mailboxesPerDomain: 10 };
const rounds = sized(5, 1);
const sessions = 10;
const perSession = sized(30, 3);

interface Measured {
  readonly perSecond: number;
  /** Processor time of Postfix, Dovecot and the database server for one message. */
  readonly milliseconds: number;
}

interface Contender {
  readonly name: string;
  readonly host: MailHost;
  readonly pids: readonly number[];
  readonly measured: Measured[];
}

/**
 * Delivers messages of 4 kB to mailboxes, each over a connection of its own: as Relais renders the configuration, on
 * cdb maps with the same checks, and with a process per connection. In turn, so that all have the same noise.
 */
export async function measureMessages(engine: EngineName): Promise<readonly Result[]> {
  const { config, databasePids } = await createInstallation(engine, size);
  const app = await openApp(config);
  await app.maps.rebuild();
  const recipients = await app.db
    .knex('dovecot_users')
    .whereRaw('domain_id % 100 = 1')
    .limit(sessions)
    .pluck<string[]>('address');
  const resolver = await startResolver({});
  const maps = await mapSourceOf(app);
  const rewrite = await cdbMaps(app.db.knex);
  const epochFolder = epochFolderOf(config);
  const contenders = [
    await contender('cdb', databasePids, () => startMailHost({ maps, resolver, rewrite })),
    await contender('Relais', databasePids, () => startMailHost({ maps, resolver, epochFolder })),
    await contender('a process for each connection', databasePids, () =>
      startMailHost({ maps, resolver }),
    ),
  ];

  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const each of contenders) {
      const measured = await deliver(each, recipients);
      if (round > 0) {
        each.measured.push(measured);
      }
    }
  }
  await Promise.all(contenders.map(({ host }) => host.stop()));
  await resolver.stop();
  await app.close();
  return resultsOf(engine, contenders);
}

async function contender(
  name: string,
  databasePids: readonly number[],
  start: () => Promise<MailHost>,
): Promise<Contender> {
  const before = startedProcesses();
  const host = await start();
  const started = startedProcesses().filter((pid) => !before.includes(pid));
  return { name, host, pids: [...started, ...databasePids], measured: [] };
}

async function deliver(
  { host, pids }: Contender,
  recipients: readonly string[],
): Promise<Measured> {
  const before = processorMilliseconds(pids);
  const start = performance.now();
  await Promise.all(recipients.map((recipient) => send(host, recipient)));
  const seconds = (performance.now() - start) / 1000;
  while (queued(host) > 0) {
    await sleep(50);
  }
  const messages = recipients.length * perSession;
  return {
    perSecond: messages / seconds,
    milliseconds: (processorMilliseconds(pids) - before) / messages,
  };
}

async function send({ address, ports }: MailHost, recipient: string): Promise<void> {
  const options = {
    '-s': '1',
    '-m': String(perSession),
    '-l': '4096',
    '-M': 'client.test',
    '-f': 'stranger@outside.test',
    '-t': recipient,
  };
  const args = [...Object.entries(options).flat(), `inet:${address}:${ports.smtp}`];
  const source = spawn(programPath('smtp-source'), args, { stdio: 'inherit' });
  const [code] = (await once(source, 'exit')) as [number | null];
  if (code !== 0) {
    throw new Error(`Not all messages to ${recipient} were accepted.`);
  }
}

/** Undelivered messages in the queue's folders (QSHAPE_README). */
function queued({ options }: MailHost): number {
  const files = ['maildrop', 'incoming', 'active', 'deferred'].flatMap((name) =>
    readdirSync(join(options.folders.queue, name), { recursive: true, withFileTypes: true }),
  );
  return files.filter((file) => file.isFile()).length;
}

function resultsOf(engine: EngineName, contenders: readonly Contender[]): readonly Result[] {
  const [peer, relais, dearer] = contenders.map(({ measured }) => measured);
  const rows = contenders.map(({ name, measured }) => [
    name,
    median(measured.map(({ perSecond }) => perSecond)).toFixed(0),
    median(measured.map(({ milliseconds }) => milliseconds)).toFixed(1),
    spread(measured.map(({ milliseconds }, round) => milliseconds / costIn(peer, round))),
  ]);
  say(`\n${tableOf([`messages, ${engine}`, 'accepted/s', 'ms a message', 'of cdb'], rows)}`);
  const saved = median(
    (relais ?? []).map(({ milliseconds }, round) => milliseconds / costIn(dearer, round)),
  );
  return [
    {
      metric: `a message costs, of one with a process for each connection, ${engine}`,
      figure: `${saved.toFixed(2)} ×`,
      goal: '≤ 0.5 ×',
      holds: saved <= 0.5,
    },
  ];
}

function costIn(measured: readonly Measured[] | undefined, round: number): number {
  return measured?.[round]?.milliseconds ?? Number.NaN;
}
