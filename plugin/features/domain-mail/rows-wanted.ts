import type { Json } from '../../jobs/kind.js';
import { parseTyped } from './forms.js';
import type { MailSettings } from './mail-settings.js';
import { policyNamed } from './policies/index.js';

/** Settings that are wanted of many domains, as a preview stores them; what is left out stays unchanged. */
export interface RowsWanted {
  readonly [name: string]: Json;
  readonly enabled?: boolean;
  readonly policy?: { readonly key: string; readonly texts: Readonly<Record<string, string>> };
  /** The key of a webmail application; null for none. */
  readonly webmail?: string | null;
  /** The ID of an SMTP server; null sends directly. */
  readonly relay?: number | null;
  /** An outgoing limit, in messages per hour; null inherits the plan's. */
  readonly limit?: number | null;
}

const parsed = new WeakMap<RowsWanted, Partial<MailSettings>>();

export function wantedSettings(wanted: RowsWanted): Partial<MailSettings> {
  const settings = parsed.get(wanted) ?? settingsIn(wanted);
  parsed.set(wanted, settings);
  return settings;
}

function settingsIn(wanted: RowsWanted): Partial<MailSettings> {
  const { enabled, policy, webmail, relay, limit } = wanted;
  return {
    ...(enabled !== undefined && { enabled }),
    ...(policy !== undefined && parseTyped(policyNamed(policy.key), policy.texts)),
    ...('webmail' in wanted && { webmail: webmail ?? undefined }),
    ...('relay' in wanted && { relayId: relay ?? undefined }),
    ...('limit' in wanted && { limitPerHour: limit ?? undefined }),
  };
}
