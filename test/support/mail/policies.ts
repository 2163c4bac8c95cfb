import type { Installation } from './installation.js';
import type { Policy } from './panel.js';

/** Each policy for unknown recipients, with a text and an address for those that have one. */
export function everyPolicy(
  { other }: Pick<Installation, 'other'>,
  { text, to }: { readonly text: string; readonly to: string },
): Readonly<Record<'reject' | 'rejectText' | 'bounce' | 'forward' | 'redirect', Policy>> {
  return {
    reject: { unknown: 'reject' },
    rejectText: { unknown: 'reject', text },
    bounce: { unknown: 'bounce', text },
    forward: { unknown: 'forward', to },
    redirect: { unknown: 'redirect', ip: other.address, port: other.port },
  };
}
