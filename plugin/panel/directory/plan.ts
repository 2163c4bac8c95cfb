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
  readonly version: number;
}

export const webmails = ['roundcube', 'sogo', 'snappymail'] as const;
export type Webmail = (typeof webmails)[number];

type Limit = 'maxMailboxes' | 'maxAliases' | 'maxQuotaBytes';

/** Whether a plan offers nothing that the other does not: a reseller passes on no more than it has. */
export function isWithin(plan: Plan, other: Plan): boolean {
  const limits: readonly Limit[] = ['maxMailboxes', 'maxAliases', 'maxQuotaBytes'];
  return (
    plan.permissions.every((permission) => other.permissions.includes(permission)) &&
    plan.webmails.every((webmail) => other.webmails.includes(webmail)) &&
    limits.every((limit) => (plan[limit] ?? Infinity) <= (other[limit] ?? Infinity))
  );
}
