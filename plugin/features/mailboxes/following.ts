import type { Knex } from 'knex';
import { withoutTag } from '../../addresses/index.js';
import { shared } from '../../database/locks.js';
import { type Forwarding, forwardingColumns, leadsTo } from '../domain-mail/index.js';
import { type Alias, leadsIntoCircle, leadsToItself } from './alias.js';
import { aliasesIn, withTargets } from './alias-store.js';

/** Postfix's limit for the expansion of a recipient (virtual_alias_expansion_limit of postconf(5)). */
const mostFollowed = 1000;

/**
 * All addresses that mail to these is forwarded to from here, without tags, whoever owns them. In a transaction it locks
 * the rows (FOR SHARE). Undefined when there are more than mail servers follow.
 *
 * @param gone addresses to follow as if they were neither mailboxes nor aliases.
 */
export async function followed(
  db: Knex,
  addresses: readonly string[],
  gone: ReadonlySet<string> = new Set(),
): Promise<readonly Alias[] | undefined> {
  const seen = new Set<string>();
  const steps: Alias[] = [];
  for (let next = [...new Set(addresses.map(withoutTag))]; next.length > 0;) {
    next.forEach((address) => seen.add(address));
    if (seen.size > mostFollowed) {
      return undefined;
    }
    const found = await stepsFrom(db, next, gone);
    steps.push(...found);
    next = [...new Set(found.flatMap(({ targets }) => targets))].filter((each) => !seen.has(each));
  }
  return steps;
}

/** Whether mail to this address would loop, or exceed what mail servers follow. */
export async function goesRound(db: Knex, address: string): Promise<boolean> {
  const steps = await followed(db, [address]);
  return steps === undefined || leadsIntoCircle(address, steps);
}

/**
 * Which domains would loop mail if they forwarded mail for unknown recipients to this address: those where it would
 * reach another unknown recipient, or every domain if it loops already.
 */
export async function loopsTo(db: Knex, address: string): Promise<(domain: string) => boolean> {
  const start = withoutTag(address);
  const steps = await followed(db, [start]);
  if (steps === undefined || leadsIntoCircle(start, steps)) {
    return () => true;
  }
  const reached = [...new Set([start, ...steps.flatMap(({ targets }) => targets)])];
  const unknown = (await unknownAmong(db, reached)).filter((each) => !isPostmaster(each));
  const domains = new Set(unknown.map(domainIn));
  return (domain) => domains.has(domain);
}

async function unknownAmong(db: Knex, addresses: readonly string[]): Promise<readonly string[]> {
  const known = await Promise.all(
    ['mailboxes', 'aliases'].map((table) =>
      shared(db, db(table).whereIn('address', [...addresses])).pluck<string[]>('address'),
    ),
  );
  const found = new Set(known.flat());
  return addresses.filter((address) => !found.has(address));
}

/** Whether mail to this address would loop back to it. */
export async function comesBack(tx: Knex, address: string): Promise<boolean> {
  const steps = (await followed(tx, [address])) ?? [];
  const first = steps.find((step) => step.address === withoutTag(address));
  return first !== undefined && leadsToItself(first, steps);
}

/** Where mail for an address goes on to once there is neither a mailbox nor an alias, if anywhere. */
export async function onceUnknown(tx: Knex, address: string): Promise<string | undefined> {
  const [step] = await caught(tx, [address]);
  return step?.targets[0];
}

async function stepsFrom(
  db: Knex,
  addresses: readonly string[],
  gone: ReadonlySet<string>,
): Promise<readonly Alias[]> {
  const lasting = addresses.filter((address) => !gone.has(address));
  const aliases = aliasesIn(await shared(db, withTargets(db).whereIn('a.address', lasting)));
  const mailboxes = await shared(
    db,
    db<{ address: string; suspended: number }>('mailboxes').whereIn('address', lasting),
  ).select('address', 'suspended');
  const ends = mailboxes
    .filter(({ address, suspended }) => suspended === 0 || !isPostmaster(address))
    .map(({ address }) => address);
  const known = new Set([...ends, ...aliases.map(({ address }) => address)]);
  const unknown = addresses.filter((address) => !known.has(address));
  return [
    ...aliases.map(({ address, targets }) => ({ address, targets: targets.map(withoutTag) })),
    ...(await caught(db, unknown)),
  ];
}

type CatchingDomain = Forwarding & { readonly name: string; readonly owner_id: number };

/** The target of an unknown recipient: the domain's forwarding address, or for its postmaster the owner's. */
async function caught(db: Knex, addresses: readonly string[]): Promise<readonly Alias[]> {
  const names = [...new Set(addresses.map(domainIn))];
  const rows: readonly CatchingDomain[] = await shared(
    db,
    db('domains').whereIn('name', names),
  ).select('name', 'owner_id', 'unknown_policy', ...forwardingColumns());
  const domains = new Map(rows.map((row) => [row.name, row]));

  const steps: Alias[] = [];
  for (const address of addresses) {
    const domain = domains.get(domainIn(address));
    const target = domain && (await targetOf(db, address, domain));
    // Postfix stops at an address that maps to itself.
    if (target !== undefined && target !== address) {
      steps.push({ address, targets: [target] });
    }
  }
  return steps;
}

async function targetOf(
  db: Knex,
  address: string,
  domain: CatchingDomain,
): Promise<string | undefined> {
  if (isPostmaster(address)) {
    const owner = await shared(
      db,
      db<{ id: number; email: string }>('accounts').where({ id: domain.owner_id }),
    ).first('email');
    return owner && withoutTag(owner.email);
  }
  return leadsTo(domain);
}

function isPostmaster(address: string): boolean {
  return address.startsWith('postmaster@');
}

function domainIn(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
