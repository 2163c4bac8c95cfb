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
}

export const webmails = ['roundcube', 'sogo', 'snappymail'] as const;
export type Webmail = (typeof webmails)[number];
