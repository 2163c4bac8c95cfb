import type { JobResult } from '../jobs/job.js';
import type { Language } from '../web/locale.js';
import type { Notice } from '../web/notices.js';

/** A notice is stored in a cookie. */
const longestReason = 250;

/** The notice with the numbers of changed, skipped and refused rows, and the first refusal's reason. */
export function outcomeNotice(
  texts: string,
  { changed, refused, moved, refusals: [first] }: JobResult,
  { t, number }: Language,
): Notice {
  const most =
    changed === 0
      ? { key: 'table.notice-nothing', args: {} }
      : { key: `${texts}.notice-done`, args: { subject: number(changed) } };
  const done =
    moved === 0
      ? most
      : { key: 'table.notice-moved', args: { done: t(most.key, most.args), count: moved } };
  if (first === undefined) {
    return done;
  }
  const { subject: name, key, args } = first;
  const reason = shortened(t(key, args));
  return {
    key: 'table.notice-refused',
    args: { done: t(done.key, done.args), count: refused, name, reason },
  };
}

function shortened(text: string): string {
  return text.length > longestReason
    ? `${text.slice(0, longestReason).replace(/\S+$/, '')}…`
    : text;
}
