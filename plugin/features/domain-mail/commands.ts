import { type Command, Option } from 'commander';
import { StartError } from '../../errors.js';
import type { DomainMailPage } from './domain-mail.js';
import { limitTyped, parseTyped } from './forms.js';
import type { MailSettings } from './mail-settings.js';
import { fieldsOf, shownTexts } from './policies/field-texts.js';
import { policies, policyNamed } from './policies/index.js';
import { auditFields } from './audit-fields.js';
import type { FormValues } from '../../web/forms.js';
import type { Language } from '../../web/locale.js';
import { type Options, optionsByField, policyFields, policyOptions } from './policy-options.js';
import { inOptions, labelled } from '../../commands/terminal.js';
import { type RowsFlags, addRowsFlags, isOnRows } from '../../commands/on-rows.js';
import { rowsWantedIn } from './rows-command.js';
import { unreceivedSentences } from './unreceived.js';
import { type VerbAbout, addVerbsAbout } from '../../commands/verbs.js';

export function addTo(domain: Command): void {
  addVerbsAbout(domain, show, set);
}

function addOptions(verb: Command): void {
  verb
    .addOption(
      new Option('--mail <on|off>', 'whether this server receives its mail').choices(['on', 'off']),
    )
    .addOption(
      new Option('--unknown <policy>', 'what happens to mail for unknown recipients').choices(
        policies.map(({ key }) => key),
      ),
    );
  policyOptions().forEach((option) => verb.addOption(option));
  verb
    .option('--webmail <key>', 'the webmail of its users (relais webmail list), or none')
    .option(
      '--relay <id|direct>',
      'an SMTP server of its owner for outgoing mail (relais smtp-server list)',
    )
    .option('--limit <number|plan>', 'outgoing messages per hour, or the limit of the plan');
}

const show: VerbAbout = {
  usage: 'show <domain>',
  does: "a domain's mail settings",
  examples: ['example.com', 'bücher.example --json'],
  async run({ app, viewer, language, print }, name) {
    const page = await app.features.domainMail.page(viewer, name);
    const { domain } = page;
    const { contents } = await app.panel.domains.contents(viewer, domain.name);
    const settings = auditFields(page.settings);
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
        [language.t('aliases.menu'), language.number(contents.aliases)],
      ]),
    );
  },
};

function inText(field: string, value: string | number | boolean | null, { t }: Language): string {
  if (typeof value === 'boolean') {
    return t(value ? 'form.yes' : 'form.no');
  }
  if (field === 'policy') {
    return t(`domain-mail.policies.${String(value)}.title`);
  }
  return value === null ? t('form.none') : String(value);
}

const set: VerbAbout<Options & RowsFlags> = {
  usage: 'set [domain]',
  does: "change a domain's mail settings, or those of all that match --where; options left out stay unchanged",
  examples: [
    'example.com --mail off',
    ...policies.flatMap(({ key, example }) =>
      example === undefined ? [] : [`example.com --unknown ${key} ${example}`],
    ),
    'example.com --webmail roundcube',
    'example.com --relay 3',
    'example.com --relay direct',
    'example.com --limit 50',
    'example.com --limit plan',
    '--where policy=bounce --where owner=dupont --unknown reject --dry-run',
  ],
  declare(verb) {
    addOptions(verb);
    addRowsFlags(verb);
  },
  async run(terminal, name, { where = [], dryRun = false, ...options }) {
    const { app, viewer, language, print } = terminal;
    const flags = { where, dryRun };
    if (isOnRows(name, flags, 'a domain')) {
      const wanted = await rowsWantedIn(options);
      await app.features.changeRows(terminal, { action: 'domains.settings', wanted }, flags);
      return;
    }
    const page = await app.features.domainMail.page(viewer, name);
    const unreceived = await inOptions(
      { ...optionsByField(), webmail: '--webmail', relay: '--relay', limitPerHour: '--limit' },
      async () => {
        const settings = wantedIn(options, page);
        if (Object.keys(settings).length === 0) {
          throw new StartError('Nothing to change: name at least one option.');
        }
        const { version } = page;
        return await app.features.domainMail.change(viewer, page.domain.name, {
          version,
          settings,
        });
      },
    );
    const { settings } = await app.features.domainMail.page(viewer, name);
    print(
      {
        name: page.domain.name,
        ...auditFields(settings),
        ...(unreceived !== undefined && { unreceived }),
      },
      [
        language.t('domain-mail.notice-saved', { subject: page.domain.displayName }),
        ...unreceivedSentences(unreceived ?? {}, language),
      ].join('\n'),
    );
  },
};

/** The settings in the options; others stay unchanged. @throws {InvalidInputError} @throws {StartError} */
function wantedIn(options: Options, page: DomainMailPage): Partial<MailSettings> {
  const { mail, webmail, relay, limit } = options;
  const policy = policyNamed(options['unknown'] ?? page.settings.unknown.policy);
  const fields = policyFields(policy, options);
  const isNamed = options['unknown'] !== undefined || Object.keys(fields).length > 0;
  return {
    ...(mail !== undefined && { enabled: mail === 'on' }),
    ...parseTyped(isNamed ? policy : undefined, {
      ...(isNamed && { ...textsIn(page, fieldsOf(policy)), ...fields }),
      ...(relay !== undefined && { relay: relay.replace(/^direct$/, '') }),
    }),
    ...(webmail !== undefined && { webmail: webmail === 'none' ? undefined : webmail }),
    ...(limit !== undefined && limitTyped(limit)),
  };
}

/** Field values as on the page. */
function textsIn(
  { domain, kept, settings: { unknown } }: DomainMailPage,
  fields: readonly string[],
): FormValues {
  const texts = Object.entries(shownTexts({ domain, kept, unknown }));
  return Object.fromEntries(texts.filter(([name]) => fields.includes(name)));
}
