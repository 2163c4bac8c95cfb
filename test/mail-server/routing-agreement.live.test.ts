import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { viewLookup } from '../../plugin/features/domain-mail/view-lookup.js';
import { type Delivery, type Outcome, route } from '../../plugin/mail-server/routing/route.js';
import { engines } from '../support/app.js';
import type { Installation } from '../support/mail/installation.js';
import { rowsPanel } from '../support/mail/rows-panel.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import { sendMail } from '../support/mail/smtp-client.js';
import { install, randomInstallation, typedForm } from './random-installations.js';

const perInstallation = 20;

/** `npm test -- routing-agreement --recipients=3000` tries as many on each engine; `--seed=` repeats a run. */
const recipients = Number(argument('recipients') ?? 120);
const seed = Number(argument('seed') ?? randomInt(2 ** 31));

const sample = fc.sample(randomInstallation(perInstallation), {
  numRuns: Math.ceil(recipients / perInstallation),
  seed,
});

let installations = 0;

for (const engine of engines) {
  describe(`the panel’s prediction for a recipient and what Postfix does, on ${engine}`, () => {
    let mail: Installation;

    before(async () => {
      mail = await sharedInstallation(engine);
    });

    for (const [index, installation] of sample.entries()) {
      it(`agree in installation ${index + 1} of seed ${seed}`, async () => {
        const number = (installations += 1);
        const panel = rowsPanel(mail.app.db.knex, mail.app.maps);
        await install(panel, installation, { number, other: mail.other.address });
        for (const recipient of installation.recipients) {
          const typed = typedForm(recipient, number);
          const outcome = await route(viewLookup(mail.app.db.knex, { kind: 'all' }), typed);
          const places = await observed(mail, typed);
          if (!(isAsked(outcome) && isRefusedThere(places))) {
            assert.deepEqual([typed, places], [typed, expected(outcome)]);
          }
        }
      });
    }
  });
}

function argument(name: string): string | undefined {
  const prefix = `--${name}=`;
  return process.argv.find((each) => each.startsWith(prefix))?.slice(prefix.length);
}

/** Whether the outcome depends on another server, which may read spellings in its own way. */
function isAsked(outcome: Outcome): boolean {
  return outcome.kind === 'accepted' && outcome.asks !== undefined;
}

function isRefusedThere([reply = '']: readonly string[]): boolean {
  return reply.startsWith('550 5.1.1 undeliverable address: ');
}

/** The reply, or where the message ended up. */
function expected(outcome: Outcome): readonly string[] {
  return outcome.kind === 'refused' ? [outcome.reply] : sorted(outcome.deliveries.map(placeOf));
}

function placeOf(delivery: Delivery): string {
  switch (delivery.to) {
    case 'mailbox':
      return `mailbox ${delivery.address}`;
    case 'server':
      return `server ${delivery.server} ${delivery.recipient}`;
    case 'mx':
      return `mx ${delivery.recipient}`;
    case 'host-postmaster':
      return 'mx postmaster@outside.test';
    case 'sender':
      return `sender ${delivery.status} ${delivery.text}`;
  }
}

async function observed(mail: Installation, typed: string): Promise<readonly string[]> {
  const target = { host: mail.host.address, port: mail.host.ports.smtp };
  const sent = await sendMail(target, { from: 'stranger@client.test', to: typed });
  const refusal = [sent.rcpt[0] ?? '', sent.end ?? ''].find((reply) => /^[45]/.test(reply));
  if (refusal !== undefined) {
    return [refusal.replace(/ <.*>: (?=Re)/s, ' ').replace('Recipient address rejected: ', '')];
  }
  const { queueId = '' } = sent;
  await mail.host.settled(queueId);
  return sorted(placesIn(mail.host.log(), queueId));
}

/** From the log of the delivery agents, which has one line per recipient. */
function placesIn(log: string, queueId: string): string[] {
  const line = new RegExp(
    ` postfix/(\\S+)\\[\\d+\\]: ${queueId}: to=<(.*?)>, .*?relay=(.*?), .*dsn=(\\S+), status=(\\w+) \\((.*)\\)$`,
    'gm',
  );
  return [...log.matchAll(line)].flatMap(([, agent, to = '', relay = '', status, , text = '']) =>
    agent === 'discard' ? [] : [loggedPlace({ agent, to: unquoted(to), relay, status, text })],
  );
}

function loggedPlace({
  agent,
  to,
  relay,
  status,
  text,
}: Readonly<Record<'agent' | 'status', string | undefined>> &
  Readonly<Record<'to' | 'relay' | 'text', string>>): string {
  // Another server's opinion of a spelling does not matter. A domain of ours whose mail service is off goes to its MX,
  // which does not exist here.
  if (agent === 'smtp' && (relay !== 'none' || text.startsWith('Host or domain name not found'))) {
    const [, server] = /^([\d.]+)\[/.exec(relay) ?? [];
    return server === undefined ? `mx ${to}` : `server [${server}]:25 ${to}`;
  }
  return status?.startsWith('2') === true
    ? `mailbox ${to.replace(/\+.*@/, '@')}`
    : `sender ${status} ${/User doesn't exist/.exec(text)?.[0] ?? text}`;
}

function unquoted(address: string): string {
  return address.replace(/^"(.*)"@/, '$1@').toLowerCase();
}

function sorted(places: readonly string[]): readonly string[] {
  return [...new Set(places)].toSorted();
}
