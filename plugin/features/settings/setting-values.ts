import { createHash } from 'node:crypto';

export type SettingValue = boolean | readonly string[];
export type SettingValues = Readonly<Record<string, SettingValue>>;

export interface SettingRow {
  readonly key: string;
  readonly value: string;
}

/** Identifies exactly these values. */
export function digestOf(values: SettingValues): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

export function valueIn(json: string): SettingValue {
  const value: SettingValue = JSON.parse(json);
  return value;
}
