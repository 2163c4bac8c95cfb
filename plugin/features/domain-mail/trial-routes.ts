import type { Request, Response } from 'express';
import { type FieldErrors, InvalidInputError } from '../../errors.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { trialSentences } from './trial-sentences.js';
import type { Trial, Trials } from './trials.js';

/** A page that shows what happens to the next message. It changes nothing, so it is a GET. */
export function addTrialRoutes(routes: RouteTable, pages: Pages, trials: Trials): void {
  routes.get('/domains/:domain/trial', 'domain-mail.view', async (req, res) => {
    const typed = typeof req.query['recipient'] === 'string' ? req.query['recipient'] : '';
    const domain = await trials.domain(req.viewer, String(req.params['domain']));
    const { trial, errors } = typed === '' ? unasked : await attempt(trials, req, typed);
    showTrial(pages, req, res, { domain, typed, trial, errors });
  });
}

interface Attempt {
  readonly trial: Trial | undefined;
  readonly errors: FieldErrors;
}

const unasked: Attempt = { trial: undefined, errors: {} };

async function attempt(trials: Trials, req: Request, typed: string): Promise<Attempt> {
  try {
    const trial = await trials.of(req.viewer, String(req.params['domain']), typed);
    return { trial, errors: {} };
  } catch (error) {
    if (error instanceof InvalidInputError) {
      return { trial: undefined, errors: error.fields };
    }
    throw error;
  }
}

function showTrial(
  pages: Pages,
  req: Request,
  res: Response,
  { typed, trial, errors, domain }: Attempt & { readonly typed: string; readonly domain: object },
): void {
  const language = languageOf(req);
  res.status(Object.keys(errors).length > 0 ? 422 : 200);
  pages.show(req, res, 'domain-mail/trial', {
    title: language.t('domain-mail.trial.title'),
    section: 'domains',
    tab: 'domain-mail',
    values: { recipient: typed },
    errors,
    domain,
    sentences: trial && trialSentences(trial, language),
  });
}
