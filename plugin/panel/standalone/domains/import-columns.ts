import type { ImportColumn } from '../../../imports/kind.js';

/** The columns of a file of domains. */
export const domainColumns: readonly ImportColumn[] = [
  {
    key: 'name',
    isRequired: true,
    headings: ['domain', 'domain name', 'name', 'domaine', 'nom de domaine', 'nom'],
    sample: ['example.com', 'example.org'],
  },
  {
    key: 'owner',
    headings: [
      'owner',
      'login',
      'customer',
      'account',
      'proprietaire',
      'identifiant',
      'client',
      'compte',
    ],
    sample: ['dupont', 'martin'],
  },
  {
    key: 'locale',
    headings: ['language', 'locale', 'langue', 'language of the domain', 'langue du domaine'],
    sample: ['fr', 'en'],
  },
];
