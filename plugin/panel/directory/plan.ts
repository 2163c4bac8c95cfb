import type { Role } from '../../manifest.js';

/** The most that accounts can have, for each account unless the name says otherwise. */
export const limits = [
  'maxDomains',
  /** For each domain. */
  'maxMailboxes',
  'maxAllMailboxes',
  'maxAliases',
  'maxAllAliases',
  /** For each mailbox, in bytes. */
  'maxQuotaBytes',
  'maxAllQuotaBytes',
  'maxSmtpServers',
  /** Messages kept in the outbox, and bytes of their content. */
  'maxMessages',
  'maxMessageBytes',
  /** The highest outgoing limits, in messages. */
  'maxMailboxPerHour',
  'maxDomainPerHour',
  'maxAccountPerHour',
] as const;

export type LimitName = (typeof limits)[number];

/** The outgoing limits of whoever has no own, in messages; without one, the highest. */
const presets = ['mailboxPerHour', 'domainPerHour', 'accountPerHour'] as const;

export const planNumbers = [...limits, ...presets] as const;

export type PlanNumber = (typeof planNumbers)[number];

/** Whose outgoing mail is limited, and by which numbers. */
export const outgoingNumbers = {
  mailbox: { preset: 'mailboxPerHour', most: 'maxMailboxPerHour' },
  domain: { preset: 'domainPerHour', most: 'maxDomainPerHour' },
  account: { preset: 'accountPerHour', most: 'maxAccountPerHour' },
} as const;

export type Sender = keyof typeof outgoingNumbers;

/** The highest outgoing limit, which applies without a preset; undefined for other numbers. */
export function highestOf(name: PlanNumber): LimitName | undefined {
  return Object.values(outgoingNumbers).find(({ preset }) => preset === name)?.most;
}

/** Undefined means no limit. */
export type PlanNumbers = Readonly<Partial<Record<PlanNumber, number | undefined>>>;

/** What a plan offers its customers. */
export interface Plan extends PlanNumbers {
  readonly id: number;
  readonly name: string;
  /** The reseller that it belongs to; undefined for those of administrators. */
  readonly ownerId?: number | undefined;
  /** The plan permissions of the manifest that it grants. */
  readonly permissions: readonly string[];
  /** Keys of the webmail applications that domains can choose; see `permittedWebmails`. */
  readonly webmails: readonly string[];
  readonly version: number;
}

/** Limits of a new plan, and of accounts without one: plenty, but not the whole disk. */
export const usualLimits = {
  maxMessages: 100_000,
  maxMessageBytes: 1024 ** 3,
  maxSmtpServers: 50,
} as const satisfies PlanNumbers;

/**
 * All limits of a reseller without a plan, and the most that it can give its customers: nobody gives away what only the
 * disk limits.
 */
export const planlessLimits = {
  maxMailboxes: 1000,
  maxAliases: 1000,
  maxQuotaBytes: 50 * 1024 ** 3,
  ...usualLimits,
} as const satisfies PlanNumbers;

/** What accounts without a plan have. Administrators, who create the plans, have no limits. */
export function limitsWithoutPlan(role: Role): PlanNumbers {
  if (role === 'administrator') {
    return {};
  }
  return role === 'reseller' ? planlessLimits : usualLimits;
}

/** Whether a reseller can give a plan: it cannot pass on more than its own plan offers, or than one without may give. */
export function mayPassOn(plan: Plan, own: Plan | undefined): boolean {
  return own === undefined
    ? limitsBeyond(plan, planlessLimits).length === 0
    : plan.permissions.every((permission) => own.permissions.includes(permission)) &&
        plan.webmails.every((webmail) => own.webmails.includes(webmail)) &&
        limitsBeyond(plan, own).length === 0;
}

/** The limits that are higher than others. */
export function limitsBeyond(numbers: PlanNumbers, most: PlanNumbers): readonly LimitName[] {
  return limits.filter((limit) => (numbers[limit] ?? Infinity) > (most[limit] ?? Infinity));
}
