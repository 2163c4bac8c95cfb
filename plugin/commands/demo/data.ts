import { loadManifest } from '../../manifest.js';
import { plannedOf } from '../../panel/standalone/plans/planned.js';
import type { DemoCustomer } from './scene.js';

const everyPermission: Readonly<Record<`permission.${string}`, string>> = Object.fromEntries(
  plannedOf(loadManifest().permissions).map((id) => [`permission.${id}`, '1']),
);

/** Form fields of the plans; permissions and webmails that are not named are withheld. */
export const plans = [
  {
    name: 'Starter',
    maxMailboxes: '10',
    maxAliases: '20',
    maxQuotaMegabytes: '2048',
    'permission.mailboxes.manage': '1',
    'permission.aliases.manage': '1',
    'permission.smtp-servers.manage': '1',
    'webmail.roundcube': '1',
  },
  {
    name: 'Business',
    maxMailboxes: '100',
    maxAliases: '200',
    maxQuotaMegabytes: '20480',
    ...everyPermission,
    'webmail.roundcube': '1',
    'webmail.sogo': '1',
  },
  {
    name: 'Unlimited',
    ...everyPermission,
    'webmail.roundcube': '1',
    'webmail.sogo': '1',
    'webmail.snappymail': '1',
  },
] as const;

export const resellers = [
  { login: 'alpenhost', name: 'Alpenhost Webdienste', plan: 'Unlimited', locale: 'en' },
  { login: 'atelier-web', name: 'Atelier Web Lyon', plan: 'Unlimited', locale: 'fr' },
] as const;

const ofAlpenhost: readonly DemoCustomer[] = [
  {
    login: 'baeckerei-mueller',
    name: 'Bäckerei Müller',
    reseller: 'alpenhost',
    plan: 'Business',
    locale: 'en',
    domains: [
      'bäckerei-müller.example',
      'baeckerei-mueller.example',
      'müllers-brot.example',
      'brezel-abo.example',
      'konditorei-müller.example',
    ],
    people: [
      ['hans.mueller', 'Hans Müller'],
      ['petra.mueller', 'Petra Müller'],
      ['backstube', 'Backstube'],
    ],
  },
  {
    login: 'kanzlei-gruenwald',
    name: 'Kanzlei Grünwald & Partner',
    reseller: 'alpenhost',
    plan: 'Unlimited',
    locale: '',
    domains: [
      'kanzlei-grünwald.example',
      'gruenwald-partner.example',
      'arbeitsrecht-tegernsee.example',
      'erbrecht-grünwald.example',
      'mandanten.example.com',
    ],
    people: [
      ['dr.gruenwald', 'Dr. Ilse Grünwald'],
      ['weiss', 'Jörg Weiß'],
      ['sekretariat', 'Sekretariat'],
      ['lang', 'Sophie Lang'],
    ],
  },
  {
    login: 'moebel-schaefer',
    name: 'Möbelhaus Schäfer',
    reseller: 'alpenhost',
    plan: 'Business',
    locale: '',
    domains: [
      'möbel-schäfer.example',
      'moebel-schaefer.example',
      'küchenstudio-schäfer.example',
      'schaefer-polster.example',
      'sofa-outlet.example',
    ],
    people: [
      ['verkauf', 'Verkauf'],
      ['lager', 'Lager'],
      ['k.schaefer', 'Karin Schäfer'],
    ],
  },
  {
    login: 'physio-koenig',
    name: 'Physiotherapie König',
    reseller: 'alpenhost',
    plan: 'Starter',
    locale: '',
    domains: [
      'physio-könig.example',
      'physio-koenig.example',
      'rückenschule-süd.example',
      'yoga-am-see.example',
    ],
    people: [
      ['praxis', 'Praxis'],
      ['termine', 'Termine'],
    ],
  },
  {
    login: 'gaertnerei-loehr',
    name: 'Gärtnerei Löhr',
    reseller: 'alpenhost',
    plan: 'Starter',
    locale: '',
    domains: ['gärtnerei-löhr.example', 'rosen-loehr.example', 'blumenabo.example'],
    people: [['anna.loehr', 'Anna Löhr']],
  },
];

