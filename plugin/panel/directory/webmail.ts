import type { Icon } from '../../web/icons.js';

/** A webmail application that an administrator offers. */
export interface Webmail {
  readonly id: number;
  /** What domains and plans store. It never changes, and no other application gets it while a domain holds it. */
  readonly key: string;
  readonly name: string;
  /** In the form of `WebmailAddress`; undefined until an administrator enters it. */
  readonly address: string | undefined;
  /** Shown unless it has a picture. */
  readonly icon: WebmailIcon;
  /** Whether new domains get it, if their plan permits it. */
  readonly isDefault: boolean;
  readonly version: number;
}

export const webmailIcons = [
  'mail',
  'mail-opened',
  'inbox',
  'mailbox',
  'at',
  'message',
  'users',
  'calendar',
  'address-book',
  'cloud',
  'world',
] as const satisfies readonly Icon[];

type WebmailIcon = (typeof webmailIcons)[number];

/** Names by key, for pages. */
export type WebmailNames = ReadonlyMap<string, string>;

export function namesByKey(all: readonly Pick<Webmail, 'key' | 'name'>[]): WebmailNames {
  return new Map(all.map(({ key, name }) => [key, name]));
}

/**
 * The applications that a domain can choose: those of its owner's plan that have an address.
 *
 * @param permitted the keys in the plan, or `all` for administrators.
 */
export function permittedWebmails(
  all: readonly Webmail[],
  permitted: readonly string[] | 'all',
): readonly Webmail[] {
  return all.filter(
    ({ key, address }) => address !== undefined && (permitted === 'all' || permitted.includes(key)),
  );
}

/** Where the activity log finds their names. */
export const webmailByKey = { table: 'webmails', key: 'key', column: 'name' } as const;
