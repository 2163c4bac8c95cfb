import { type FieldError, InvalidInputError } from '../../errors.js';
import type { SettingDeclaration } from '../../manifest.js';
import type { FormValues } from '../../web/forms.js';
import type { SettingValue, SettingValues } from './setting-values.js';
import { parseSetting } from './settings.js';

const mostLines = 200;

/**
 * Reads the settings that the manifest declares: a box for a boolean, one line for each item of a list.
 *
 * @throws {InvalidInputError} with an error for each wrong line, as the field `<key>-<number of the line>`.
 */
export function parseSettings(
  declared: readonly SettingDeclaration[],
  body: unknown,
): SettingValues {
  const sent = new Map<string, unknown>(
    typeof body === 'object' && body !== null ? Object.entries(body) : [],
  );
  const errors: Record<string, FieldError> = {};
  const values = declared.map(({ key, type }): [string, SettingValue] => {
    const text = sent.get(key);
    const typed = typeof text === 'string' ? text : '';
    return [key, type === 'boolean' ? typed === '1' : itemsIn(typed, { key, type, errors })];
  });
  if (Object.keys(errors).length > 0) {
    throw new InvalidInputError(errors);
  }
  return Object.fromEntries(values);
}

/** Form values of the settings. */
export function settingTexts(values: SettingValues): FormValues {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'boolean' ? (value ? '1' : '') : value.join('\n'),
    ]),
  );
}

function itemsIn(
  text: string,
  setting: Pick<SettingDeclaration, 'key' | 'type'> & { errors: Record<string, FieldError> },
): readonly string[] {
  const lines = text.split(/\r\n|[\r\n]/);
  if (lines.length > mostLines) {
    setting.errors[`${setting.key}-1`] = {
      key: 'settings.errors.too-many',
      args: { count: mostLines },
    };
    return [];
  }
  const items = lines.flatMap((line, index) => itemIn(line.trim(), index + 1, setting));
  if (isSingle(setting.type) && items.length > 1) {
    setting.errors[`${setting.key}-2`] = { key: 'settings.errors.one-only' };
  }
  return [...new Set(items)];
}

function itemIn(
  line: string,
  number: number,
  { key, type, errors }: Parameters<typeof itemsIn>[1],
): readonly string[] {
  if (line === '') {
    return [];
  }
  try {
    const item = parseSetting(type, [line]);
    return typeof item === 'boolean' ? [] : item;
  } catch (error) {
    if (!(error instanceof Error && 'key' in error && typeof error.key === 'string')) {
      throw error;
    }
    // A single-line field needs no number.
    errors[`${key}-${number}`] = isSingle(type)
      ? { key: error.key }
      : { key: 'settings.errors.line', args: { line: number, reason: error.key } };
    return [];
  }
}

/** A setting with at most one value, in a field of one line. */
function isSingle(type: SettingDeclaration['type']): boolean {
  return type === 'host-name' || type === 'days';
}
