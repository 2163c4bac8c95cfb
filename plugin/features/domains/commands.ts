import type { Command } from 'commander';
import { StartError } from '../../errors.js';
import { domainTable } from './table.js';
import { domainRemovalForm, newDomainForm } from '../../panel/standalone/domains/forms.js';
import { parseForm } from '../../web/forms.js';
import { addDomainSettingsCommands } from '../domain-mail/commands.js';
import { addDomainTrialCommand } from '../domain-mail/trial-command.js';
import { printTable } from '../../commands/list.js';
import { addVerb, atTerminal, inOptions } from '../../commands/terminal.js';

export function addDomainCommands(program: Command): void {
  const domain = program.command('domain').description('domains and their mail settings');
  addList(domain);
  addDomainSettingsCommands(domain);
  addDomainTrialCommand(domain);
  addCreate(domain);
  addRemove(domain);
}

function addList(domain: Command): void {
  addVerb(domain, {
    usage: 'list',
    does: 'all domains',
    examples: ['domain list', 'domain list --search dupont --json'],
  })
    .option('--search <text>', 'only those whose name or owner has these words')
    .action(async (_options: object, command: Command) => {
      await printTable(command, domainTable, (row) => ({
        name: row.name,
        displayName: row.utf8_name ?? row.name,
        owner: row.owner_name,
        suspended: row.suspended === 1,
        mailEnabled: row.mail_enabled === 1,
        policy: row.unknown_policy,
        mailboxes: row.mailboxes,
      }));
    });
}

function addCreate(domain: Command): void {
  addVerb(domain, {
    usage: 'create <domain>',
    does: 'add a domain; its mail is on, and unknown recipients are refused',
    examples: [
      'domain create example.com --owner dupont',
      'domain create bücher.example --owner buch --language fr',
    ],
  })
    .requiredOption('--owner <login>', 'the customer or reseller that it belongs to')
    .option('--language <en|fr>', 'of the texts that its senders get', 'en')
    .action(
      async (name: string, options: { owner: string; language: string }, command: Command) => {
        await atTerminal(command, async ({ app, viewer, language, print }) => {
          const { owner, language: locale } = options;
          const form = await inOptions(
            { name: 'domain', owner: '--owner', locale: '--language' },
            async () => {
              const parsed = parseForm(newDomainForm, { name, owner, locale });
              await app.panel.domains.create(viewer, parsed);
              return parsed;
            },
          );
          print(
            { name: form.name.ascii },
            language.t('domains.notice-created', { subject: form.name.unicode }),
          );
        });
      },
    );
}

function addRemove(domain: Command): void {
  addVerb(domain, {
    usage: 'remove <domain>',
    does: 'remove a domain with its mailboxes, their mail, and its aliases',
    examples: ['domain remove example.com', 'domain remove example.com --yes'],
  })
    .option('--yes', 'do it; without this, only say what would be lost')
    .action(async (name: string, { yes }: { yes?: boolean }, command: Command) => {
      await atTerminal(command, async ({ app, viewer, language, print }) => {
        const { domain: found, contents } = await app.panel.domains.contents(viewer, name);
        if (yes !== true) {
          throw new StartError(
            `${found.displayName} has ${contents.mailboxes} mailboxes and ${contents.aliases} aliases, which would be lost. To remove it, add --yes.`,
          );
        }
        const form = parseForm(domainRemovalForm, { confirmation: found.name });
        await app.panel.domains.remove(viewer, found.name, form);
        print(
          { name: found.name, ...contents },
          language.t('domains.notice-removed', { subject: found.displayName }),
        );
      });
    });
}
