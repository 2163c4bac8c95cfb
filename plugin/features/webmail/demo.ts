import type { Viewer } from '../../viewing/viewer.js';
import { parseWebmailForm, webmailValues } from './forms.js';
import type { Webmails } from './webmails.js';

/** The applications of a new installation get addresses. */
export async function giveDemoAddresses(webmails: Webmails, operator: Viewer): Promise<void> {
  for (const webmail of await webmails.list()) {
    const address = `https://${webmail.key}.provider.example/?user={mailbox}`;
    const form = parseWebmailForm({ ...webmailValues(webmail), address });
    await webmails.change(operator, webmail.id, form);
  }
}
