import type { Request } from 'express';
import { readable } from '../../addresses/index.js';
import { movePort } from '../../web/port-in-host.js';
import type { FieldErrors } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import { parseWithRules } from '../../web/all-errors.js';
import { formHandlers } from '../../web/forms.js';
import { idIn } from '../../web/ids.js';
import { uploadedFile } from '../../web/multipart.js';
import { leaveRemovedNotice } from '../../removals/undo-step.js';
import { leaveNotice } from '../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { confirmationLabel, confirmationStatus } from './confirmation-label.js';
import type { SmtpFeatures } from './create.js';
import { type ServerForm, hostAndPort, parseServerForm, serverValues } from './forms.js';
import { type Logo, logoLimits, mostLogoBytes } from './logo.js';
import { dataUrlOf } from '../../pictures/picture.js';
import type { SmtpServers } from './smtp-servers.js';
import { showFramed, signaturePreview } from './preview.js';
import { readableSignature } from './signature-parts.js';
import {
  type Removed,
  removedFrom,
  removedInAddress,
  removedInQuery,
  removedSentence,
} from './removed.js';
import { type SendingService, serviceName } from './services.js';
import {
  authentications,
  disagreement,
  longest,
  securities,
  usages,
  usualPorts,
  mostTypedSignature,
} from './smtp-server.js';

const manage = 'smtp-servers.manage';
const one = '/smtp-servers/:id';

/** Kept while other fields are corrected. */
const unshown = {
  secrets: ['password', 'clientSecret', 'refreshToken'],
  files: { logo: 'removeLogo' },
} as const;

/** The logo that a form came with, redrawn. */
const chosen = new WeakMap<Request, Logo>();

export function addServerForms(routes: RouteTable, pages: Pages, parts: SmtpFeatures): void {
  addCreation(routes, pages, parts);
  addPreview(routes, parts);
  addEditing(routes, pages, parts);
  addRemoval(routes, pages, parts);
}

function addCreation(routes: RouteTable, pages: Pages, { smtpServers }: SmtpFeatures): void {
  const form = formHandlers(pages, {
    view: 'smtp-servers/new',
    ...unshown,
    load: () => smtpServers.services(),
    content: (services, req) =>
      contentOf(services, req, languageOf(req).t('smtp-servers.new.title')),
    values: (services) => serverValues(undefined, keysOf(services)),
    async submit(req, res) {
      const { typed, logo } = await typedIn(req, smtpServers, (viewer, wanted) =>
        smtpServers.create(viewer, wanted),
      );
      const id = await smtpServers.create(req.viewer, typed, { logo });
      leaveNotice(req, res, 'smtp-servers.notice-created', typed.fields.title);
      res.redirect(303, formAgain(req, id, typed) ?? confirmationPage(req, id));
    },
  });
  routes.get('/smtp-servers/new', manage, showFramed(form.show));
  routes.postFile('/smtp-servers/new', manage, showFramed(form.submit));
}

function addEditing(routes: RouteTable, pages: Pages, { smtpServers }: SmtpFeatures): void {
  const form = formHandlers(pages, {
    view: 'smtp-servers/edit',
    ...unshown,
    async load(req) {
      const page = await smtpServers.page(req.viewer, idIn(req));
      const version = versionIn(req);
      const meanwhile =
        version === undefined
          ? []
          : await smtpServers.meanwhile(req.viewer, page.server.id, version);
      return { ...page, meanwhile };
    },
    content: ({ services, ...page }, req) => ({
      ...contentOf(services, req, page.server.title),
      ...page,
      hasLogo: page.logo !== undefined,
      logoUrl: typeof page.logo === 'object' ? dataUrlOf(page.logo) : undefined,
      confirmation: {
        status: confirmationStatus[page.server.confirmation.state],
        text: confirmationLabel(page.server.confirmation, languageOf(req)),
      },
      disagreement: disagreement(page.server.port, page.server.security),
    }),
    values: ({ server, services }) => serverValues(server, keysOf(services)),
    async submit(req, res) {
      const id = idIn(req);
      const { typed, logo } = await typedIn(req, smtpServers, (viewer, wanted) =>
        smtpServers.change(viewer, id, wanted),
      );
      const unconfirmed = await smtpServers.change(req.viewer, id, typed, logo);
      const notice = ['smtp-servers.notice-saved', unconfirmed].filter(Boolean).join('-');
      leaveNotice(req, res, notice, typed.fields.title);
      const next =
        unconfirmed === undefined ? `${req.baseUrl}/smtp-servers` : confirmationPage(req, id);
      res.redirect(303, formAgain(req, id, typed) ?? next);
    },
  });
  routes.get(one, 'smtp-servers.view', showFramed(form.show));
  routes.postFile(one, manage, showFramed(form.submit));
}

