import { planNumbers } from '../../directory/plan.js';
import { fieldOf } from './forms.js';

/** The sections of the form with the numbers of a plan. */
export const planFields = [
  {
    key: 'things',
    fields: planNumbers.filter((name) => !isOutgoing(name)).map(fieldOf),
  },
  {
    key: 'outgoing',
    fields: [
      'mailboxPerHour',
      'maxMailboxPerHour',
      'domainPerHour',
      'maxDomainPerHour',
      'accountPerHour',
      'maxAccountPerHour',
    ],
  },
] as const;

function isOutgoing(name: string): boolean {
  return name.endsWith('PerHour');
}
