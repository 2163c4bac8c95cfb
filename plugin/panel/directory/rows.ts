import type { Theme } from '../../viewing/viewer.js';
import { themes } from '../../viewing/viewer.js';
import { roles } from '../../manifest.js';
import { asLocale } from '../../web/locale.js';
import type { Account } from './account.js';
import { type Plan, type PlanNumber, type PlanNumbers, planNumbers } from './plan.js';

export interface AccountRow {
  id: number;
  role: string;
  login: string;
  name: string;
  email: string;
  password_hash: string | null;
  locale: string | null;
  theme: string;
  parent_id: number | null;
  plan_id: number | null;
  mailbox_id: number | null;
  /** Its own outgoing limit; null inherits the plan's. */
  limit_per_hour: number | null;
  suspended: number;
  version: number;
  created_at: number;
  search_text: string;
  /** Since when it is invited to choose a first password. */
  invited_at: number | null;
  /** When somebody last signed in. */
  signed_in_at: number | null;
}

/** Where the numbers of a plan are stored. */
export const numberColumns = {
  maxDomains: 'max_domains',
  maxMailboxes: 'max_mailboxes',
  maxAllMailboxes: 'max_all_mailboxes',
  maxAliases: 'max_aliases',
  maxAllAliases: 'max_all_aliases',
  maxQuotaBytes: 'max_quota_bytes',
  maxAllQuotaBytes: 'max_all_quota_bytes',
  maxSmtpServers: 'max_smtp_servers',
  maxMessages: 'max_messages',
  maxMessageBytes: 'max_message_bytes',
  maxMailboxPerHour: 'max_mailbox_per_hour',
  maxDomainPerHour: 'max_domain_per_hour',
  maxAccountPerHour: 'max_account_per_hour',
  mailboxPerHour: 'mailbox_per_hour',
  domainPerHour: 'domain_per_hour',
  accountPerHour: 'account_per_hour',
} as const satisfies Record<PlanNumber, string>;

export type NumberColumns = Record<(typeof numberColumns)[PlanNumber], number | null>;

export interface PlanRow extends NumberColumns {
  id: number;
  name: string;
  sort_name: string;
  owner_id: number | null;
  permissions: string;
  webmails: string;
  version: number;
}

export function accountFrom(row: AccountRow): Account {
  return {
    id: row.id,
    role: oneOf(roles, row.role),
    login: row.login,
    name: row.name,
    email: row.email,
    locale: asLocale(row.locale),
    theme: oneOf<Theme>(themes, row.theme),
    parentId: row.parent_id ?? undefined,
    planId: row.plan_id ?? undefined,
    mailboxId: row.mailbox_id ?? undefined,
    limitPerHour: row.limit_per_hour ?? undefined,
    suspended: row.suspended === 1,
    version: row.version,
  };
}

export function planFrom(row: PlanRow): Plan {
  return {
    id: row.id,
    name: row.name,
    ownerId: row.owner_id ?? undefined,
    permissions: stringsIn(row.permissions),
    webmails: stringsIn(row.webmails),
    ...numbersFrom(row),
    version: row.version,
  };
}

function numbersFrom(row: NumberColumns): PlanNumbers {
  return Object.fromEntries(
    planNumbers.map((name) => [name, row[numberColumns[name]] ?? undefined]),
  );
}

export function columnsOfNumbers(numbers: PlanNumbers): Partial<NumberColumns> {
  return Object.fromEntries(
    planNumbers.map((name) => [numberColumns[name], numbers[name] ?? null]),
  );
}

export function stringsIn(json: string | null): readonly string[] {
  const value: unknown = JSON.parse(json ?? '[]');
  return Array.isArray(value) ? value.map(String) : [];
}

/** What a plan's list has, as far as the reseller's plan has it, too. */
export function permittedBy(own: string | null, most: string | null): readonly string[] {
  const list = stringsIn(own);
  return most === null ? list : list.filter((each) => stringsIn(most).includes(each));
}

function oneOf<T extends string>(known: readonly T[], text: string): T {
  const found = known.find((each) => each === text);
  if (found === undefined) {
    throw new Error(`The database holds ${text} where only ${known.join(', ')} can be.`);
  }
  return found;
}
