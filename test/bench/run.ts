import { measureBeside } from './beside.js';
import { measureBulk } from './bulk.js';
import { measureExports } from './exports.js';
import { largeOwner } from './fill-servers.js';
import { measureImports } from './imports.js';
import { type Installation, cookieOf, createInstallation } from './installation.js';
import { measuredOwnersPages, measuredServerPages } from './measured-pages.js';
import { measureMessages } from './messages.js';
import { besides, only, sized } from './options.js';
import { comparePages } from './pages.js';
import { type Result, say, tableOfResults } from './result.js';
import { measureMemory, measureStart } from './start.js';
import { measureTransfer } from './transfer.js';

/** `npm run bench`, or parts of it: `npm run bench -- --only pages,start`. */
const large = { domains: sized(100_000, 2000), mailboxesPerDomain: 10 };
const small = { domains: sized(1000, 200), mailboxesPerDomain: 10 };
const longestMs = 9 * 60 * 1000;

const parts: Readonly<Record<string, () => Promise<readonly Result[]>>> = {
  start: async () => measureStart(await largeSqlite()),
  memory: async () => measureMemory(await largeSqlite()),
  transfer: async () => measureTransfer(await largeSqlite()),
  pages: async () =>
    comparePages(await largeSqlite(), await createInstallation('sqlite', small), {
      rounds: sized(6, 1),
      burstMs: sized(600, 200),
    }),
  mariadb: async () =>
    comparePages(
      await createInstallation('mariadb', large),
      await createInstallation('mariadb', small),
      // MariaDB has no index for substrings, so a search with few results is slow.
      { rounds: sized(3, 1), burstMs: sized(1500, 200) },
    ),
  messages: async () => measureMessages('sqlite'),
  'messages-mariadb': async () => measureMessages('mariadb'),
  exports: async () => measureExports('sqlite'),
  'exports-mariadb': async () => measureExports('mariadb'),
  beside: measureBeside,
  bulk: async () => measureBulk('sqlite'),
  'bulk-mariadb': async () => measureBulk('mariadb'),
  imports: async () => measureImports('sqlite'),
  'imports-mariadb': async () => measureImports('mariadb'),
  servers: async () => compareServers('sqlite'),
  'servers-mariadb': async () => compareServers('mariadb'),
};

/** The list of a million SMTP servers, for an administrator and for an owner. */
async function compareServers(engine: 'sqlite' | 'mariadb'): Promise<readonly Result[]> {
  const size = { domains: 100, mailboxesPerDomain: 1 };
  const million = await createInstallation(engine, { ...size, servers: sized(1_000_000, 20_000) });
  const fewer = await createInstallation(engine, { ...size, servers: sized(10_000, 5000) });
  const rounds = sized(3, 1);
  const burstMs = sized(engine === 'sqlite' ? 600 : 1500, 200);
  return [
    ...(await comparePages(million, fewer, { rounds, burstMs, pagesOf: measuredServerPages })),
    ...(await comparePages(
      { ...million, cookie: await cookieOf(million.config, largeOwner.id) },
      { ...fewer, cookie: await cookieOf(fewer.config, largeOwner.id) },
      { rounds, burstMs: sized(600, 200), pagesOf: measuredOwnersPages },
    )),
  ];
}

let made: Promise<Installation> | undefined;

function largeSqlite(): Promise<Installation> {
  made ??= createInstallation('sqlite', large);
  return made;
}

const chosen = only ?? Object.keys(parts).filter((name) => name !== 'beside' || besides.length > 0);
const unknown = chosen.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  throw new Error(
    `There is no part ${unknown.join(', ')}: choose of ${Object.keys(parts).join(', ')}.`,
  );
}

const results: Result[] = [];
setTimeout(() => {
  say(`\n${tableOfResults(results)}\nNot done after ${longestMs / 60_000} minutes.`);
  process.exit(1);
}, longestMs).unref();

for (const name of chosen) {
  say(`${name} …`);
  results.push(...((await parts[name]?.()) ?? []));
}
say(`\n${tableOfResults(results)}`);
process.exit(results.every(({ holds }) => holds) ? 0 : 1);
