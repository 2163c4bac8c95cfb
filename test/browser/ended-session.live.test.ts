import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { observe } from '../../plugin/panel/overview/facts.js';
import { programFolder } from '../../plugin/runtime/paths.js';
import { settled } from '../support/browser.js';
import { pathOf } from './pages.js';
import { domains, password } from './sample.js';
import { useTab } from './tab.js';

/** A request that a script of a page makes. */
interface Scripted {
  /** The files of `views/` with its attributes or its script. */
  readonly in: readonly string[];
  /** The page, with placeholders of the sample's IDs. */
  readonly at: string;
  /** Triggers it; left out if the page makes it by itself. */
  readonly act?: () => Promise<void>;
  /** In the path of a request that the page makes while it loads. */
  readonly held?: string;
  /** Where the sign-in leads to; the page itself if left out. */
  readonly back?: RegExp;
}

describe('after the end of the session', () => {
  const tab = useTab('administrator');
  const on = {
    link: (name: string) => () => tab.page.getByRole('link', { name, exact: true }).first().click(),
    button: (name: string) => () => tab.page.getByRole('button', { name, exact: true }).click(),
  };
  const menu = (name: string) => tab.page.locator('.table-menu > summary', { hasText: name });
  const table = [
    'partials/table.ejs',
    'partials/table-rows.ejs',
    'assets/behaviours/open-whole.js',
  ];
  const mailSettings = `/domains/${domains.usual}/mail-settings`;

  const requests: Readonly<Record<string, Scripted>> = {
    refreshing: { in: table, at: '/domains?sort=created', act: on.link('Refresh') },
    paging: { in: table, at: '/domains', act: on.link('Next'), back: /\?after=/ },
    searching: {
      in: table,
      at: '/domains?size=25',
      act: () => tab.page.getByRole('searchbox').fill('morel'),
      back: /\?q=morel&size=25$/,
    },
    filtering: {
      in: table,
      at: '/domains',
      act: async () => {
        await tab.page.locator('#filter-mail').selectOption('off');
      },
      back: /\?mail=off$/,
    },
    'choosing columns': {
      in: table,
      at: '/domains?q=morel',
      act: async () => {
        await menu('Columns').click();
        await on.button('Apply')();
      },
    },
    'suggestions of a filter': {
      in: ['assets/behaviours/picker.js'],
      at: '/domains?mail=off',
      act: () => tab.page.getByRole('combobox', { name: 'Owner' }).pressSequentially('mo'),
    },
    exporting: {
      in: ['assets/behaviours/export-progress.js', 'assets/behaviours/open-again.js'],
      at: '/domains?q=morel',
      act: async () => {
        await menu('Export').click();
        await on.link('CSV')();
      },
    },
    'a confirmation in a dialog': {
      in: ['assets/behaviours/open-in-dialog.js'],
      at: '/smtp-servers/{longServer}',
      act: () => tab.page.locator('a[href$="/removal"]').first().click(),
      back: /\/smtp-servers\/\d+\/removal$/,
    },
    'the search over everything': {
      in: ['assets/behaviours/find-anything.js'],
      at: '/jobs?sort=state',
      act: () => tab.page.locator('.find-link').click(),
      back: /\/find$/,
    },
    'finding while typing': {
      in: ['find/index.ejs'],
      at: '/find',
      act: () => tab.page.locator('#find-text').pressSequentially('mo'),
      back: /\/find\?text=mo?$/,
    },
    'the progress of all jobs': { in: ['jobs/index.ejs'], at: '/jobs?sort=state' },
    // A preview whose rows are still counted has the same attributes.
    'the progress of a job': { in: ['jobs/job.ejs', 'previews/index.ejs'], at: '/jobs/{job}' },
    'a step of the checklist': {
      in: ['overview/step.ejs'],
      at: '/?checklist=shown',
      held: '/checklist/',
    },
    'the look-up of MX records': {
      in: ['domain-mail/service.ejs'],
      at: mailSettings,
      act: () => tab.page.locator('a[hx-post$="/mail-exchangers/lookup"]').click(),
    },
    'testing an address': {
      in: ['domain-mail/trial-form.ejs'],
      at: mailSettings,
      act: async () => {
        await tab.page.locator('#recipient').fill(`nobody@${domains.usual}`);
        await tab.page.locator('form[action$="/trial"] button').click();
      },
      back: /\/trial\?recipient=nobody%40/,
    },
  };

  // So that the checklist looks it up again.
  beforeEach(() => observe(tab.site.app.db, 'mx-here', undefined));

  /** Sends an unknown session ID, like that of a session that has ended. */
  const endSession = async (): Promise<void> => {
    const { url } = tab.site.web;
    await tab.page.context().addCookies([{ name: 'relais', value: 'ended', url }]);
  };

  const signInAgain = async (): Promise<void> => {
    await tab.page.locator('#login').fill('camille');
    await tab.page.locator('#password').fill(password);
    await tab.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await tab.page.locator('.sign-in').waitFor({ state: 'detached' });
    await settled(tab.page);
  };

  const whereNow = (): string => {
    const { pathname, search } = new URL(tab.page.url());
    return pathname + search;
  };

  for (const [name, { at, act, held, back }] of Object.entries(requests)) {
    it(`${name} leads to sign-in as a whole page, and back`, async () => {
      const path = pathOf({ path: at, who: 'administrator' }, tab.site.sample);
      if (held === undefined) {
        await tab.openAlone(path);
        await endSession();
        await Promise.all([tab.page.waitForURL(/\/sign-in\?/), act?.()]);
      } else {
        await tab.openAlone('/preferences');
        await endBefore(held);
        await Promise.all([
          tab.page.waitForURL(/\/sign-in\?/),
          tab.page.goto(tab.site.web.url + path),
        ]);
      }
      assert.equal(await tab.page.locator('.sign-in').count(), 1);
      assert.equal(await tab.page.locator('.sidebar, table').count(), 0);
      await tab.page.getByText(/^Your session (has|had) ended/).waitFor();
      await signInAgain();
      assert.match(whereNow(), back ?? new RegExp(`^${escaped(path)}$`));
    });
  }

  /** Ends the session before a request that the page makes while it loads. */
  async function endBefore(part: string): Promise<void> {
    await tab.page.route(
      (url) => url.pathname.includes(part),
      async (route) => {
        await endSession();
        const headers = { ...(await route.request().allHeaders()), cookie: 'relais=ended' };
        await route.fulfill({ response: await route.fetch({ headers, maxRedirects: 0 }) });
      },
      { times: 1 },
    );
  }

  it('a picker keeps the form, which its sending leads to sign-in and back', async () => {
    await tab.openAlone('/domains/new');
    await tab.page.locator('#name').fill('typed.example');
    await endSession();
    await tab.page.getByRole('combobox', { name: 'Owner' }).pressSequentially('mo');
    await tab.page.getByText('Your session has ended. Save the form').waitFor();
    await on.button('Add a domain')();
    await tab.page.waitForURL(/\/sign-in\?/);
    await signInAgain();
    await tab.page.getByText('nothing has been saved').waitFor();
    assert.equal(await tab.page.locator('#name').inputValue(), 'typed.example');
    assert.equal(await tab.page.locator('#owner').inputValue(), 'mo');
  });

  it('is tried for every request that scripts make', () => {
    const tried = new Set(Object.values(requests).flatMap((each) => each.in));
    const views = join(programFolder, 'views');
    const scripted = readdirSync(views, { recursive: true, encoding: 'utf8' }).filter(
      (file) =>
        /\.(?:ejs|js)$/.test(file) &&
        /\bhx-(?:get|post|trigger)=|\bhx-boost\S*="true"|\bfetch(?:Own)?\(|htmx:before/.test(
          readFileSync(join(views, file), 'utf8'),
        ),
    );
    assert.deepEqual(scripted.filter((file) => !tried.has(file)).toSorted(), []);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
