import type { Theme } from '../../viewing/viewer.js';
import { themes } from '../../viewing/viewer.js';
import { roles } from '../../manifest.js';
import { asLocale } from '../../web/locale.js';
import type { Account } from './account.js';
import type { Plan, limits } from './plan.js';

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
  suspended: number;
  version: number;
  created_at: number;
  search_text: string;
  /** Since when it is invited to choose a first password. */
  invited_at: number | null;
  /** When somebody last signed in. */
  signed_in_at: number | null;
}

export interface PlanRow {
  id: number;
  name: string;
  sort_name: string;
  permissions: string;
  webmails: string;
  max_mailboxes: number | null;
  max_aliases: number | null;
  max_quota_bytes: number | null;
  max_messages: number | null;
  max_message_bytes: number | null;
  max_smtp_servers: number | null;
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
    suspended: row.suspended === 1,
    version: row.version,
  };
}

/** Where the limits of a plan are stored. */
export const limitColumns = {
  maxMailboxes: 'max_mailboxes',
  maxAliases: 'max_aliases',
  maxQuotaBytes: 'max_quota_bytes',
  maxMessages: 'max_messages',
  maxMessageBytes: 'max_message_bytes',
  maxSmtpServers: 'max_smtp_servers',
} as const satisfies Record<(typeof limits)[number], keyof PlanRow>;

export function planFrom(row: PlanRow): Plan {
  return {
    id: row.id,
    name: row.name,
    permissions: stringsIn(row.permissions),
    webmails: stringsIn(row.webmails),
    maxMailboxes: row.max_mailboxes ?? undefined,
    maxAliases: row.max_aliases ?? undefined,
    maxQuotaBytes: row.max_quota_bytes ?? undefined,
    maxMessages: row.max_messages ?? undefined,
    maxMessageBytes: row.max_message_bytes ?? undefined,
    maxSmtpServers: row.max_smtp_servers ?? undefined,
    version: row.version,
  };
}

export function stringsIn(json: string | null): readonly string[] {
  const value: unknown = JSON.parse(json ?? '[]');
  return Array.isArray(value) ? value.map(String) : [];
}

function oneOf<T extends string>(known: readonly T[], text: string): T {
  const found = known.find((each) => each === text);
  if (found === undefined) {
    throw new Error(`The database holds ${text} where only ${known.join(', ')} can be.`);
  }
  return found;
}
