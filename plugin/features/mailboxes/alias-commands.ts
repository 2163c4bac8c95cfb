import type { Command } from 'commander';
import { StartError } from '../../errors.js';
import type { StoredAlias } from './alias.js';
import type { AliasPage } from './aliases.js';
import { newAliasForm, someOfAlias } from './forms.js';
import { forPeople } from './mailbox.js';
import { aliasTable } from './table.js';
import { parseForm } from '../../web/forms.js';
import { asAddress } from './typed-address.js';
import { printTable } from '../../commands/list.js';
import { withAliases } from './mailbox-commands.js';
import { type Terminal, addVerb, atTerminal, inOptions } from '../../commands/terminal.js';

const optionOf: Readonly<Record<string, string>> = { address: 'address', targets: '--to' };

export function addAliasCommands(alias: Command): void {
  addList(alias);
  addCreate(alias);
  addSet(alias);
  addRemove(alias);
}

function addList(alias: Command): void {
  addVerb(alias, {
    usage: 'list <domain>',
    does: 'the aliases of a domain, with where they lead',
    examples: ['alias list example.com', 'alias list example.com --search dupont --json'],
  })
    .option('--search <text>', 'only those whose address or targets have these words')
    .action(async (name: string, _options: object, command: Command) => {
      await printTable(
        command,
        aliasTable,
        (row) => ({
          address: row.address,
          displayAddress: row.utf8_address ?? row.address,
          targets: row.targets.split(','),
        }),
        async ({ app, viewer }) => (await app.features.aliases.overview(viewer, name)).domain.id,
      );
    });
}

function addCreate(alias: Command): void {
  addVerb(alias, {
    usage: 'create <address>',
    does: 'create an alias',
    examples: ['alias create team@example.com --to anna@example.com,paul@example.net'],
  })
    .requiredOption('--to <addresses>', 'where it leads, separated by commas')
    .action(async (text: string, { to }: { to: string }, command: Command) => {
      await atTerminal(command, async (terminal) => {
        const { domain } = asAddress(text);
        await inOptions(optionOf, async () => {
          const form = parseForm(newAliasForm(domain), { address: text, targets: to });
          await terminal.app.features.aliases.create(terminal.viewer, domain.ascii, form);
        });
        await printDone(terminal, text, 'notice-created');
      });
    });
}

function addSet(alias: Command): void {
  addVerb(alias, {
    usage: 'set <address>',
    does: 'change where an alias leads, or its address; what is not named stays',
    examples: [
      'alias set team@example.com --to anna@example.com',
      'alias set team@example.com --address crew',
    ],
  })
    .option('--to <addresses>', 'where it leads from now on, separated by commas')
    .option('--address <address>', 'its new address in the same domain; other aliases follow')
    .action(async (text: string, options: { to?: string; address?: string }, command: Command) => {
      await atTerminal(command, async (terminal) => {
        const page = await find(terminal, text);
        const { address = page.alias.address } = await inOptions(
          { ...optionOf, address: '--address' },
          async () => {
            const named = parseForm(someOfAlias(page.domainName), {
              targets: options.to,
              address: options.address,
            });
            const { aliases } = terminal.app.features;
            const wanted = { ...named, version: page.alias.version };
            await aliases.change(terminal.viewer, page.domain.name, page.alias.id, wanted);
            return named;
          },
        );
        await printDone(terminal, address.toString(), 'notice-saved');
      });
    });
}

function addRemove(alias: Command): void {
  addVerb(alias, {
    usage: 'remove <address>',
    does: 'remove an alias, with those that lead to it alone',
    examples: ['alias remove team@example.com', 'alias remove team@example.com --yes'],
  })
    .option('--yes', 'do it; without this, only say what would be lost')
    .action(async (text: string, { yes }: { yes?: boolean }, command: Command) => {
      await atTerminal(command, async ({ app, viewer, language, print }) => {
        const { domain, alias: found } = await find({ app, viewer }, text);
        const { removal } = await app.features.aliases.removal(viewer, domain.name, found.id);
        const others = removal.removed.map(({ address }) => address);
        if (yes !== true) {
          throw new StartError(
            `${forPeople(found.address)} would be lost${withAliases(others.map(forPeople))}. To remove it, add --yes.`,
          );
        }
        await app.features.aliases.remove(viewer, domain.name, found.id, removal.expected);
        print(
          { address: found.address, removedAliases: others },
          language.t('aliases.notice-removed', { subject: forPeople(found.address) }),
        );
      });
    });
}

async function find(
  { app, viewer }: Pick<Terminal, 'app' | 'viewer'>,
  text: string,
): Promise<AliasPage> {
  return await app.features.aliases.byAddress(viewer, asAddress(text));
}

async function printDone(terminal: Terminal, text: string, notice: string): Promise<void> {
  const { alias } = await find(terminal, text);
  terminal.print(
    asJson(alias),
    terminal.language.t(`aliases.${notice}`, { subject: forPeople(alias.address) }),
  );
}

function asJson({ address, targets }: StoredAlias): object {
  return { address, displayAddress: forPeople(address), targets };
}
