import type { Entry } from '../../changes/entry.js';
import type { Message } from './message.js';

export function about({ subject, ownerId, resellerId }: Message): Omit<Entry, 'action'> {
  return { subject, ownerId, resellerId };
}
