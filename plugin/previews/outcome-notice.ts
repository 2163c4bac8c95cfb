import type { JobResult } from '../jobs/job.js';
import type { Language } from '../web/locale.js';
import type { Notice } from '../web/notices.js';

/** A notice is stored in a cookie. */
const longestReason = 250;

/** The notice with the numbers of changed, skipped and refused rows, and the first refusal's reason. */
export function outcomeNotice(
  texts: string,
  { changed, refused, moved, refusals: [first], left = [] }: JobResult,
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
  const names = new Set(left.map(({ subject }) => subject));
  const found = [
    { first: left[0], count: names.size, key: 'table.notice-left' },
    { first, count: refused, key: 'table.notice-refused' },
  ];
  return found.reduce((said, { first: named, count, key }) => {
    if (named === undefined) {
      return said;
    }
    const { subject: name, args } = named;
    const reason = shortened(t(named.key, args));
    return { key, args: { done: t(said.key, said.args), count, name, reason } };
  }, done);
}

function shortened(text: string): string {
  return text.length > longestReason
    ? `${text.slice(0, longestReason).replace(/\S+$/, '')}…`
    : text;
}
