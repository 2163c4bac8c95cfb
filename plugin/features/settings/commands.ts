import type { Command } from 'commander';
import { StartError } from '../../errors.js';
import { parseSettings } from './forms.js';
import type { SettingValue } from './setting-values.js';
import type { SettingDeclaration } from '../../manifest.js';
import type { Language } from '../../web/locale.js';
import { type Terminal, atTerminal, inOptions, labelled } from '../../commands/terminal.js';
import { addVerb } from '../../commands/verbs.js';

export function addTo(settings: Command): void {
  addVerb(settings, {
    usage: 'list',
    does: 'all settings',
    examples: ['', '--json'],
  }).action(async (_options: object, command: Command) => {
    await atTerminal(command, async ({ app, language, print }) => {
      const values = await app.features.settings.read();
      const lines = Object.entries(values).map(
        ([key, value]) => [key, inText(value, language)] as const,
      );
      print(values, labelled(lines));
    });
  });

  addVerb(settings, {
    usage: 'set <key> [values...]',
    does: 'change a setting: on or off, or the whole list',
    examples: ['outgoing-control on', 'own-addresses 198.51.100.7 2001:db8::7', 'mail-hosts'],
  }).action(async (key: string, values: readonly string[], _options: object, command: Command) => {
    await atTerminal(command, (terminal) => set(terminal, key, values));
  });
}

async function set(terminal: Terminal, key: string, values: readonly string[]): Promise<void> {
  const { settings } = terminal.app.features;
  const declaration = settings.declared.find((each) => each.key === key);
  if (declaration === undefined) {
    const known = settings.declared.map((each) => each.key).join(', ');
    throw new StartError(`There is no setting ${key}; there are ${known}.`);
  }
  const changed = await inOptions({}, async () =>
    parseSettings([declaration], { [key]: typed(declaration, values) }),
  );
  await settings.change(terminal.viewer, changed);
  const value = changed[key] ?? false;
  terminal.print({ [key]: value }, labelled([[key, inText(value, terminal.language)]]));
}

function typed({ key, type }: SettingDeclaration, values: readonly string[]): string {
  if (type !== 'boolean') {
    return values.join('\n');
  }
  const [value] = values;
  if (values.length !== 1 || (value !== 'on' && value !== 'off')) {
    throw new StartError(`${key} is on or off.`);
  }
  return value === 'on' ? '1' : '';
}

function inText(value: SettingValue, { t }: Language): string {
  if (typeof value === 'boolean') {
    return t(value ? 'form.yes' : 'form.no');
  }
  return value.length === 0 ? t('form.none') : value.join(', ');
}
