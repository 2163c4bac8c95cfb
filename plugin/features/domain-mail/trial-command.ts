import type { Command } from 'commander';
import { trialSentences } from './trial-sentences.js';
import { atTerminal, inOptions } from '../../commands/terminal.js';
import { addVerb } from '../../commands/verbs.js';

export function addTo(domain: Command): void {
  addVerb(domain, {
    usage: 'try <domain> <recipient>',
    does: 'preview the next message to a recipient; nothing is sent',
    examples: ['example.com nobody', 'example.com info@example.com --json'],
  }).action(async (name: string, typed: string, _options: object, command: Command) => {
    await atTerminal(command, async ({ app, viewer, language, print }) => {
      const trial = await inOptions({ recipient: 'recipient' }, () =>
        app.features.trials.of(viewer, name, typed),
      );
      const sentences = trialSentences(trial, language).map(({ text }) => text);
      print({ recipient: trial.recipient, ...trial.outcome }, sentences.join('\n'));
    });
  });
}
