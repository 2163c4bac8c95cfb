import type { MailSettings } from './mail-settings.js';

/** Settings as the audit log keeps them: flat, by field. */
export type SettingsInWords = Readonly<Record<string, string | number | boolean | null>>;

export function inWords({ enabled, unknown, webmail }: MailSettings): SettingsInWords {
  const common = { mailEnabled: enabled, policy: unknown.policy, webmail: webmail ?? null };
  switch (unknown.policy) {
    case 'reject':
      return { ...common, rejectText: unknown.text ?? null };
    case 'bounce':
      return { ...common, bounceText: unknown.text };
    case 'forward':
      return { ...common, forwardTo: unknown.to.toString() };
    case 'redirect':
      return { ...common, redirectIp: unknown.ip.toString(), redirectPort: unknown.port };
  }
}

/** The fields that differ, as they were and as they are. */
export function changedFields(
  before: SettingsInWords,
  after: SettingsInWords,
): { readonly before: SettingsInWords; readonly after: SettingsInWords } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => (before[name] ?? null) !== (after[name] ?? null),
  );
  const pick = (from: SettingsInWords): SettingsInWords =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}
