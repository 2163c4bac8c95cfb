import type { EmailAddress } from '../../addresses/index.js';
import { waitedForMs } from '../../connecting/deadline.js';
import { ConflictError } from '../../errors.js';
import { automatic, linkOf } from '../../panel-mail/outgoing.js';
import { renderMail } from '../../panel-mail/render.js';
import type { Outcome } from '../../sending/outcomes.js';
import { type Sending, sendMessage } from '../../sending/send-message.js';
import { type Viewer, signedInAccount } from '../../viewing/viewer.js';
import type { Language } from '../../web/locale.js';
import type { RateLimits } from '../../web/rate-limits.js';
import type { Carriers } from './carrier.js';
import { testMail } from './test-mail.js';

/** What became of a test mail. */
export interface MailTrial {
  readonly outcome: Outcome;
  /** The server's last reply. */
  readonly reply: string | undefined;
  /** The end of the mail was sent, and no answer came: the server may have it. */
  readonly isUnanswered: boolean;
}

interface MailTrialsParts {
  readonly carriers: Carriers;
  readonly limits: RateLimits;
  /** The base of links, ending in a slash. */
  readonly publicUrl: string;
}

const perAccount = { name: 'panel-mail-trial', most: 30, windowMs: 10 * 60 * 1000 };

/** Sends test mails at once, so that the page can say what the server answers. */
export class MailTrials {
  readonly #parts: MailTrialsParts;

  constructor(parts: MailTrialsParts) {
    this.#parts = parts;
  }

  /**
   * @throws {ConflictError} when nothing is chosen that can send.
   * @throws {TooManyRequestsError}
   */
  async send(viewer: Viewer, to: EmailAddress, language: Language): Promise<MailTrial> {
    const { carriers, limits, publicUrl } = this.#parts;
    const carrier = await carriers.current();
    if (carrier === undefined) {
      throw new ConflictError('panel-mail.errors.no-way');
    }
    await limits.use(perAccount, String(signedInAccount(viewer)));
    const { from, endpoint, policy } = carrier;
    const fields = { name: viewer.name, panel: new URL(publicUrl).host };
    const link = linkOf(publicUrl, '/settings/panel-mail');
    const mail = renderMail(testMail, { fields, link }, language);
    const message = {
      envelope: { from: from.address, to: [to] },
      content: { ...mail, from, to: [{ address: to }], headers: automatic },
    };
    return trialOf(await sendMessage(endpoint, policy, message, { deadlineMs: waitedForMs }));
  }
}

function trialOf(sent: Sending): MailTrial {
  return sent.kind === 'accepted'
    ? { outcome: 'ok', reply: sent.reply, isUnanswered: false }
    : { outcome: sent.outcome, reply: sent.reply, isUnanswered: sent.handedOver };
}
