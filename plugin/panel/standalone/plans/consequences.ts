import type { Knex } from 'knex';
import { readable } from '../../../addresses/index.js';
import type { Language } from '../../../web/locale.js';
import { valueText } from '../../directory/effective-text.js';
import type { LimitName, Sender } from '../../directory/plan.js';
import { named } from '../accounts/belongings.js';
import type { Affected } from './affected.js';
import type { Excess } from './forms.js';
import { excessiveNumbers } from './own-numbers.js';

/** Other terms for some accounts. */
export interface NewTerms {
  readonly db: Knex;
  readonly affected: readonly Affected[];
  readonly excess: Excess;
}

/** Something that changes, for how many, and a few of their names. */
interface Fact {
  /** Of its text. */
  readonly key: string;
  readonly args?: Readonly<Record<string, string | number>>;
  readonly count: number;
  readonly names?: readonly string[];
}

interface Asking extends Affected {
  readonly db: Knex;
}

const mostNamed = 3;

/** In sentences, for whom something changes. */
export async function consequencesOf(
  { db, affected, excess }: NewTerms,
  language: Language,
): Promise<string[]> {
  const facts: Fact[] = [];
  for (const find of [concerned, withheld, overfull, inherited]) {
    for (const each of affected) {
      facts.push(...(await find({ ...each, db }, language)));
    }
  }
  const said = added(facts).map(({ key, args, ...found }) =>
    language.t(`plans.consequences.${key}`, { ...args, ...named({ names: [], ...found }) }),
  );
  return [...said, ...(await excessive(db, affected, excess, language))];
}

/** Accounts that have something else, and their domains. */
async function concerned(asking: Asking): Promise<readonly Fact[]> {
  const { db, accounts, isThroughReseller } = asking;
  const found = await owned('accounts', accounts(db), 'accounts.login');
  return [
    ...found,
    ...(isThroughReseller ? found.map((fact) => ({ ...fact, key: 'customers' })) : []),
    ...(await owned('domains', domainsOf(asking), 'domains.name')),
  ];
}

/** Domains with settings that are no longer permitted, and API tokens that stop working. */
async function withheld(asking: Asking, { t }: Language): Promise<readonly Fact[]> {
  const { db, accounts, before, after } = asking;
  const lost = before.permissions.filter((id) => !after.permissions.includes(id));
  const gone = [before.webmails].flat().filter((key) => ![after.webmails].flat().includes(key));
  const facts: Fact[] = [];
  for (const id of lost.filter((each) => each.startsWith(ofPolicies))) {
    const policy = id.slice(ofPolicies.length);
    const rows = domainsOf(asking).where('domains.unknown_policy', policy);
    for (const fact of await owned('policy', rows, 'domains.name')) {
      facts.push({ ...fact, args: { policy: t(`domain-mail.policies.${policy}.title`) } });
    }
  }
  if (lost.includes('domain-mail.relay')) {
    const rows = domainsOf(asking).whereNotNull('domains.relay_id');
    facts.push(...(await owned('relay', rows, 'domains.name')));
  }
  const webmails = domainsOf(asking).whereIn('domains.webmail', gone);
  facts.push(...(await owned('webmail', webmails, 'domains.name')));
  if (lost.includes('api-tokens.manage')) {
    const tokens = db('api_tokens').whereIn('owner_id', accounts(db).select('accounts.id'));
    facts.push(...(await owned('tokens', tokens, 'api_tokens.title')));
  }
  return facts;
}

/** Each policy that a plan decides about has its permission below this. */
const ofPolicies = 'domain-mail.';

/** Accounts and domains above the new maximums: they keep what they have, and cannot add any. */
async function overfull(asking: Asking): Promise<readonly Fact[]> {
  const { db, accounts, before, after } = asking;
  const facts: Fact[] = [];
  for (const { limit, per, count } of counted) {
    const most = after.limit(limit).value;
    if (most !== undefined && (before.limit(limit).value ?? Infinity) > most) {
      const all = per === 'account' ? accounts(db) : domainsOf(asking);
      const name = per === 'account' ? 'accounts.login' : 'domains.name';
      const found = await owned(`over-${limit}`, all.whereRaw(`(${count}) > ?`, [most]), name);
      facts.push(...found.map((fact) => ({ ...fact, args: { most } })));
    }
  }
  return facts;
}

