import type { Command } from 'commander';
import { type Terminal, atTerminal, inOptions, labelled } from '../../commands/terminal.js';
import { addVerb, addVerbsAbout, type VerbAbout } from '../../commands/verbs.js';
import { StartError } from '../../errors.js';
import { outcomeSentences } from '../../sending/outcome-sentences.js';
import { choiceValues, parseChoice, parseTrial } from './forms.js';
import type { PanelMailChoice } from './store.js';

interface Options {
  readonly through?: string;
  readonly from?: string;
  readonly name?: string;
}

/** Adds to `relais settings` how the mails of the panel are sent. */
export function addTo(settings: Command): void {
  addVerb(settings, {
    usage: 'mails',
    does: 'show or change how mails of the panel are sent',
    examples: [
      '',
      '--through 12 --name "Example Hosting"',
      '--through mail-host',
      '--through none',
    ],
  })
    .option('--through <way>', 'none, mail-host, or the ID of an administrator’s SMTP server')
    .option('--from <address>', 'the sender; "" for the default')
    .option('--name <name>', 'the sender’s name; "" for the default')
    .action(async (options: Options, command: Command) => {
      await atTerminal(command, (terminal) => change(terminal, options));
    });
  addVerbsAbout(settings, trial);
}

const trial: VerbAbout = {
  usage: 'try-mails <address>',
  does: 'send a test mail, as mails of the panel are sent',
  examples: ['anna@example.com'],
  async run({ app, viewer, language, print }, typed) {
    const to = await inOptions({ to: 'address' }, async () => parseTrial({ to: typed }));
    const { outcome, reply, isUnanswered } = await app.features.mailTrials.send(
      viewer,
      to,
      language,
    );
    const { t } = language;
    if (outcome !== 'ok') {
      const { text, advice } = outcomeSentences(outcome, language);
      const said = isUnanswered ? t('panel-mail.trial.unanswered') : `${text} ${advice}`;
      throw new StartError([said, reply ?? ''].join(' ').trim());
    }
    const accepted = t('panel-mail.trial.accepted', { address: to.toString() });
    print({ outcome, reply: reply ?? null }, `${accepted} ${t('panel-mail.trial.look')}`);
  },
};

async function change({ app, viewer, language, print }: Terminal, typed: Options): Promise<void> {
  const { panelMailSettings } = app.features;
  const before = choiceValues(await panelMailSettings.read());
  const { through: way, from: address, name } = typed;
  const wanted = Object.entries({ way, address, name }).filter(([, text]) => text !== undefined);
  if (wanted.length > 0) {
    await inOptions({ way: '--through', address: '--from', name: '--name' }, () =>
      panelMailSettings.change(viewer, parseChoice({ ...before, ...Object.fromEntries(wanted) })),
    );
  }
  const { t } = language;
  const page = await panelMailSettings.page();
  const { choice } = page;
  print(
    { ...asJson(choice), canSend: page.canSend },
    labelled([
      [t('panel-mail.fields.way'), t(`panel-mail.ways.${choice.way}`)],
      [t('panel-mail.fields.server'), choice.serverId?.toString() ?? '–'],
      [t('panel-mail.fields.address'), choice.address ?? '–'],
      [t('panel-mail.fields.name'), choice.name ?? '–'],
    ]),
  );
}

function asJson({ way, serverId, address, name }: PanelMailChoice): object {
  return { way, server: serverId ?? null, from: address ?? null, name: name ?? null };
}
