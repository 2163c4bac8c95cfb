import type { Command } from 'commander';
import { rehearse } from '../../../changes/rehearsal.js';
import { StartError } from '../../../errors.js';
import { type Plan, type PlanNumber, outgoingNumbers, planNumbers } from '../../directory/plan.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { numberColumns } from '../../directory/rows.js';
import type { NewPlan } from '../../directory/plan-store.js';
import { consequencesOf } from './consequences.js';
import {
  type Excess,
  type Includable,
  excesses,
  fieldOf,
  parseSomeOfPlan,
  presetPlan,
} from './forms.js';
import { affectedByPlan } from './affected.js';
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

interface PlanOptions extends Readonly<Record<string, unknown>> {
  readonly name?: string;
  readonly allow?: string;
  readonly webmails?: string;
  readonly excess?: string;
  readonly dryRun?: boolean;
}

interface NumberOption {
  readonly number: PlanNumber;
  readonly option: string;
  readonly unit?: 'MB';
  readonly help: string;
}

const numberOptions: readonly NumberOption[] = [
  { number: 'maxDomains', option: 'max-domains', help: 'of each account' },
  { number: 'maxMailboxes', option: 'max-mailboxes', help: 'for each domain' },
  { number: 'maxAllMailboxes', option: 'max-all-mailboxes', help: 'for each account' },
  { number: 'maxAliases', option: 'max-aliases', help: 'for each domain' },
  { number: 'maxAllAliases', option: 'max-all-aliases', help: 'for each account' },
  { number: 'maxQuotaBytes', option: 'max-quota', unit: 'MB', help: 'of each mailbox' },
  { number: 'maxAllQuotaBytes', option: 'max-all-quota', unit: 'MB', help: 'of all mailboxes' },
  { number: 'maxMessages', option: 'max-messages', help: 'kept for each account' },
  {
    number: 'maxMessageBytes',
    option: 'max-message-storage',
    unit: 'MB',
    help: 'for each account',
  },
  { number: 'maxSmtpServers', option: 'max-smtp-servers', help: 'for each account' },
  ...Object.entries(outgoingNumbers).flatMap(([each, numbers]): readonly NumberOption[] => [
    {
      number: numbers.preset,
      option: `${each}-limit`,
      help: `messages per hour of each ${each} without a custom limit`,
    },
    {
      number: numbers.most,
      option: `max-${each}-limit`,
      help: `highest limit of each ${each}`,
    },
  ]),
];

const optionOf: Readonly<Record<string, string>> = Object.fromEntries(
  numberOptions.map(({ number, option }) => [fieldOf(number), `--${option}`]),
);

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
    ...(row.owner !== null && { reseller: row.owner }),
    ...Object.fromEntries(planNumbers.map((number) => [number, row[numberColumns[number]]])),
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
  examples: [
    'Starter --max-mailboxes 20 --max-quota 2048',
    'Starter --name Basic --webmails none',
    'Starter --max-domain-limit 100 --excess lower --dry-run',
  ],
  declare: (verb) =>
    addOptions(
      verb
        .option('--name <name>', 'its new name')
        .option(
          '--excess <what>',
          'custom values above a new maximum: keep, lower or refuse',
          'keep',
        )
        .option('--dry-run', 'only say whom it would affect', false),
    ),
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
export async function planNamed({ app, viewer }: Terminal, name: string): Promise<Plan> {
  const named = (await app.panel.plans.list(viewer)).filter((each) => each.name === name);
  const ours = named.filter(({ ownerId }) => ownerId === undefined);
  const [plan, another] = ours.length > 0 ? ours : named;
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
    .option('--webmails <keys>', 'webmails on offer, separated by commas, or none');
  for (const { option, unit = 'number', help } of numberOptions) {
    verb.option(`--${option} <${unit}>`, `${help}, or none for no limit`);
  }
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
  const excess = excessIn(options);
  const wanted = await inOptions(optionOf, async () => wantedIn(options, includable));
  const plan = { ...before, ...wanted };
  const said =
    found === undefined
      ? []
      : await consequencesOf(
          { db: app.db.knex, affected: await affectedByPlan(app.db.knex, found, plan), excess },
          language,
        );
  const change = async (by: Viewer): Promise<unknown> =>
    await (id === undefined
      ? plans.create(by, { plan, version })
      : plans.change(by, id, { plan, version, excess }));
  await inOptions(optionOf, () =>
    options.dryRun === true ? rehearse(viewer, change) : change(viewer),
  );
  const saved =
    options.dryRun === true ? [] : [language.t('plans.notice-saved', { subject: plan.name })];
  print(plan, [...said, ...saved].join('\n'));
}

/** @throws {StartError} */
function excessIn({ excess = 'keep' }: PlanOptions): Excess {
  const found = excesses.find((each) => each === excess);
  if (found === undefined) {
    throw new StartError(`--excess takes ${excesses.join(', ')}.`);
  }
  return found;
}

/** @throws {InvalidInputError} @throws {StartError} */
function wantedIn(options: PlanOptions, includable: Includable): Partial<NewPlan> {
  const { name, allow, webmails: offered } = options;
  const typed = numberOptions.flatMap(({ number, option }) => {
    const value = options[camelCased(option)];
    return typeof value === 'string' ? [[fieldOf(number), value.replace(/^none$/, '')]] : [];
  });
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

function camelCased(option: string): string {
  return option.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
