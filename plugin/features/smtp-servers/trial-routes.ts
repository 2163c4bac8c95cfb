import type { Request, Response } from 'express';
import { readable } from '../../addresses/index.js';
import { waitedForMs } from '../../connecting/deadline.js';
import { outcomeSentences } from '../../sending/outcome-sentences.js';
import { idIn } from '../../web/ids.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { SmtpFeatures } from './create.js';

/** Testing a connection changes nothing here, but contacts another server. */
export function addTrialRoutes(
  routes: RouteTable,
  pages: Pages,
  { smtpServers }: SmtpFeatures,
): void {
  const path = '/smtp-servers/:id/trial';
  const show = async (req: Request, res: Response, isTried: boolean): Promise<void> => {
    const language = languageOf(req);
    const server = await smtpServers.find(req.viewer, idIn(req));
    const trial = isTried ? await smtpServers.try(req.viewer, server.id) : undefined;
    pages.show(req, res, 'smtp-servers/trial', {
      title: language.t('smtp-servers.trial.title', { title: server.title }),
      section: 'smtp-servers',
      server,
      host: readable(server.host),
      address: readable(server.address),
      mostSeconds: waitedForMs / 1000,
      trial,
      mayConfirm: trial?.outcome === 'ok' && server.confirmation.state !== 'confirmed',
      sentences: trial && outcomeSentences(trial.outcome, language),
    });
  };
  routes.get(path, 'smtp-servers.manage', (req, res) => show(req, res, false));
  routes.post(path, 'smtp-servers.manage', (req, res) => show(req, res, true));
}