const ofAtelierWeb: readonly DemoCustomer[] = [
  {
    login: 'boulangerie-lefevre',
    name: 'Boulangerie Lefèvre',
    reseller: 'atelier-web',
    plan: 'Business',
    locale: 'fr',
    domains: [
      'boulangerie-lefèvre.example',
      'boulangerie-lefevre.example',
      'pain-au-levain.example',
      'galette-des-rois.example',
      'traiteur-lefevre.example',
    ],
    people: [
      ['jeanne', 'Jeanne Lefèvre'],
      ['commandes', 'Commandes'],
      ['paul', 'Paul Lefèvre'],
    ],
  },
  {
    login: 'garage-benoit',
    name: 'Garage Benoît',
    reseller: 'atelier-web',
    plan: 'Starter',
    locale: 'fr',
    domains: [
      'garage-benoît.example',
      'garage-benoit.example',
      'pneus-villeurbanne.example',
      'occasions-benoit.example',
      'dépannage-lyon.example',
    ],
    people: [
      ['atelier', 'Atelier'],
      ['luc.benoit', 'Luc Benoît'],
    ],
  },
  {
    login: 'cabinet-desormeaux',
    name: 'Cabinet Désormeaux',
    reseller: 'atelier-web',
    plan: 'Unlimited',
    locale: 'fr',
    domains: [
      'cabinet-désormeaux.example',
      'cabinet-desormeaux.example',
      'expertise-désormeaux.example',
      'paie-en-ligne.example',
      'conseil-rhône.example',
    ],
    people: [
      ['claire.desormeaux', 'Claire Désormeaux'],
      ['accueil', 'Accueil'],
      ['comptabilite', 'Comptabilité'],
      ['y.morel', 'Yann Morel'],
    ],
  },
  {
    login: 'fromagerie-helene',
    name: 'Fromagerie Hélène',
    reseller: 'atelier-web',
    plan: 'Starter',
    locale: 'fr',
    domains: [
      'fromagerie-hélène.example',
      'chèvre-fermier.example',
      'marché-des-halles.example',
      'plateau-fromages.example',
    ],
    people: [['helene', 'Hélène Roux']],
  },
];

const ofNobody: readonly DemoCustomer[] = [
  {
    login: 'harbour-books',
    name: 'Harbour Books',
    reseller: '',
    plan: 'Business',
    locale: 'en',
    domains: [
      'harbour-books.example',
      'harbourbooks.example',
      'rare-prints.example',
      'bookclub.harbour-books.example',
      'café-lettres.example',
    ],
    people: [
      ['emma', 'Emma Whitfield'],
      ['orders', 'Orders'],
      ['events', 'Events'],
    ],
  },
  {
    login: 'northgate-clinic',
    name: 'Northgate Clinic',
    reseller: '',
    plan: 'Unlimited',
    locale: 'en',
    domains: [
      'northgate-clinic.example',
      'northgate-dental.example',
      'northgate-physio.example',
      'appointments.example.com',
      'clinic.example.com',
    ],
    people: [
      ['reception', 'Reception'],
      ['a.osei', 'Dr. Abena Osei'],
      ['billing.office', 'Billing office'],
      ['j.hart', 'Dr. Jonah Hart'],
    ],
  },
  {
    login: 'civic-theatre',
    name: 'Civic Theatre',
    reseller: '',
    plan: 'Starter',
    locale: '',
    domains: [
      'civic-theatre.example',
      'théâtre-civique.example',
      'box-office.example',
      'summer-stage.example',
    ],
    people: [
      ['tickets', 'Tickets'],
      ['stage.door', 'Stage door'],
    ],
  },
];

export const customers: readonly DemoCustomer[] = [...ofAlpenhost, ...ofAtelierWeb, ...ofNobody];

export const resellersDomains = [
  ['alpenhost', 'alpenhost.example'],
  ['alpenhost', 'status.alpenhost.example'],
  ['alpenhost', 'häuser-am-berg.example'],
  ['atelier-web', 'atelier-web.example'],
  ['atelier-web', 'création-sites.example'],
] as const;

export const suspendedCustomer = 'gaertnerei-loehr';

/** The page that visitors see first, by role. */
export const shown = {
  reseller: 'atelier-web',
  customer: 'boulangerie-lefevre',
  mailUser: 'jeanne@boulangerie-lefevre.example',
} as const;