interface Counted {
  readonly limit: LimitName;
  readonly per: 'account' | 'domain';
  readonly count: string;
}

const counted: readonly Counted[] = [
  {
    limit: 'maxDomains',
    per: 'account',
    count: 'SELECT COUNT(*) FROM domains WHERE owner_id = accounts.id',
  },
  ...(['mailboxes', 'aliases'] as const).flatMap((table): readonly Counted[] => [
    {
      limit: table === 'mailboxes' ? 'maxMailboxes' : 'maxAliases',
      per: 'domain',
      count: `SELECT COUNT(*) FROM ${table} WHERE domain_id = domains.id`,
    },
    {
      limit: table === 'mailboxes' ? 'maxAllMailboxes' : 'maxAllAliases',
      per: 'account',
      count: `SELECT COUNT(*) FROM ${table} JOIN domains ON domains.id = domain_id WHERE owner_id = accounts.id`,
    },
  ]),
];

/** Domains and accounts without a custom outgoing limit. */
async function inherited(asking: Asking, language: Language): Promise<readonly Fact[]> {
  const { db, accounts, before, after } = asking;
  const kinds: readonly (readonly [Sender, Knex.QueryBuilder])[] = [
    ['account', accounts(db).whereNull('accounts.limit_per_hour')],
    ['domain', domainsOf(asking).whereNull('domains.limit_per_hour')],
    [
      'mailbox',
      domainsOf(asking)
        .join('mailboxes', 'mailboxes.domain_id', 'domains.id')
        .whereNull('mailboxes.limit_per_hour'),
    ],
  ];
  const facts: Fact[] = [];
  for (const [kind, rows] of kinds) {
    const [from, to] = [before, after].map((plan) => plan.outgoing(kind, undefined).value);
    const [row] = from === to ? [] : await rows.count<{ n: number }[]>('* as n');
    const count = row?.n ?? 0;
    const shown = (value: number | undefined): string => valueText(value, 'per-hour', language);
    facts.push({
      key: `inherit-${kind}`,
      count,
      args: { before: shown(from), after: shown(to) },
    });
  }
  return facts.filter(({ count }) => count > 0);
}

async function excessive(
  db: Knex,
  affected: readonly Affected[],
  excess: Excess,
  language: Language,
): Promise<readonly string[]> {
  const { t } = language;
  return (await excessiveNumbers(db, affected)).map(({ key, most, ...found }) => {
    const shown = valueText(most, key === 'quota' ? 'bytes' : 'per-hour', language);
    const above = t(`plans.own.${key}`, { ...named(found), most: shown });
    return `${above} ${t(`plans.excess.${excess}-effect`)}`;
  });
}

function domainsOf({ db, accounts }: Asking): Knex.QueryBuilder {
  return db('domains').whereIn('domains.owner_id', accounts(db).select('accounts.id'));
}

/** Nothing if there are none. */
async function owned(key: string, rows: Knex.QueryBuilder, name: string): Promise<readonly Fact[]> {
  const [row] = await rows.clone().count<{ n: number }[]>('* as n');
  const names: unknown[] = await rows.clone().orderBy(name).limit(mostNamed).pluck(name);
  const count = Number(row?.n);
  return count === 0 ? [] : [{ key, count, names: names.map((each) => readable(String(each))) }];
}

/** Those that say the same are said once. */
function added(facts: readonly Fact[]): readonly Fact[] {
  const found = new Map<string, Fact>();
  for (const fact of facts) {
    const key = JSON.stringify([fact.key, fact.args]);
    const other = found.get(key) ?? { ...fact, count: 0, names: [] };
    const names = [...(other.names ?? []), ...(fact.names ?? [])].toSorted().slice(0, mostNamed);
    found.set(key, { ...fact, count: other.count + fact.count, names });
  }
  return [...found.values()];
}
