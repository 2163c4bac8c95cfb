import type { Command } from 'commander';
import { StartError } from '../../../errors.js';
import type { Plan } from '../../directory/plan.js';
import type { NewPlan } from '../../directory/plan-store.js';
import { type Includable, parseSomeOfPlan, presetPlan } from './forms.js';
import { plannedOf } from './planned.js';
import { type PlanListRow, planTable } from './table.js';
import { type List, addList } from '../../../commands/list.js';
import { type Terminal, inOptions } from '../../../commands/terminal.js';
import {
  type Removal,
  type VerbAbout,
  addRemoval,
  addVerbsAbout,
} from '../../../commands/verbs.js';

interface PlanOptions {
  readonly name?: string;
  readonly allow?: string;
  readonly webmails?: string;
  readonly maxMailboxes?: string;
  readonly maxAliases?: string;
  readonly maxQuota?: string;
  readonly maxMessages?: string;
  readonly maxMessageStorage?: string;
  readonly maxSmtpServers?: string;
}

const optionOf: Readonly<Record<string, string>> = {
  maxMailboxes: '--max-mailboxes',
  maxAliases: '--max-aliases',
  maxQuotaMegabytes: '--max-quota',
  maxMessages: '--max-messages',
  maxMessageMegabytes: '--max-message-storage',
  maxSmtpServers: '--max-smtp-servers',
};

export function addTo(plan: Command): void {
  addList(plan, list);
  addVerbsAbout(plan, create, set);
  addRemoval(plan, removal);
}

const list: List<PlanListRow> = {
  does: 'all plans',
  examples: ['', '--json'],
  table: planTable,
  asJson: (row) => ({
    name: row.name,
    accounts: row.accounts,
    maxMailboxes: row.max_mailboxes,
    maxAliases: row.max_aliases,
    maxQuotaBytes: row.max_quota_bytes,
    maxMessages: row.max_messages,
    maxMessageBytes: row.max_message_bytes,
    maxSmtpServers: row.max_smtp_servers,
  }),
};

const create: VerbAbout<PlanOptions> = {
  usage: 'create <name>',
  does: 'add a plan; by default it grants everything, with default limits',
  examples: [
    'Unlimited',
    'Starter --allow mailboxes.manage --webmails roundcube --max-mailboxes 10',
  ],
  declare: addOptions,
  run: (terminal, name, options) => save(terminal, undefined, { ...options, name }),
};

const set: VerbAbout<PlanOptions> = {
  usage: 'set <name>',
  does: 'change a plan; options left out stay unchanged',
  examples: ['Starter --max-mailboxes 20 --max-quota 2048', 'Starter --name Basic --webmails none'],
  declare: (verb) => addOptions(verb.option('--name <name>', 'its new name')),
  async run(terminal, name, options) {
    await save(terminal, await planNamed(terminal, name), options);
  },
};

const removal: Removal<Plan> = {
  usage: 'remove <name>',
  does: 'remove a plan that no account has',
  examples: ['Starter', 'Starter --yes'],
  find: planNamed,
  loss: ({ name }) => `The plan ${name} would be lost.`,
  async remove({ app, viewer, language, print }, { id, name }) {
    await app.panel.plans.remove(viewer, id);
    print({ name }, language.t('plans.notice-removed', { subject: name }));
  },
};

/** @throws {StartError} when there is none, or more than one. */
export async function planNamed({ app }: Terminal, name: string): Promise<Plan> {
  const [plan, another] = (await app.panel.plans.list()).filter((each) => each.name === name);
  if (plan === undefined) {
    throw new StartError(`There is no plan ${name}.`);
  }
  if (another !== undefined) {
    throw new StartError(`Several plans have the name ${name}: rename one on its page.`);
  }
  return plan;
}

function addOptions(verb: Command): void {
  verb
    .option('--allow <permissions>', 'permissions of customers, separated by commas, or none')
    .option('--webmails <keys>', 'webmails on offer, separated by commas, or none')
    .option('--max-mailboxes <number>', 'for each domain, or none for no limit')
    .option('--max-aliases <number>', 'for each domain, or none for no limit')
    .option('--max-quota <MB>', 'of each mailbox, or none for no limit')
    .option('--max-messages <number>', 'kept for each account, or none for no limit')
    .option('--max-message-storage <MB>', 'for each account, or none for no limit')
    .option('--max-smtp-servers <number>', 'for each account, or none for no limit');
}

async function save(
  { app, viewer, print, language }: Terminal,
  found: Plan | undefined,
  options: PlanOptions,
): Promise<void> {
  const { plans } = app.panel;
  const includable = {
    permissions: plannedOf(app.manifest.permissions),
    webmails: (await plans.webmails()).map(({ key }) => key),
  };
  const { id, version, ...before } = found ?? {
    id: undefined,
    version: 0,
    ...presetPlan('', includable),
  };
  const plan = await inOptions(optionOf, async () => {
    const wanted = { ...before, ...wantedIn(options, includable) };
    await (id === undefined
      ? plans.create(viewer, { plan: wanted, version })
      : plans.change(viewer, id, { plan: wanted, version }));
    return wanted;
  });
  print(plan, language.t('plans.notice-saved', { subject: plan.name }));
}

/** @throws {InvalidInputError} @throws {StartError} */
function wantedIn(options: PlanOptions, includable: Includable): Partial<NewPlan> {
  const { name, allow, webmails: offered } = options;
  const limits = {
    maxMailboxes: options.maxMailboxes,
    maxAliases: options.maxAliases,
    maxQuotaMegabytes: options.maxQuota,
    maxMessages: options.maxMessages,
    maxMessageMegabytes: options.maxMessageStorage,
    maxSmtpServers: options.maxSmtpServers,
  };
  const typed = Object.entries(limits).flatMap(([field, value]) =>
    value === undefined ? [] : [[field, value.replace(/^none$/, '')]],
  );
  return {
    ...parseSomeOfPlan({ ...(name !== undefined && { name }), ...Object.fromEntries(typed) }),
    ...(allow !== undefined && {
      permissions: chosenFrom('permission', allow, includable.permissions),
    }),
    ...(offered !== undefined && { webmails: chosenFrom('webmail', offered, includable.webmails) }),
  };
}

/** @throws {StartError} for an unknown ID. */
function chosenFrom(
  kind: 'permission' | 'webmail',
  text: string,
  known: readonly string[],
): readonly string[] {
  const wanted = text === 'none' ? [] : text.split(',').map((id) => id.trim());
  const unknown = wanted.find((id) => !known.some((each) => each === id));
  if (unknown !== undefined) {
    throw new StartError(`There is no ${kind} ${unknown}; there are ${known.join(', ')}.`);
  }
  return known.filter((id) => wanted.includes(id));
}
