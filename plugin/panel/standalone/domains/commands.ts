import type { Command } from 'commander';
import { addVerb, atTerminal, inOptions } from '../../../commands/terminal.js';
import { StartError } from '../../../errors.js';
import { parseForm } from '../../../web/forms.js';
import { domainRemovalForm, newDomainForm } from './forms.js';

export function addDomainCommands(domain: Command): void {
  addCreate(domain);
  addRemove(domain);
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
