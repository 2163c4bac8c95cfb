import type { ImportColumn } from '../../imports/kind.js';

const addressHeadings = [
  'address',
  'mail address',
  'email',
  'e mail',
  'email address',
  'e mail address',
  'adresse',
  'adresse mail',
  'adresse email',
  'adresse e mail',
  'adresse de messagerie',
  'courriel',
];

/** The columns of a file of mailboxes. */
export const mailboxColumns: readonly ImportColumn[] = [
  {
    key: 'address',
    isRequired: true,
    headings: [
      ...addressHeadings,
      'mailbox',
      'user',
      'username',
      'login',
      'boite',
      'boite mail',
      'boite aux lettres',
      'utilisateur',
      'identifiant',
    ],
    sample: ['marie.dupont@example.com', 'jean.martin@example.com', 'contact@example.com'],
  },
  {
    key: 'displayName',
    headings: ['name', 'display name', 'full name', 'nom', 'nom affiche', 'nom complet'],
    sample: ['Marie Dupont', 'Jean Martin', ''],
  },
  {
    key: 'password',
    isSecret: true,
    headings: [
      'password',
      'password hash',
      'hash',
      'mot de passe',
      'mdp',
      'hachage',
      'hachage du mot de passe',
    ],
    sample: ['correct-cheval-pile-agrafe', '', ''],
  },
  {
    key: 'quotaMegabytes',
    headings: [
      'quota',
      'quota mb',
      'quota mib',
      'quota mo',
      'quota mio',
      'quota in mb',
      'quota en mo',
      'espace',
    ],
    sample: ['2048', '512', ''],
  },
  { key: 'imap', headings: ['imap'], sample: ['yes', 'yes', ''] },
  { key: 'pop3', headings: ['pop3', 'pop'], sample: ['no', 'yes', ''] },
];

/** The columns of a file of aliases. */
export const aliasColumns: readonly ImportColumn[] = [
  {
    key: 'address',
    isRequired: true,
    headings: [...addressHeadings, 'alias', 'source'],
    sample: ['info@example.com', 'team@example.com'],
  },
  {
    key: 'targets',
    isRequired: true,
    headings: [
      'targets',
      'target',
      'forwards to',
      'forward to',
      'goto',
      'destination',
      'destinations',
      'recipients',
      'destinataires',
      'destinataire',
      'cible',
      'cibles',
      'transfere vers',
      'redirection',
    ],
    sample: ['contact@example.com', 'marie.dupont@example.com, jean.martin@example.com'],
  },
];
