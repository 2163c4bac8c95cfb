import type { Command } from 'commander';
import { type Terminal, atTerminal } from '../../commands/terminal.js';
import { addVerb } from '../../commands/verbs.js';
import { outcomeNotice } from '../../previews/outcome-notice.js';
import { idFrom } from '../../web/ids.js';

export function addUndo(audit: Command): void {
  addVerb(audit, {
    usage: 'undo <id>',
    does: 'give back the values before a change, except to what was changed since',
    examples: ['17', '17 --dry-run'],
  })
    .option('--dry-run', 'only count what would change')
    .action(async (id: string, { dryRun = false }: { dryRun?: boolean }, command: Command) => {
      await atTerminal(command, async (terminal) => {
        await (dryRun ? preview(terminal, id) : undo(terminal, id));
      });
    });
}

async function preview({ app, viewer, language, print }: Terminal, id: string): Promise<void> {
  const { undoing, previews } = app.features;
  const { counts } = await previews.whole(viewer, await undoing.prepare(viewer, idFrom(id)));
  const lines = Object.entries(counts).map(([kind, count]) =>
    language.t(`previews.groups.${kind}`, { count, shown: language.number(count) }),
  );
  print(counts, lines.join('\n'));
}

async function undo({ app, viewer, language, print }: Terminal, id: string): Promise<void> {
  const { undoing, previews } = app.features;
  const prepared = await previews.whole(viewer, await undoing.prepare(viewer, idFrom(id)));
  const applied = await previews.apply(viewer, prepared.id);
  if ('jobId' in applied) {
    print({ job: applied.jobId }, language.t('audit.undo-job', { id: String(applied.jobId) }));
    return;
  }
  const { key, args } = outcomeNotice('previews.selected.undo', applied.result, language);
  print(applied.result, language.t(key, args));
}
