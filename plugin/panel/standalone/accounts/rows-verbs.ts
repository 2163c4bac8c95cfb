import type { RowsFlags } from '../../../commands/on-rows.js';
import type { Terminal } from '../../../commands/terminal.js';
import { StartError } from '../../../errors.js';

/** Gives a plan to all accounts that match. @param plan its ID as a text; empty for none. */
export async function setRows(
  terminal: Terminal,
  fields: Readonly<Record<string, string>>,
  flags: RowsFlags,
): Promise<void> {
  const { plan, excess, ...others } = fields;
  if (plan === undefined || Object.keys(others).length > 0) {
    throw new StartError('Of many accounts, only --plan can be changed, with --excess.');
  }
  const wanted = {
    plan: plan === '' ? null : Number(plan),
    ...(excess !== undefined && { excess }),
  };
  await terminal.app.features.changeRows(terminal, { action: 'accounts.plan', wanted }, flags);
}

export async function suspendRows(
  terminal: Terminal,
  suspended: boolean,
  flags: RowsFlags,
): Promise<void> {
  const action = suspended ? 'accounts.suspend' : 'accounts.resume';
  await terminal.app.features.changeRows(terminal, { action, wanted: { suspended } }, flags);
}
