import type { Role } from '../../manifest.js';

/** What a plan offers its customers. */
export interface Plan {
  readonly id: number;
  readonly name: string;
  /** The plan permissions of the manifest that it grants. */
  readonly permissions: readonly string[];
  /** Keys of the webmail applications that domains can choose; see `permittedWebmails`. */
  readonly webmails: readonly string[];
  /** For each domain; undefined means no limit. */
  readonly maxMailboxes: number | undefined;
  readonly maxAliases: number | undefined;
  /** For each mailbox, in bytes. */
  readonly maxQuotaBytes: number | undefined;
  /** For each account: messages kept in its outbox, bytes of their content, and SMTP servers. */
  readonly maxMessages: number | undefined;
  readonly maxMessageBytes: number | undefined;
  readonly maxSmtpServers: number | undefined;
  readonly version: number;
}

/** Limits of an account; undefined means no limit. */
export type Limits = Pick<Plan, 'maxMessages' | 'maxMessageBytes' | 'maxSmtpServers'>;

type AllLimits = Pick<Plan, (typeof limits)[number]>;

/** Limits of a new plan, and of resellers without one: plenty, but not the whole disk. */
export const usualLimits = {
  maxMessages: 100_000,
  maxMessageBytes: 1024 ** 3,
  maxSmtpServers: 50,
} as const satisfies Limits;

/**
 * All limits of a reseller without a plan, and the most that it can give its customers: nobody gives away what only the
 * disk limits.
 */
export const planlessLimits = {
  maxMailboxes: 1000,
  maxAliases: 1000,
  maxQuotaBytes: 50 * 1024 ** 3,
  ...usualLimits,
} as const satisfies AllLimits;

/** Administrators, who create the plans, have no limits. */
export function limitsFor(role: Role, plan: Limits | undefined): Limits {
  return role === 'administrator' ? noLimits : (plan ?? usualLimits);
}

const noLimits: Limits = {
  maxMessages: undefined,
  maxMessageBytes: undefined,
  maxSmtpServers: undefined,
};

export const limits = [
  'maxMailboxes',
  'maxAliases',
  'maxQuotaBytes',
  'maxMessages',
  'maxMessageBytes',
  'maxSmtpServers',
] as const;

/** Whether a reseller can give a plan: it cannot pass on more than its own plan offers, or than one without may give. */
export function mayPassOn(plan: Plan, own: Plan | undefined): boolean {
  return own === undefined
    ? hasLimitsWithin(plan, planlessLimits)
    : plan.permissions.every((permission) => own.permissions.includes(permission)) &&
        plan.webmails.every((webmail) => own.webmails.includes(webmail)) &&
        hasLimitsWithin(plan, own);
}

function hasLimitsWithin(plan: AllLimits, most: AllLimits): boolean {
  return limits.every((limit) => (plan[limit] ?? Infinity) <= (most[limit] ?? Infinity));
}
