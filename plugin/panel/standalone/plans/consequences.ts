import type { Knex } from 'knex';
import { readable } from '../../../addresses/index.js';
import type { Owned } from '../../directory/account-store.js';
import { valueText } from '../../directory/effective-text.js';
import {
  type LimitName,
  type Plan,
  type PlanNumbers,
  type Sender,
  outgoingNumbers,
} from '../../directory/plan.js';
import type { Language } from '../../../web/locale.js';
import { named } from '../accounts/belongings.js';
import type { Excess } from './forms.js';
import { type Accounts, excessiveNumbers } from './own-numbers.js';

/** What a plan offers, or nothing. */
type Terms = Partial<Pick<Plan, 'permissions' | 'webmails'>> & PlanNumbers;

/** Other terms for some accounts. */
export interface NewTerms {
  readonly db: Knex;
  readonly accounts: Accounts;
  readonly before: Terms;
  readonly after: Terms;
  readonly excess: Excess;
}

const mostNamed = 3;

/** In sentences, for whom something changes. */
export async function consequencesOf(terms: NewTerms, language: Language): Promise<string[]> {
  const accounts = await owned(terms.accounts(terms.db), 'accounts.login');
  if (accounts.count === 0) {
    return [];
  }
  const domains = await owned(domainsOf(terms), 'domains.name');
  const said = [
    language.t('plans.consequences.accounts', named(accounts)),
    ...(domains.count > 0 ? [language.t('plans.consequences.domains', named(domains))] : []),
  ];
  for (const say of [withheld, overfull, inherited, excessive]) {
    said.push(...(await say(terms, language)));
  }
  return said;
}

/** Domains that have what is permitted no longer, and programs that have no access any more. */
async function withheld(terms: NewTerms, { t }: Language): Promise<readonly string[]> {
  const { db, before, after } = terms;
  const lost = (before.permissions ?? []).filter((id) => after.permissions?.includes(id) !== true);
  const gone = (before.webmails ?? []).filter((key) => after.webmails?.includes(key) !== true);
  const said: string[] = [];
  for (const id of lost.filter((each) => each.startsWith(ofPolicies))) {
    const policy = id.slice(ofPolicies.length);
    const used = await owned(
      domainsOf(terms).where('domains.unknown_policy', policy),
      'domains.name',
    );
    if (used.count > 0) {
      const title = t(`domain-mail.policies.${policy}.title`);
      said.push(t('plans.consequences.policy', { ...named(used), policy: title }));
    }
  }
  if (lost.includes('domain-mail.relay')) {
    const relays = await owned(domainsOf(terms).whereNotNull('domains.relay_id'), 'domains.name');
    said.push(...(relays.count > 0 ? [t('plans.consequences.relay', named(relays))] : []));
  }
  const webmail = await owned(domainsOf(terms).whereIn('domains.webmail', gone), 'domains.name');
  if (webmail.count > 0) {
    said.push(t('plans.consequences.webmail', named(webmail)));
  }
  if (lost.includes('api-tokens.manage')) {
    const ids = terms.accounts(db).select('accounts.id');
    const tokens = await owned(db('api_tokens').whereIn('owner_id', ids), 'api_tokens.title');
    said.push(...(tokens.count > 0 ? [t('plans.consequences.tokens', named(tokens))] : []));
  }
  return said;
}

/** Each policy that a plan decides about has its permission below this. */
const ofPolicies = 'domain-mail.';

/** Accounts and domains that have more than the new numbers: they keep it, and can add none. */
async function overfull(terms: NewTerms, { t }: Language): Promise<readonly string[]> {
  const { db, before, after } = terms;
  const said: string[] = [];
  for (const { limit, per, count } of counted) {
    const most = after[limit];
    if (most === undefined || (before[limit] ?? Infinity) <= most) {
      continue;
    }
    const rows =
      per === 'account'
        ? terms.accounts(db).whereRaw(`(${count}) > ?`, [most])
        : domainsOf(terms).whereRaw(`(${count}) > ?`, [most]);
    const found = await owned(rows, per === 'account' ? 'accounts.login' : 'domains.name');
    if (found.count > 0) {
      said.push(t(`plans.consequences.over-${limit}`, { ...named(found), most }));
    }
  }
  return said;
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

/** Domains and accounts without an own outgoing limit. */
async function inherited(terms: NewTerms, language: Language): Promise<readonly string[]> {
  const { db, before, after } = terms;
  const said: string[] = [];
  const kinds: readonly (readonly [Sender, Knex.QueryBuilder])[] = [
    ['account', terms.accounts(db).whereNull('accounts.limit_per_hour')],
    ['domain', domainsOf(terms).whereNull('domains.limit_per_hour')],
    [
      'mailbox',
      domainsOf(terms)
        .join('mailboxes', 'mailboxes.domain_id', 'domains.id')
        .whereNull('mailboxes.limit_per_hour'),
    ],
  ];
  for (const [kind, rows] of kinds) {
    const [from, to] = [presetIn(before, kind), presetIn(after, kind)];
    const [row] = from === to ? [] : await rows.count<{ n: number }[]>('* as n');
    const count = row?.n ?? 0;
    if (count > 0) {
      const shown = (value: number | undefined): string => valueText(value, 'per-hour', language);
      said.push(
        language.t(`plans.consequences.inherit-${kind}`, {
          count,
          before: shown(from),
          after: shown(to),
        }),
      );
    }
  }
  return said;
}

function presetIn(terms: PlanNumbers, sender: Sender): number | undefined {
  const { preset, most } = outgoingNumbers[sender];
  return terms[preset] ?? terms[most];
}

async function excessive(terms: NewTerms, language: Language): Promise<readonly string[]> {
  const { db, accounts, before, after, excess } = terms;
  const { t } = language;
  const found = await excessiveNumbers(db, accounts, before, after);
  return found.map(({ key, most, count, names }) => {
    const shown = valueText(most, key === 'quota' ? 'bytes' : 'per-hour', language);
    const above = t(`plans.own.${key}`, { ...named({ count, names }), most: shown });
    return `${above} ${t(`plans.excess.${excess}-effect`)}`;
  });
}

function domainsOf({ db, accounts }: NewTerms): Knex.QueryBuilder {
  return db('domains').whereIn('domains.owner_id', accounts(db).select('accounts.id'));
}

async function owned(rows: Knex.QueryBuilder, name: string): Promise<Owned> {
  const [row] = await rows.clone().count<{ n: number }[]>('* as n');
  const names: unknown[] = await rows.clone().orderBy(name).limit(mostNamed).pluck(name);
  return { count: Number(row?.n), names: names.map((each) => readable(String(each))) };
}
