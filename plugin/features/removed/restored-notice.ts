import type { Restored } from '../../removals/restoration.js';
import type { Language } from '../../web/locale.js';
import type { Notice } from '../../web/notices.js';

/** A notice is stored in a cookie. */
const mostNamed = 3;

/** What came back, and what did not. */
export function restoredNotice({ removal, also, left }: Restored, { t, list }: Language): Notice {
  const name = removal.title;
  const done =
    also.length === 0
      ? t('removed.notice-restored', { name })
      : t('removed.notice-restored-with', { name, count: also.length });
  if (left.length === 0) {
    return also.length === 0
      ? { key: 'removed.notice-restored', args: { name } }
      : { key: 'removed.notice-restored-with', args: { name, count: also.length } };
  }
  const reasons = left.slice(0, mostNamed).map(({ key, args }) => t(key, args));
  return { key: 'removed.notice-restored-but', args: { done, left: list(reasons) } };
}
