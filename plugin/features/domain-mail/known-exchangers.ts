import type { DomainRow } from '../../panel/directory/domain.js';
import type { ExchangersFound } from './mail-exchangers.js';

/** What `domains.mx` says about the destination of a domain's mail. */
export const exchangerKinds = ['here', 'elsewhere', 'no-domain', 'no-mail', 'unknown'] as const;

type ExchangerKind = (typeof exchangerKinds)[number];

/** The last answer of the DNS about a domain's MX records; `unknown` until there is one. */
export interface KnownExchangers {
  readonly kind: ExchangerKind;
  /** In order of preference. */
  readonly hosts: readonly string[];
  readonly at: number | undefined;
  /** When the name servers did not answer, if they have not since. */
  readonly failedAt: number | undefined;
}

/** The columns of a domain's row that say it. */
export type ExchangerColumns = Pick<DomainRow, 'mx' | 'mx_hosts' | 'mx_at' | 'mx_failed_at'>;

/** Whether the DNS says otherwise than the mail service. */
export function isMisled(kind: string, isOn: boolean): boolean {
  return isOn ? kind === 'elsewhere' || kind === 'no-mail' : kind === 'here';
}

export function knownExchangers(row: ExchangerColumns): KnownExchangers {
  return {
    kind: exchangerKinds.find((kind) => kind === row.mx) ?? 'unknown',
    hosts: row.mx_hosts === null ? [] : row.mx_hosts.split(separator),
    at: row.mx_at ?? undefined,
    failedAt: row.mx_failed_at ?? undefined,
  };
}

/** Without an answer, what was known before stays. */
export function exchangerColumns(found: ExchangersFound, now: number): Partial<ExchangerColumns> {
  return found.kind === 'no-answer'
    ? { mx_failed_at: now }
    : {
        mx: found.kind,
        mx_hosts: 'hosts' in found ? joined(found.hosts) : null,
        mx_at: now,
        mx_failed_at: null,
      };
}

const separator = ', ';
const mostStored = 500;

/** The hosts that fit; a DNS label may hold any character. */
function joined(hosts: readonly string[]): string {
  const readable = hosts.map((host) => host.replaceAll(/[^a-z\d._-]/g, '?'));
  const fitting = readable.filter(
    (_, index) => readable.slice(0, index + 1).join(separator).length <= mostStored,
  );
  return fitting.join(separator);
}
