import { type Command, Option } from 'commander';
import { StartError } from '../errors.js';
import type { DomainMailPage } from '../features/domain-mail/domain-mail.js';
import { parseMailSettings } from '../features/domain-mail/forms.js';
import { type Policy, type PolicyField, policies } from '../features/domain-mail/mail-settings.js';
import { valuesOf } from '../features/domain-mail/routes.js';
import { inWords } from '../features/domain-mail/words.js';
import { webmails } from '../panel/directory/plan.js';
import type { Language } from '../web/locale.js';
import type { FormValues } from '../web/forms.js';
import { type Terminal, addVerb, atTerminal, inOptions, labelled } from './terminal.js';

interface SettingsOptions {
  readonly mail?: 'on' | 'off';
  readonly unknown?: Policy;
  readonly text?: string;
  readonly to?: string;
  readonly port?: string;
  readonly webmail?: string;
  readonly relay?: string;
}

export function addDomainSettingsCommands(domain: Command): void {
  addVerb(domain, {
    usage: 'show <domain>',
    does: "a domain's mail settings",
    examples: ['domain show example.com', 'domain show bücher.example --json'],
  }).action(async (name: string, _options: object, command: Command) => {
    await atTerminal(command, (terminal) => show(terminal, name));
  });

  addVerb(domain, {
    usage: 'set <domain>',
    does: "change a domain's mail settings; what is not named stays",
    examples: [
      'domain set example.com --mail off',
      'domain set example.com --unknown reject --text "Nobody here by that name."',
      'domain set example.com --unknown bounce --text "Please call us: +33 1 99 00 00 00"',
      'domain set example.com --unknown forward --to info@example.com',
      'domain set example.com --unknown redirect --to 192.0.2.1 --port 25',
      'domain set example.com --webmail roundcube',
      'domain set example.com --relay 3',
      'domain set example.com --relay direct',
    ],
  })
    .addOption(
      new Option('--mail <on|off>', 'whether this server receives its mail').choices(['on', 'off']),
    )
    .addOption(
      new Option('--unknown <policy>', 'what happens to mail for unknown recipients').choices(
        policies,
      ),
    )
    .option('--text <text>', 'with reject or bounce: what the sender is told')
    .option('--to <address>', 'with forward: an e-mail address; with redirect: an IP address')
    .option('--port <number>', 'with redirect: the port, 25 unless said otherwise')
    .addOption(
      new Option('--webmail <name>', 'the webmail of its users').choices([...webmails, 'none']),
    )
    .option(
      '--relay <id|direct>',
      'the SMTP server of its owner that its mail leaves through (relais smtp-server list)',
    )
    .action(async (name: string, options: SettingsOptions, command: Command) => {
      await atTerminal(command, (terminal) => change(terminal, name, options));
    });
}

async function show({ app, viewer, language, print }: Terminal, name: string): Promise<void> {
  const page = await app.features.domainMail.page(viewer, name);
  const { domain } = page;
  const { contents } = await app.panel.domains.contents(viewer, domain.name);
  const settings = inWords(page.settings);
  print(
    {
      name: domain.name,
      displayName: domain.displayName,
      owner: page.offer.ownerName,
      language: domain.locale,
      suspended: domain.suspended,
      ...settings,
      ...contents,
    },
    labelled([
      [language.t('domains.columns.name'), domain.displayName],
      [language.t('domains.columns.owner'), page.offer.ownerName],
      ...Object.entries(settings).map(
        ([field, value]) =>
          [language.t(`domain-mail.fields.${field}`), inText(field, value, language)] as const,
      ),
      [language.t('domains.columns.mailboxes'), language.number(contents.mailboxes)],
      [language.t('navigation.aliases'), language.number(contents.aliases)],
    ]),
  );
}

function inText(field: string, value: string | number | boolean | null, { t }: Language): string {
  if (typeof value === 'boolean') {
    return t(value ? 'form.yes' : 'form.no');
  }
  if (field === 'policy') {
    return t(`domain-mail.policies.${String(value)}.title`);
  }
  return value === null ? t('form.nothing') : String(value);
}

async function change(
  { app, viewer, language, print }: Terminal,
  name: string,
  options: SettingsOptions,
): Promise<void> {
  if (Object.keys(options).every((option) => !(option in named))) {
    throw new StartError('Nothing to change: name at least one option.');
  }
  const { domainMail } = app.features;
  const page = await domainMail.page(viewer, name);
  const body = { ...valuesOf(page), ...fieldsIn(options, page) };
  await inOptions(optionOf, async () => {
    await domainMail.change(viewer, page.domain.name, parseMailSettings(body));
  });
  const { settings } = await domainMail.page(viewer, name);
  print(
    { name: page.domain.name, ...inWords(settings) },
    language.t('domain-mail.notice-saved', { subject: page.domain.displayName }),
  );
}

/** The options that say what to change. */
const named = {
  mail: true,
  unknown: true,
  text: true,
  to: true,
  port: true,
  webmail: true,
  relay: true,
};

const optionOf: Readonly<Record<string, string>> = {
  rejectText: '--text',
  bounceText: '--text',
  forwardTo: '--to',
  redirectIp: '--to',
  redirectPort: '--port',
  webmail: '--webmail',
  relay: '--relay',
};

/** The field that each option fills, for each policy. */
const fieldsOf: Readonly<Record<Policy, Partial<Record<'text' | 'to' | 'port', PolicyField>>>> = {
  reject: { text: 'rejectText' },
  bounce: { text: 'bounceText' },
  forward: { to: 'forwardTo' },
  redirect: { to: 'redirectIp', port: 'redirectPort' },
};

const mailEnabled = { on: '1', off: '' } as const;

/** @throws {StartError} when an option does not belong to the policy. */
function fieldsIn(options: SettingsOptions, { settings }: DomainMailPage): FormValues {
  const policy = options.unknown ?? settings.unknown.policy;
  return {
    policy,
    ...policyFieldsIn(options, policy),
    ...(options.mail && { mailEnabled: mailEnabled[options.mail] }),
    ...(options.webmail && { webmail: options.webmail.replace(/^none$/, '') }),
    ...(options.relay && { relay: options.relay.replace(/^direct$/, '') }),
  };
}

function policyFieldsIn(options: SettingsOptions, policy: Policy): FormValues {
  const given = (['text', 'to', 'port'] as const).filter((name) => options[name] !== undefined);
  return Object.fromEntries(
    given.map((name) => {
      const field = fieldsOf[policy][name];
      if (field === undefined) {
        throw new StartError(`--${name} says nothing where the policy is ${policy}.`);
      }
      return [field, options[name] ?? ''];
    }),
  );
}
