import type { Role } from '../../manifest.js';

/** What customers of a plan are offered. */
export interface Plan {
  readonly id: number;
  readonly name: string;
  /** Those of the manifest's plan permissions that it grants. */
  readonly permissions: readonly string[];
  /** Ids of `webmails` to choose from. */
  readonly webmails: readonly Webmail[];
  /** For each domain; undefined sets no limit. */
  readonly maxMailboxes: number | undefined;
  readonly maxAliases: number | undefined;
  /** For each mailbox, in bytes. */
  readonly maxQuotaBytes: number | undefined;
  /** For each account: messages that are kept in its outbox, what they say in bytes, and SMTP servers. */
  readonly maxMessages: number | undefined;
  readonly maxMessageBytes: number | undefined;
  readonly maxSmtpServers: number | undefined;
  readonly version: number;
}

/** What an account may have; undefined sets no limit. */
export type Limits = Pick<Plan, 'maxMessages' | 'maxMessageBytes' | 'maxSmtpServers'>;

/** Those of a new plan, and of resellers without one: plenty, and not the whole disk. */
export const usualLimits = {
  maxMessages: 100_000,
  maxMessageBytes: 1024 ** 3,
  maxSmtpServers: 50,
} as const satisfies Limits;

/** Administrators, who make the plans, are not held to one. */
export function limitsFor(role: Role, plan: Limits | undefined): Limits {
  return role === 'administrator' ? noLimits : (plan ?? usualLimits);
}

const noLimits: Limits = {
  maxMessages: undefined,
  maxMessageBytes: undefined,
  maxSmtpServers: undefined,
};

export const webmails = ['roundcube', 'sogo', 'snappymail'] as const;
export type Webmail = (typeof webmails)[number];

const limits = [
  'maxMailboxes',
  'maxAliases',
  'maxQuotaBytes',
  'maxMessages',
  'maxMessageBytes',
  'maxSmtpServers',
] as const;

/** Whether a plan offers nothing that the other does not: a reseller passes on no more than it has. */
export function isWithin(plan: Plan, other: Plan): boolean {
  return (
    plan.permissions.every((permission) => other.permissions.includes(permission)) &&
    plan.webmails.every((webmail) => other.webmails.includes(webmail)) &&
    limits.every((limit) => (plan[limit] ?? Infinity) <= (other[limit] ?? Infinity))
  );
}