/** The preview of the signature, in a frame beside its field. */
function addPreview(routes: RouteTable, { smtpServers, smtpLogos }: SmtpFeatures): void {
  const preview = signaturePreview(smtpServers, smtpLogos);
  routes.get('/smtp-servers/preview', 'smtp-servers.view', preview);
  routes.postFile('/smtp-servers/preview', 'smtp-servers.view', preview);
}

function addRemoval(routes: RouteTable, pages: Pages, { smtpServers }: SmtpFeatures): void {
  const form = formHandlers(pages, {
    view: 'smtp-servers/removal',
    load: async (req) => ({
      server: await smtpServers.find(req.viewer, idIn(req)),
      refusal: await smtpServers.removalRefusal(req.viewer, idIn(req)),
    }),
    content: (page, req) => ({
      section: 'smtp-servers',
      title: languageOf(req).t('smtp-servers.removal.title', { title: page.server.title }),
      address: readable(page.server.address),
      ...page,
    }),
    async submit(req, res) {
      const { title } = await smtpServers.remove(req.viewer, idIn(req));
      leaveRemovedNotice(req, res, 'smtp-servers.notice-removed', {
        subject: title,
        removal: await smtpServers.removedAs(idIn(req)),
      });
      res.redirect(303, `${req.baseUrl}/smtp-servers`);
    },
  });
  routes.get(`${one}/removal`, manage, form.show);
  routes.post(`${one}/removal`, manage, form.submit);
}

/** The typed form, with all invalid fields at once. @throws {InvalidInputError} */
async function typedIn(
  req: Request,
  smtpServers: SmtpServers,
  rehearse: (viewer: Viewer, typed: ServerForm) => Promise<unknown>,
): Promise<{ readonly typed: ServerForm; readonly logo: Logo | undefined }> {
  const file = uploadedFile(req, 'logo');
  const logo = file && (await smtpServers.readLogo(req.viewer, file));
  if (typeof logo === 'object') {
    chosen.set(req, logo);
  }
  const besides: FieldErrors = {
    ...movePort(req.body, hostAndPort),
    ...(typeof logo === 'string' && {
      logo: { key: `smtp-servers.errors.${logo}`, args: logoLimits },
    }),
  };
  const services = keysOf(await smtpServers.services());
  const parse = (body: unknown): ServerForm => parseServerForm(body, services);
  const typed = await parseWithRules(req, { parse, standIns, besides, rehearse });
  return { typed, logo: typeof logo === 'string' ? undefined : logo };
}

/** Texts that are valid, in place of invalid ones. */
const standIns = {
  title: 'x',
  host: '192.0.2.1',
  port: '587',
  security: 'tls',
  authentication: 'none',
  user: 'x',
  oauthClientId: 'x',
  oauthTokenUrl: 'https://example.com/',
  address: 'x@example.com',
  usage: 'default',
} as const;

/** The form again, if its page has something to say about what was saved. */
function formAgain(req: Request, id: number, { fields }: ServerForm): string | undefined {
  const removed = removedBy(req);
  const page = `${req.baseUrl}/smtp-servers/${id}`;
  if (removed.size > 0) {
    return `${page}?removed=${removedInQuery(removed)}`;
  }
  return disagreement(fields.port, fields.security) === undefined ? undefined : page;
}

/** What is removed from the submitted signature, or was removed from the one saved before. */
function removedBy(req: Request): Removed {
  const body: { signature?: unknown } = req.body ?? {};
  const query = req.query['removed'];
  if (req.method === 'POST') {
    const typed = typeof body.signature === 'string' ? body.signature : '';
    return removedFrom(readableSignature(typed));
  }
  return removedInAddress(typeof query === 'string' ? query : '');
}

/** The page to confirm a server and test it first. */
function confirmationPage({ baseUrl }: Request, id: number): string {
  return `${baseUrl}/smtp-servers/${id}/confirmation`;
}

function contentOf(services: readonly SendingService[], req: Request, title: string): PageContent {
  const language = languageOf(req);
  return {
    title,
    section: 'smtp-servers',
    authentications,
    securities,
    usages,
    usualPorts,
    longest,
    mostTypedSignature,
    mostLogoBytes,
    logoLimits,
    services: services.map((service) => ({
      key: service.key,
      name: serviceName(service, language),
    })),
    mayManage: req.viewer.permissions.has(manage),
    removed: removedSentence(removedBy(req), language),
    chosenLogo: shownLogo(chosen.get(req)),
  };
}

function keysOf(services: readonly SendingService[]): readonly string[] {
  return services.map(({ key }) => key);
}

function shownLogo(
  logo: Logo | undefined,
): (Pick<Logo, 'width' | 'height'> & { readonly url: string }) | undefined {
  return logo && { url: dataUrlOf(logo), width: logo.width, height: logo.height };
}

/** The version that a submitted form was based on; undefined if there is none. */
function versionIn(req: Request): number | undefined {
  const body: { version?: unknown } = req.body ?? {};
  const version = Number(body.version);
  return req.method === 'POST' && Number.isInteger(version) ? version : undefined;
}
