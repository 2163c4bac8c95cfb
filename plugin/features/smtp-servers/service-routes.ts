import type { Request } from 'express';
import { NotFoundError } from '../../errors.js';
import { parseWithRules } from '../../web/all-errors.js';
import { formHandlers } from '../../web/forms.js';
import { leaveNotice } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { SendingServices } from './sending-services.js';
import { parseNewService, parseService } from './service-forms.js';
import { serviceName } from './services.js';

const permission = 'settings.manage';
const list = '/settings/services';
const section = 'settings';

/** The services that mail is sent for: built-in ones, and an administrator's own. */
export function addServiceRoutes(
  routes: RouteTable,
  pages: Pages,
  services: SendingServices,
): void {
  addList(routes, pages, services);
  addChange(routes, pages, services);
  addRemoval(routes, pages, services);
}

function addList(routes: RouteTable, pages: Pages, services: SendingServices): void {
  const form = formHandlers(pages, {
    view: 'smtp-servers/services',
    load: () => services.list(),
    content: (all, req) => {
      const language = languageOf(req);
      return {
        title: language.t('smtp-servers.sending-services.title'),
        section,
        services: all.map((service) => ({ ...service, name: serviceName(service, language) })),
      };
    },
    values: () => ({ key: '', nameEn: '', nameFr: '' }),
    async submit(req, res) {
      const service = await parseWithRules(req, {
        parse: parseNewService,
        standIns: { key: 'stand-in', nameEn: 'x', nameFr: 'x' },
        rehearse: (viewer, typed) => services.create(viewer, typed),
      });
      await services.create(req.viewer, service);
      leaveNotice(req, res, 'smtp-servers.notice-service-created', service.key);
      res.redirect(303, listOf(req));
    },
  });
  routes.get(list, permission, form.show);
  routes.post(list, permission, form.submit);
}

function addChange(routes: RouteTable, pages: Pages, services: SendingServices): void {
  const form = formHandlers(pages, {
    view: 'smtp-servers/service',
    load: (req) => services.find(keyIn(req)),
    content: (service, req) => ({
      title: serviceName(service, languageOf(req)),
      section,
      service,
    }),
    values: ({ names }) => ({ nameEn: names?.en ?? '', nameFr: names?.fr ?? '' }),
    async submit(req, res) {
      await services.change(req.viewer, keyIn(req), parseService(req.body));
      leaveNotice(req, res, 'smtp-servers.notice-service-saved', keyIn(req));
      res.redirect(303, listOf(req));
    },
  });
  routes.get(`${list}/:key`, permission, form.show);
  routes.post(`${list}/:key`, permission, form.submit);
}

function addRemoval(routes: RouteTable, pages: Pages, services: SendingServices): void {
  const form = formHandlers(pages, {
    view: 'smtp-servers/service-removal',
    load: (req) => services.find(keyIn(req)),
    content: (service, req) => ({
      title: languageOf(req).t('smtp-servers.sending-services.removal.title', {
        name: serviceName(service, languageOf(req)),
      }),
      section,
      service,
    }),
    async submit(req, res) {
      await services.remove(req.viewer, keyIn(req));
      leaveNotice(req, res, 'smtp-servers.notice-service-removed', keyIn(req));
      res.redirect(303, listOf(req));
    },
  });
  routes.get(`${list}/:key/removal`, permission, form.show);
  routes.post(`${list}/:key/removal`, permission, form.submit);
}

function keyIn(req: Request): string {
  const { key } = req.params;
  if (typeof key !== 'string') {
    throw new NotFoundError();
  }
  return key;
}

function listOf({ baseUrl }: Request): string {
  return `${baseUrl}${list}`;
}
